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
	people   INTEGER NOT NULL, -- how many members there are
	direct   TEXT    NOT NULL, -- whom a direct room is for, sorted, with commas; '' for other rooms
	slow     INTEGER NOT NULL, -- milliseconds between two messages of a member
	locked   INTEGER NOT NULL,
	archived INTEGER NOT NULL,
	history  TEXT    NOT NULL, -- '' all, 'joined'
	keep     INTEGER NOT NULL, -- milliseconds that messages are kept, 0 for ever
	gone     INTEGER NOT NULL, -- what was said up to this seq is erased
	pinned   INTEGER NOT NULL, -- seq of the message pinned last, 0 for none
	no_bots  INTEGER NOT NULL, -- 1: no program writes
	gone_messages INTEGER NOT NULL -- messages of the event at gone
) STRICT;
CREATE UNIQUE INDEX rooms_direct ON rooms (direct) WHERE direct <> '';
CREATE UNIQUE INDEX rooms_name ON rooms (name) WHERE name <> '';
CREATE UNIQUE INDEX rooms_skeleton ON rooms (skeleton) WHERE skeleton <> '';

-- The room that had a name last, by which it is found until another room has it.
CREATE TABLE former_names (
	name TEXT    PRIMARY KEY NOT NULL, -- without '#'
	room INTEGER NOT NULL REFERENCES rooms (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
	room     INTEGER NOT NULL REFERENCES rooms (id),
	seq      INTEGER NOT NULL,
	time     INTEGER NOT NULL,
	type     TEXT    NOT NULL,
	author   TEXT    NOT NULL,
	text     TEXT    NOT NULL,
	target   TEXT    NOT NULL, -- whom it is about: of what is deleted, the author; '' for nobody
	nonce    TEXT    NOT NULL, -- '' for none
	messages INTEGER NOT NULL, -- how many events of the room up to this one are talk
	ref      INTEGER NOT NULL, -- seq of the event that this one is about, 0 for none
	thread   INTEGER NOT NULL, -- seq of the first message of the thread, also of what is deleted; 0 for none
	detail   TEXT    NOT NULL,
	until    INTEGER NOT NULL, -- 0 for none
	bot      INTEGER NOT NULL, -- 1: a program wrote it
	file     TEXT    NOT NULL, -- what it brings with it, as a JSON object; '' for nothing
	signature TEXT   NOT NULL, -- '' for none
	PRIMARY KEY (room, seq)
) STRICT, WITHOUT ROWID;
-- What has become of a message, see rooms.State.
CREATE INDEX events_ref ON events (room, ref, seq) WHERE ref <> 0 AND type NOT IN ('message', 'action', 'poll', 'expire');
CREATE INDEX events_thread ON events (room, thread, seq) WHERE thread <> 0;
-- What is deleted, with whose it was and in which thread.
CREATE INDEX events_deleted ON events (room, ref, thread, target) WHERE type = 'delete';
CREATE UNIQUE INDEX events_nonce ON events (room, nonce, author) WHERE nonce <> '';

-- A person's rows lie side by side: they are read at each login.
CREATE TABLE members (
	room          INTEGER NOT NULL REFERENCES rooms (id),
	name          TEXT    NOT NULL,
	role          INTEGER NOT NULL,
	joined        INTEGER NOT NULL, -- seq of the event
	read_seq      INTEGER NOT NULL, -- the read mark
	read_messages INTEGER NOT NULL, -- messages of the event at the mark
	own           INTEGER NOT NULL, -- talk of the member's own after the mark that has not expired
	quiet         INTEGER NOT NULL, -- until when the member may not write, 0 for no such time
	notify        TEXT    NOT NULL, -- '' mentions, 'all', 'none'
	star          INTEGER NOT NULL,
	PRIMARY KEY (name, room)
) STRICT, WITHOUT ROWID;
-- All that the list of a room's members shows; posts and read marks change none of it.
CREATE INDEX members_room ON members (room, name, role, joined, quiet);

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
	unread INTEGER NOT NULL, -- messages of others after it that are not deleted
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
	waits  INTEGER NOT NULL, -- 1: due, and its person was not here
	proof  TEXT    NOT NULL  -- of a certificate by which by had come, as package keys keeps it; '' for a key
) STRICT;
CREATE INDEX jobs_at ON jobs (at) WHERE waits = 0;
CREATE INDEX jobs_by ON jobs (by);
CREATE INDEX jobs_person ON jobs (person) WHERE person <> '';

-- What ties a room to a program elsewhere. id is never given out twice: it is in URLs.
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
-- One that is old is whole, and waits for its message. id is never given out twice, not even after a deletion.
CREATE TABLE files (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	room    INTEGER NOT NULL REFERENCES rooms (id),
	owner   TEXT    NOT NULL, -- who put it there
	name    TEXT    NOT NULL,
	size    INTEGER NOT NULL, -- bytes in chunks
	seq     INTEGER NOT NULL, -- of its message, 0 for none
	touched INTEGER NOT NULL, -- when something was added last
	old     INTEGER NOT NULL, -- 1: a newer one of that name was put there, and names open that one
	gone    INTEGER NOT NULL, -- 1: the chunks are to be removed
	proof   TEXT    NOT NULL, -- how the owner had come, as in jobs, while there is no message
	bot     INTEGER NOT NULL  -- 1: the owner was a program then
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

-- Browsers that people have let in. id is never given out twice: it names a session.
CREATE TABLE web_sessions (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	hash    BLOB    NOT NULL, -- SHA-256 of the token in the browser's cookie
	name    TEXT    NOT NULL,
	key     TEXT    NOT NULL, -- fingerprint of the key by which the person let it in
	proof   TEXT    NOT NULL, -- of a certificate, as package keys keeps it; '' for a key
	client  TEXT    NOT NULL, -- browser and system
	addr    TEXT    NOT NULL, -- where it was seen last
	made    INTEGER NOT NULL,
	seen    INTEGER NOT NULL,
	expires INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX web_sessions_hash ON web_sessions (hash);
CREATE INDEX web_sessions_name ON web_sessions (name);
CREATE INDEX web_sessions_expires ON web_sessions (expires);
