-- From schema 7 to 8: a file that waits for its message says how its owner had come.

ALTER TABLE files ADD COLUMN proof TEXT NOT NULL DEFAULT '';
ALTER TABLE files ADD COLUMN bot INTEGER NOT NULL DEFAULT 0;
