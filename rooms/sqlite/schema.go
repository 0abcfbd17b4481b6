package sqlite

import (
	"context"
	_ "embed"
	"fmt"
)

// schema is the complete current schema, for a new database.
//
//go:embed schema.sql
var schema string

// schema2 leads schema 1 to 2.
//
//go:embed migrate-2.sql
var schema2 string

// schema3 leads schema 2 to 3.
//
//go:embed migrate-3.sql
var schema3 string

// schema4 leads schema 3 to 4.
//
//go:embed migrate-4.sql
var schema4 string

// schema5 leads schema 4 to 5.
//
//go:embed migrate-5.sql
var schema5 string

// schema6 leads schema 5 to 6.
//
//go:embed migrate-6.sql
var schema6 string

// schema7 leads schema 6 to 7.
//
//go:embed migrate-7.sql
var schema7 string

// schema8 leads schema 7 to 8.
//
//go:embed migrate-8.sql
var schema8 string

// migrations lead an older database to the current schema: the nth statement
// list turns version n+1 into version n+2. The list is only ever appended to,
// and schema.sql is changed to match in the same commit.
func migrations() []string {
	return []string{schema2, schema3, schema4, schema5, schema6, schema7, schema8}
}

// inspect returns the schema version of a database, 0 for an empty one. It
// refuses what this program must not touch, and changes nothing.
func inspect(ctx context.Context, c *conn, path string, current int64) (version int64, err error) {
	var tables int64
	err = c.query(ctx, "SELECT (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)", func(r row) error {
		version, tables = r.int(0), r.int(1)
		return nil
	})
	switch {
	case err != nil:
		return 0, fmt.Errorf("%s cannot be read as a database: %w", path, err)
	case version > current:
		return 0, fmt.Errorf("the database %s was written by a newer version of this program (schema %d, this one knows up to %d): "+
			"install that version, or restore a backup made before the upgrade", path, version, current)
	case version <= 0 && tables > 0:
		return 0, fmt.Errorf("%s is the database of another program: name another file", path)
	}
	return max(version, 0), nil
}

// migrate brings the database to the current schema, in one transaction: a
// new one at once, an older one by the steps that it lacks.
func migrate(ctx context.Context, c *conn, path, schema string, steps []string) error {
	current := int64(len(steps)) + 1
	version, err := inspect(ctx, c, path, current)
	if err != nil || version == current {
		return err
	}
	todo := []string{schema}
	if version > 0 {
		todo = steps[version-1:]
	}
	todo = append(todo, fmt.Sprintf("PRAGMA user_version = %d", current))
	if err := func() error {
		if _, err := c.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
			return err
		}
		for _, step := range todo {
			if err := c.script(ctx, step); err != nil {
				return err
			}
		}
		_, err := c.exec(ctx, "COMMIT")
		return err
	}(); err != nil {
		c.close()
		return fmt.Errorf("the database %s cannot be brought from schema %d to %d: %w", path, version, current, err)
	}
	return nil
}
