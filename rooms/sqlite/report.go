package sqlite

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/rooms"
	"parley/text"
)

// maxReports bounds what people can make the server list.
const maxReports = 500

const selectReports = "SELECT id, time, by, room, seq, author, quote, why, resolver FROM reports "

func readReport(r row) (rooms.Report, error) {
	by, errBy := names(nil).read(r.text(2))
	author, errAuthor := names(nil).read(r.text(5))
	resolver, errResolver := names(nil).read(r.text(8))
	return rooms.Report{
		ID: r.uint(0), Time: time.UnixMilli(r.int(1)).UTC(), By: by, Room: rooms.ID(r.int(3)), Seq: r.uint(4),
		Author: author, Quote: r.text(6), Why: r.text(7), Resolver: resolver,
	}, errors.Join(errBy, errAuthor, errResolver)
}

// AddReport implements rooms.Store.
func (s *Store) AddReport(ctx context.Context, r rooms.Report) (uint64, error) {
	var id int64
	refused := false
	err := s.update(ctx, func(c *conn) error {
		var all, own int64
		if _, err := c.first("SELECT count(*), count(*) FILTER (WHERE by = ?1), max(id) FILTER (WHERE by = ?1 AND room = ?2 AND seq = ?3) FROM reports WHERE resolver = ''",
			func(r row) { all, own, id = r.int(0), r.int(1), r.int(2) }, r.By.String(), int64(r.Room), int64(r.Seq)); err != nil {
			return s.reportError(err)
		}
		if id != 0 {
			return nil
		}
		if refused = all >= maxReports || own >= rooms.MaxReports; refused {
			return nil
		}
		var err error
		id, err = c.insert("INSERT INTO reports (time, by, room, seq, author, quote, why, resolver) VALUES (?, ?, ?, ?, ?, ?, ?, '')",
			r.Time.UnixMilli(), r.By.String(), int64(r.Room), int64(r.Seq), r.Author.String(),
			text.NewLine(r.Quote, rooms.MaxQuote).String(), text.NewLine(r.Why, rooms.MaxWhy).String())
		return s.reportError(err)
	})
	if err == nil && refused {
		err = rooms.ErrReports
	}
	return uint64(id), err
}

// Reports implements rooms.Store.
func (s *Store) Reports(ctx context.Context) ([]rooms.Report, error) {
	var list []rooms.Report
	err := s.view(ctx, func(c *conn) error {
		return c.query(ctx, selectReports+"WHERE resolver = '' ORDER BY id LIMIT ?", func(r row) error {
			report, err := readReport(r)
			list = append(list, report)
			return err
		}, int64(maxReports))
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// ResolveReport implements rooms.Store.
func (s *Store) ResolveReport(ctx context.Context, id uint64, by text.Name) (report rooms.Report, err error) {
	found := false
	err = s.update(ctx, func(c *conn) error {
		n, err := c.exec(context.Background(), "UPDATE reports SET resolver = ? WHERE id = ? AND resolver = ''", by.String(), int64(id))
		if found = n > 0; !found || err != nil {
			return s.reportError(err)
		}
		var fail error
		_, err = c.first(selectReports+"WHERE id = ?", func(r row) { report, fail = readReport(r) }, int64(id))
		return s.reportError(errors.Join(err, fail))
	})
	if err == nil && !found {
		err = rooms.ErrNoReport
	}
	return report, err
}

// reportError says what could not be done when the database failed.
func (s *Store) reportError(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the database %s cannot keep reports: %w", s.path, err)
}
