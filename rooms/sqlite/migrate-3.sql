-- From schema 2 to 3: what programs write, files and signatures.

ALTER TABLE events ADD COLUMN bot       INTEGER NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN file      TEXT    NOT NULL DEFAULT '';
ALTER TABLE events ADD COLUMN signature TEXT    NOT NULL DEFAULT '';
