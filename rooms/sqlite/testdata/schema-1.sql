-- Times are milliseconds since 1970 in UTC. Rows are STRICT, and a table whose
-- key is not a number is WITHOUT ROWID, so that one walk finds a row.

-- id is never given out twice, not even after a deletion.
CREATE TABLE rooms (
	id       INTEGER PRIMARY KEY AUTOINCREMENT,
	name     TEXT    NOT NULL, -- without '#'; '' for a direct room
	skeleton TEXT    NOT NULL, -- equal for names that look alike
	kind     TEXT    NOT NULL, -- public, private, direct
	guests   INTEGER NOT NULL,
	topic    TEXT    NOT NULL,
	creator  TEXT    NOT NULL,
	created  INTEGER NOT NULL,
	seq      INTEGER NOT NULL, -- of the newest event
	messages INTEGER NOT NULL, -- how many events up to seq are talk
	people   INTEGER NOT NULL  -- how many members there are
) STRICT;
CREATE UNIQUE INDEX rooms_name ON rooms (name) WHERE name <> '';
CREATE UNIQUE INDEX rooms_skeleton ON rooms (skeleton) WHERE skeleton <> '';

CREATE TABLE events (
	room     INTEGER NOT NULL REFERENCES rooms (id),
	seq      INTEGER NOT NULL,
	time     INTEGER NOT NULL,
	type     TEXT    NOT NULL,
	author   TEXT    NOT NULL,
	text     TEXT    NOT NULL,
	target   TEXT    NOT NULL, -- '' for none
	nonce    TEXT    NOT NULL, -- '' for none
	messages INTEGER NOT NULL, -- how many events of the room up to this one are talk
	PRIMARY KEY (room, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX events_nonce ON events (room, nonce, author) WHERE nonce <> '';

CREATE TABLE members (
	room          INTEGER NOT NULL REFERENCES rooms (id),
	name          TEXT    NOT NULL,
	role          INTEGER NOT NULL,
	joined        INTEGER NOT NULL, -- seq of the event
	read_seq      INTEGER NOT NULL, -- the read mark
	read_messages INTEGER NOT NULL, -- messages of the event at the mark
	own           INTEGER NOT NULL, -- talk of the member's own after the mark
	PRIMARY KEY (room, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_name ON members (name);

-- Where a member was in a room. Apart from members, whose rows change with each
-- post and must stay small.
CREATE TABLE places (
	name   TEXT    NOT NULL,
	room   INTEGER NOT NULL,
	draft  TEXT    NOT NULL,
	anchor INTEGER NOT NULL,
	rows   INTEGER NOT NULL, -- of the anchor, below the edge of the screen
	PRIMARY KEY (name, room),
	FOREIGN KEY (room, name) REFERENCES members (room, name) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- A row is an unused invitation.
CREATE TABLE invitations (
	name TEXT    NOT NULL,
	room INTEGER NOT NULL REFERENCES rooms (id),
	seq  INTEGER NOT NULL, -- of the event
	PRIMARY KEY (name, room)
) STRICT, WITHOUT ROWID;

-- Talk that names a member. Rows stay after they are read: a mark can be moved back.
CREATE TABLE mentions (
	name TEXT    NOT NULL,
	room INTEGER NOT NULL,
	seq  INTEGER NOT NULL,
	PRIMARY KEY (name, room, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE people (
	name      TEXT    PRIMARY KEY NOT NULL,
	last_room INTEGER NOT NULL,
	settings  TEXT    NOT NULL, -- a JSON object; '' for none
	seen      INTEGER           -- NULL for never
) STRICT, WITHOUT ROWID;

-- Names once used.
CREATE TABLE names (
	name        TEXT    PRIMARY KEY NOT NULL,
	skeleton    TEXT    NOT NULL,
	role        TEXT    NOT NULL,
	fingerprint TEXT    NOT NULL,
	time        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX names_skeleton ON names (skeleton);

CREATE TABLE invites (
	hash    BLOB    PRIMARY KEY NOT NULL, -- SHA-256 of the code
	by      TEXT    NOT NULL,
	made    INTEGER NOT NULL,
	expires INTEGER NOT NULL,
	used_by TEXT    NOT NULL -- '' while unused
) STRICT, WITHOUT ROWID;

CREATE TABLE knocks (
	fingerprint TEXT    PRIMARY KEY NOT NULL,
	name        TEXT    NOT NULL,
	key         TEXT    NOT NULL,
	addr        TEXT    NOT NULL,
	time        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 1;
INSERT INTO rooms VALUES (1, 'general', 'general', 'public', 0, 'greetings', 'alice', 1772323200000, 3, 1, 2);
INSERT INTO events VALUES (1, 1, 1772323200000, 'create', 'alice', '', '', '', 0);
INSERT INTO events VALUES (1, 2, 1772323201000, 'join', 'bob', '', '', '', 0);
INSERT INTO events VALUES (1, 3, 1772323202000, 'message', 'bob', 'hello @alice', '', 'n1', 1);
INSERT INTO members VALUES (1, 'alice', 4, 1, 2, 0, 0);
INSERT INTO members VALUES (1, 'bob', 2, 2, 2, 0, 1);
INSERT INTO places VALUES ('alice', 1, 'half a', 2, 1);
INSERT INTO invitations VALUES ('carol', 1, 3);
INSERT INTO mentions VALUES ('alice', 1, 3);
INSERT INTO people VALUES ('alice', 1, '{"theme":"dark"}', 1772323203000);
INSERT INTO names VALUES ('alice', 'alice', 'owner', 'SHA256:a', 1772323200000);
INSERT INTO invites VALUES (x'00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff', 'alice', 1772323200000, 1772409600000, '');
INSERT INTO knocks VALUES ('SHA256:d', 'dave', 'ssh-ed25519 AAAA', '192.0.2.7', 1772323204000);
