-- From schema 2 to 3: what programs write, files and signatures, the former names of rooms, and hooks.

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

-- What ties a room to a program elsewhere.
CREATE TABLE hooks (
	id       INTEGER PRIMARY KEY AUTOINCREMENT,
	room     INTEGER NOT NULL REFERENCES rooms (id),
	name     TEXT    NOT NULL, -- the author of what it posts
	by       TEXT    NOT NULL,
	made     INTEGER NOT NULL,
	used     INTEGER NOT NULL, -- 0 for never
	hash     BLOB    NOT NULL, -- SHA-256 of the secret of a hook in; empty for a hook out
	url      TEXT    NOT NULL, -- of a hook out; '' for a hook in, as all that follows
	secret   TEXT    NOT NULL, -- of its signatures
	wants    TEXT    NOT NULL, -- '' what people do, 'mentions', 'word', 'all'
	word     TEXT    NOT NULL,
	cursor   INTEGER NOT NULL, -- seq up to which it is delivered
	failures INTEGER NOT NULL, -- of the next event, in a row
	since    INTEGER NOT NULL, -- of the first of them; 0 for none
	next     INTEGER NOT NULL, -- no try before; 0 for none to wait for
	skipped  INTEGER NOT NULL, -- events that were given up
	off      INTEGER NOT NULL, -- 1: the target is gone
	trouble  TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX hooks_name ON hooks (name);
CREATE INDEX hooks_room ON hooks (room);
