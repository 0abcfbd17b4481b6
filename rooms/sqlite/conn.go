package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	"modernc.org/sqlite"
)

// conn is one connection with its prepared statements. It is used by one
// goroutine at a time: whoever took it from its channel in Store.
//
// It speaks to the driver directly. database/sql would add its locks, its
// conversions by reflection and a pool, of which this package needs none: a
// batch of 200 posts runs several hundred statements.
type conn struct {
	dsn   string
	raw   driver.Conn // nil until first used and after a failure
	stmts map[string]*stmt
}

// stmt is a prepared statement with the scratch for its arguments.
type stmt struct {
	raw interface {
		driver.Stmt
		driver.StmtExecContext
		driver.StmtQueryContext
	}
	args []driver.NamedValue
}

// row is one row of a result, valid until the function that it was given to
// returns. The tables are STRICT, so a column has the type that it declares.
type row []driver.Value

func (r row) int(i int) int64   { v, _ := r[i].(int64); return v }
func (r row) uint(i int) uint64 { return uint64(r.int(i)) }
func (r row) text(i int) string { v, _ := r[i].(string); return v }
func (r row) blob(i int) []byte { v, _ := r[i].([]byte); return v }
func (r row) null(i int) bool   { return r[i] == nil }

// open connects if the connection is not open.
func (c *conn) open(ctx context.Context) error {
	if c.raw != nil {
		return nil
	}
	connector, err := sqlite.NewConnector(c.dsn)
	if err != nil {
		return err
	}
	raw, err := connector.Connect(ctx)
	if err != nil {
		return err
	}
	c.raw, c.stmts = raw, make(map[string]*stmt)
	return nil
}

// close ends the connection and what it had begun. It can be opened again.
func (c *conn) close() error {
	if c.raw == nil {
		return nil
	}
	var errs []error
	for _, s := range c.stmts {
		errs = append(errs, s.raw.Close())
	}
	errs = append(errs, c.raw.Close())
	c.raw, c.stmts = nil, nil
	return errors.Join(errs...)
}

func (c *conn) prepare(query string) (*stmt, error) {
	if s, ok := c.stmts[query]; ok {
		return s, nil
	}
	raw, err := c.raw.Prepare(query)
	if err != nil {
		return nil, err
	}
	s := &stmt{}
	var ok bool
	if s.raw, ok = raw.(interface {
		driver.Stmt
		driver.StmtExecContext
		driver.StmtQueryContext
	}); !ok {
		return nil, fmt.Errorf("the SQLite driver's statements take no context")
	}
	c.stmts[query] = s
	return s, nil
}

// bind puts the arguments, each an int64, a string, a []byte or nil, into the statement's scratch.
func (s *stmt) bind(args []any) []driver.NamedValue {
	s.args = s.args[:0]
	for i, a := range args {
		s.args = append(s.args, driver.NamedValue{Ordinal: i + 1, Value: a})
	}
	return s.args
}

// exec runs a statement that returns nothing and reports how many rows it changed.
// A context that can end costs a goroutine for each statement, so give one only to what can wait.
func (c *conn) exec(ctx context.Context, query string, args ...any) (int64, error) {
	s, err := c.prepare(query)
	if err != nil {
		return 0, err
	}
	res, err := s.raw.ExecContext(ctx, s.bind(args))
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// insert is exec for a table with a rowid: it reports the new row's.
func (c *conn) insert(query string, args ...any) (int64, error) {
	s, err := c.prepare(query)
	if err != nil {
		return 0, err
	}
	res, err := s.raw.ExecContext(context.Background(), s.bind(args))
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

// query calls fn for each row. It looks at ctx between rows only: a single
// step of the queries here is a walk down an index.
func (c *conn) query(ctx context.Context, query string, fn func(row) error, args ...any) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	s, err := c.prepare(query)
	if err != nil {
		return err
	}
	rows, err := s.raw.QueryContext(context.Background(), s.bind(args))
	if err != nil {
		return err
	}
	defer func() {
		if e := rows.Close(); err == nil {
			err = e
		}
	}()
	n := len(rows.Columns())
	vals := make([]driver.Value, n)
	for i := 1; ; i++ {
		if err := rows.Next(vals); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := fn(vals); err != nil {
			return err
		}
		if i%64 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
	}
}

// first calls fn for the first row and reports whether there was one.
func (c *conn) first(query string, fn func(row), args ...any) (found bool, err error) {
	err = c.query(context.Background(), query, func(r row) error {
		if !found {
			found = true
			fn(r)
		}
		return nil
	}, args...)
	return found, err
}

// snapshot runs fn, whose queries all see the database as it is at the first of them.
func (c *conn) snapshot(ctx context.Context, fn func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, err := c.exec(context.Background(), "BEGIN"); err != nil {
		return err
	}
	err := fn()
	_, end := c.exec(context.Background(), "COMMIT") // nothing was written: it only ends what the queries see
	return errors.Join(err, end)
}

// script runs statements that need no arguments and are not worth keeping prepared.
func (c *conn) script(ctx context.Context, query string) error {
	x, ok := c.raw.(driver.ExecerContext)
	if !ok {
		return errors.New("the SQLite driver takes no scripts")
	}
	_, err := x.ExecContext(ctx, query, nil)
	return err
}
