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

// migrations lead an older database to the current schema: the nth statement
// list turns version n+1 into version n+2. The list is only ever appended to,
// and schema.sql is changed to match in the same commit.
func migrations() []string { return nil }

// migrate brings the database to the current schema, in one transaction.
func migrate(ctx context.Context, c *conn, path, schema string, steps []string) (err error) {
	current := int64(len(steps)) + 1
	if _, err := c.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("the database %s cannot be written: %w", path, err)
	}
	defer func() {
		if err != nil {
			c.close()
		}
	}()
	var version, tables int64
	if _, err := c.first("PRAGMA user_version", func(r row) { version = r.int(0) }); err != nil {
		return fmt.Errorf("%s cannot be read as a database: %w", path, err)
	}
	if _, err := c.first("SELECT count(*) FROM sqlite_schema", func(r row) { tables = r.int(0) }); err != nil {
		return fmt.Errorf("%s cannot be read as a database: %w", path, err)
	}
	switch {
	case version > current:
		return fmt.Errorf("the database %s was written by a newer version of this program (schema %d, this one knows up to %d): "+
			"install that version, or restore a backup made before the upgrade", path, version, current)
	case version <= 0 && tables > 0:
		return fmt.Errorf("%s is the database of another program: name another file", path)
	case version <= 0:
		steps = []string{schema}
	default:
		steps = steps[version-1:]
	}
	for _, step := range steps {
		if err := c.script(ctx, step); err != nil {
			return fmt.Errorf("the database %s cannot be brought to schema %d: %w", path, current, err)
		}
	}
	if version != current {
		if err := c.script(ctx, fmt.Sprintf("PRAGMA user_version = %d", current)); err != nil {
			return fmt.Errorf("the database %s cannot be brought to schema %d: %w", path, current, err)
		}
	}
	if _, err := c.exec(ctx, "COMMIT"); err != nil {
		return fmt.Errorf("the database %s cannot be brought to schema %d: %w", path, current, err)
	}
	return nil
}
