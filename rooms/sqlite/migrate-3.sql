-- From schema 2 to 3: what programs write, files and signatures, and the former names of rooms.

ALTER TABLE rooms ADD COLUMN no_bots INTEGER NOT NULL DEFAULT 0;

ALTER TABLE events ADD COLUMN bot       INTEGER NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN file      TEXT    NOT NULL DEFAULT '';
ALTER TABLE events ADD COLUMN signature TEXT    NOT NULL DEFAULT '';

-- Names that rooms had. What a log does not say, the name that a room was made with, was kept nowhere.
CREATE TABLE former_names (
	name TEXT    PRIMARY KEY NOT NULL,
	room INTEGER NOT NULL REFERENCES rooms (id)
) STRICT, WITHOUT ROWID;
INSERT OR REPLACE INTO former_names SELECT ltrim(text, '#'), room FROM events WHERE type = 'rename' ORDER BY time, seq;
