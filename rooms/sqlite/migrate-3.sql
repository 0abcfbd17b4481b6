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

-- What people put into rooms. A file without a message is an upload that goes on, or was cut off and may be resumed.
-- id is never given out twice, not even after a deletion.
CREATE TABLE files (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	room    INTEGER NOT NULL REFERENCES rooms (id),
	owner   TEXT    NOT NULL, -- who put it there
	name    TEXT    NOT NULL,
	size    INTEGER NOT NULL, -- bytes in chunks
	seq     INTEGER NOT NULL, -- of its message, 0 for none
	touched INTEGER NOT NULL, -- when something was added last
	old     INTEGER NOT NULL, -- 1: a newer one of that name was put there, and names open that one
	gone    INTEGER NOT NULL  -- 1: the chunks are to be removed
) STRICT;
CREATE UNIQUE INDEX files_name ON files (room, name) WHERE gone = 0 AND seq > 0 AND old = 0;
CREATE INDEX files_owner ON files (owner, size) WHERE gone = 0;
CREATE INDEX files_room ON files (room, size) WHERE gone = 0;
CREATE INDEX files_partial ON files (touched) WHERE gone = 0 AND seq = 0;
CREATE INDEX files_gone ON files (id) WHERE gone = 1;

-- What is in them. id is file << 24 | offset / 65536; each but the last has 65536 bytes.
CREATE TABLE chunks (
	id   INTEGER PRIMARY KEY NOT NULL,
	data BLOB    NOT NULL
) STRICT;

-- A person's memberships lie side by side now.
CREATE TABLE new_members (
	room          INTEGER NOT NULL REFERENCES rooms (id),
	name          TEXT    NOT NULL,
	role          INTEGER NOT NULL,
	joined        INTEGER NOT NULL, -- seq of the event
	read_seq      INTEGER NOT NULL, -- the read mark
	read_messages INTEGER NOT NULL, -- messages of the event at the mark
	own           INTEGER NOT NULL, -- talk of the member's own after the mark
	quiet         INTEGER NOT NULL, -- until when the member may not write, 0 for no such time
	notify        TEXT    NOT NULL, -- '' mentions, 'all', 'none'
	star          INTEGER NOT NULL,
	PRIMARY KEY (name, room)
) STRICT, WITHOUT ROWID;
INSERT INTO new_members SELECT room, name, role, joined, read_seq, read_messages, own, quiet, notify, star FROM members;
-- Places go first: they would go with the members.
CREATE TABLE new_places (
	name   TEXT    NOT NULL,
	room   INTEGER NOT NULL,
	draft  TEXT    NOT NULL,
	anchor INTEGER NOT NULL,
	rows   INTEGER NOT NULL, -- of the anchor, below the edge of the screen
	PRIMARY KEY (name, room),
	FOREIGN KEY (room, name) REFERENCES new_members (room, name) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
INSERT INTO new_places SELECT name, room, draft, anchor, rows FROM places;
DROP TABLE places;
DROP TABLE members;
ALTER TABLE new_members RENAME TO members;
ALTER TABLE new_places RENAME TO places;
CREATE INDEX members_room ON members (room, name, role, joined, quiet);
