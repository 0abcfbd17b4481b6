-- From schema 5 to 6: what is to happen says how who asked for it had come.

ALTER TABLE jobs ADD COLUMN proof TEXT NOT NULL DEFAULT '';
