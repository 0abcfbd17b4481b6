-- From schema 3 to 4: browsers that people have let in.

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
