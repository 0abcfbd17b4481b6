package sqlite

import (
	"context"
	"errors"
	"time"

	"parley/rooms"
	"parley/text"
)

const selectJobs = "SELECT id, by, person, room, text, made, at, waits, proof FROM jobs "

func readJob(r row) (rooms.Job, error) {
	by, errBy := names(nil).read(r.text(1))
	person, errPerson := names(nil).read(r.text(2))
	return rooms.Job{
		ID: r.uint(0), By: by, For: person, Room: rooms.ID(r.int(3)), Text: text.NewBody(r.text(4)),
		Made: moment(r.int(5)), At: moment(r.int(6)), Waits: r.int(7) != 0, Proof: r.text(8),
	}, errors.Join(errBy, errPerson)
}

// AddJob implements rooms.Store.
func (s *Store) AddJob(ctx context.Context, j rooms.Job) (uint64, error) {
	var id int64
	err := s.update(ctx, func(c *conn) (err error) {
		id, err = c.insert("INSERT INTO jobs (by, person, room, text, made, at, waits, proof) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			j.By.String(), j.For.String(), int64(j.Room), j.Text.String(), j.Made.UnixMilli(), j.At.UnixMilli(), boolean(j.Waits), j.Proof)
		return s.cannotKeep("reminders", err)
	})
	return uint64(id), err
}

// HoldJob implements rooms.Store.
func (s *Store) HoldJob(ctx context.Context, j rooms.Job) error {
	return s.update(ctx, func(c *conn) error {
		_, err := c.exec(context.Background(), "UPDATE jobs SET waits = 1, text = ? WHERE id = ?", j.Text.String(), int64(j.ID))
		return s.cannotKeep("reminders", err)
	})
}

// DropJob implements rooms.Store.
func (s *Store) DropJob(ctx context.Context, id uint64) (found bool, err error) {
	err = s.update(ctx, func(c *conn) error {
		n, err := c.exec(context.Background(), "DELETE FROM jobs WHERE id = ?", int64(id))
		found = n > 0
		return s.cannotKeep("reminders", err)
	})
	return found, err
}

// Jobs implements rooms.Store.
func (s *Store) Jobs(ctx context.Context, who text.Name) ([]rooms.Job, error) {
	return s.jobs(ctx, "WHERE by = ?1 OR person = ?1 AND person <> '' ORDER BY at, id", who.String())
}

// WaitingJobs implements rooms.Store.
func (s *Store) WaitingJobs(ctx context.Context) ([]rooms.Job, error) {
	return s.jobs(ctx, "WHERE waits = 1 ORDER BY at, id")
}

// DueJobs implements rooms.Store.
func (s *Store) DueJobs(ctx context.Context, now time.Time, limit int) (due []rooms.Job, next time.Time, err error) {
	if due, err = s.jobs(ctx, "WHERE waits = 0 AND at <= ? ORDER BY at, id LIMIT ?", now.UnixMilli(), int64(limit)); err != nil {
		return nil, time.Time{}, err
	}
	err = s.view(ctx, func(c *conn) error {
		_, err := c.first("SELECT at FROM jobs WHERE waits = 0 AND at > ? ORDER BY at LIMIT 1", func(r row) { next = moment(r.int(0)) }, now.UnixMilli())
		return err
	})
	return due, next, err
}

func (s *Store) jobs(ctx context.Context, which string, args ...any) (list []rooms.Job, err error) {
	err = s.view(ctx, func(c *conn) error {
		return c.query(ctx, selectJobs+which, func(r row) error {
			j, err := readJob(r)
			list = append(list, j)
			return err
		}, args...)
	})
	return list, err
}
