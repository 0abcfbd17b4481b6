-- Schema 1 to 2.

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
	why      TEXT    NOT NULL, -- '' for none
	resolver TEXT    NOT NULL  -- '' while open
) STRICT;
CREATE INDEX reports_open ON reports (id) WHERE resolver = '';

-- What the server remembers of itself, as the defcon level.
CREATE TABLE facts (
	key   TEXT PRIMARY KEY NOT NULL,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
