-- From schema 1 to 2: threads, reactions, pins, sanctions, direct rooms and what a room can be told to do.

ALTER TABLE rooms ADD COLUMN direct   TEXT    NOT NULL DEFAULT '';
ALTER TABLE rooms ADD COLUMN slow     INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN locked   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN history  TEXT    NOT NULL DEFAULT '';
ALTER TABLE rooms ADD COLUMN keep     INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN gone     INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN pinned   INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX rooms_direct ON rooms (direct) WHERE direct <> '';

ALTER TABLE events ADD COLUMN ref    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN thread INTEGER NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN detail TEXT    NOT NULL DEFAULT '';
ALTER TABLE events ADD COLUMN until  INTEGER NOT NULL DEFAULT 0;
CREATE INDEX events_ref ON events (room, ref, seq) WHERE ref <> 0 AND type NOT IN ('message', 'action', 'poll', 'expire');
CREATE INDEX events_thread ON events (room, thread, seq) WHERE thread <> 0;

ALTER TABLE members ADD COLUMN quiet  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE members ADD COLUMN notify TEXT    NOT NULL DEFAULT '';
ALTER TABLE members ADD COLUMN star   INTEGER NOT NULL DEFAULT 0;

-- What is pinned.
CREATE TABLE pins (
	room INTEGER NOT NULL REFERENCES rooms (id),
	seq  INTEGER NOT NULL, -- of the message
	at   INTEGER NOT NULL, -- seq of the event that pinned it
	PRIMARY KEY (room, seq)
) STRICT, WITHOUT ROWID;

-- Who follows a thread, and how far they have read it.
CREATE TABLE follows (
	name   TEXT    NOT NULL,
	room   INTEGER NOT NULL REFERENCES rooms (id),
	root   INTEGER NOT NULL, -- seq of the first message
	read   INTEGER NOT NULL, -- seq
	unread INTEGER NOT NULL, -- messages of others after it
	PRIMARY KEY (name, room, root)
) STRICT, WITHOUT ROWID;
CREATE INDEX follows_root ON follows (room, root);

-- Who is kept out, or silent.
CREATE TABLE sanctions (
	id     INTEGER PRIMARY KEY AUTOINCREMENT,
	room   INTEGER NOT NULL, -- 0 for the whole server
	quiet  INTEGER NOT NULL, -- 1: may read
	name   TEXT    NOT NULL, -- one of name, key and prefix is not ''
	key    TEXT    NOT NULL, -- fingerprint
	prefix TEXT    NOT NULL, -- CIDR
	by     TEXT    NOT NULL,
	reason TEXT    NOT NULL,
	made   INTEGER NOT NULL,
	until  INTEGER NOT NULL  -- 0 for no end
) STRICT;
CREATE INDEX sanctions_room ON sanctions (room, name);

-- Who did what to the server, a room or somebody in it, and why. Rows are only
-- ever added; the triggers say so to every program, this one included.
CREATE TABLE audit (
	id     INTEGER PRIMARY KEY AUTOINCREMENT,
	time   INTEGER NOT NULL,
	who    TEXT    NOT NULL,
	action TEXT    NOT NULL,
	room   INTEGER NOT NULL, -- 0 for the server
	target TEXT    NOT NULL, -- '' for none
	why    TEXT    NOT NULL  -- '' for none
) STRICT;
CREATE INDEX audit_who ON audit (who, id);
CREATE INDEX audit_target ON audit (target, id) WHERE target <> '';
CREATE INDEX audit_room ON audit (room, id);
CREATE TRIGGER audit_never_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END;
CREATE TRIGGER audit_never_deleted BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END;
-- INSERT OR REPLACE would be a change that the two above do not see.
CREATE TRIGGER audit_never_replaced BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END;

-- What people say staff should look at.
CREATE TABLE reports (
	id       INTEGER PRIMARY KEY AUTOINCREMENT,
	time     INTEGER NOT NULL,
	by       TEXT    NOT NULL,
	room     INTEGER NOT NULL REFERENCES rooms (id),
	seq      INTEGER NOT NULL, -- of the event
	author   TEXT    NOT NULL, -- of the event
	quote    TEXT    NOT NULL, -- the beginning of what it said then
	why      TEXT    NOT NULL, -- '' for none
	resolver TEXT    NOT NULL  -- '' while open
) STRICT;
CREATE INDEX reports_open ON reports (id) WHERE resolver = '';

-- What the server remembers of itself, as the defcon level.
CREATE TABLE facts (
	key   TEXT PRIMARY KEY NOT NULL,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Up to where the search index is right: for each room a seq, and the form of the blocks.
CREATE TABLE search_marks (
	room    INTEGER PRIMARY KEY NOT NULL,
	version INTEGER NOT NULL,
	seq     INTEGER NOT NULL
) STRICT;

-- The texts of a stretch of a room's log, as package index looks through them. id is room << 32 | seq / 1024.
CREATE TABLE search_blocks (
	id     INTEGER PRIMARY KEY NOT NULL,
	oldest INTEGER NOT NULL, -- when the first of it was said
	newest INTEGER NOT NULL,
	filter BLOB    NOT NULL,
	docs   BLOB    NOT NULL
) STRICT;

-- What somebody saved to find it again.
CREATE TABLE saved (
	name TEXT    NOT NULL,
	room INTEGER NOT NULL REFERENCES rooms (id),
	seq  INTEGER NOT NULL, -- of the message
	time INTEGER NOT NULL, -- when it was saved
	PRIMARY KEY (name, room, seq)
) STRICT, WITHOUT ROWID;

-- What is to happen at a time. id is never given out twice: a nonce is made of it.
CREATE TABLE jobs (
	id     INTEGER PRIMARY KEY AUTOINCREMENT,
	by     TEXT    NOT NULL,
	person TEXT    NOT NULL, -- who is reminded; '' for a message
	room   INTEGER NOT NULL, -- where it is posted; 0 for a reminder
	text   TEXT    NOT NULL,
	made   INTEGER NOT NULL,
	at     INTEGER NOT NULL,
	waits  INTEGER NOT NULL  -- 1: due, and its person was not here
) STRICT;
CREATE INDEX jobs_at ON jobs (at) WHERE waits = 0;
CREATE INDEX jobs_by ON jobs (by);
CREATE INDEX jobs_person ON jobs (person) WHERE person <> '';
