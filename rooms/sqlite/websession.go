package sqlite

import (
	"context"
	"errors"
	"net/netip"

	"parley/rooms"
	"parley/text"
)

// AddWebSession implements rooms.Store.
func (s *Store) AddWebSession(ctx context.Context, w rooms.WebSession) (uint64, error) {
	var id int64
	err := s.update(ctx, func(c *conn) error {
		if _, err := c.exec(context.Background(), "DELETE FROM web_sessions WHERE expires <= ?", millis(w.Made)); err != nil {
			return s.cannotKeep("browser sessions", err)
		}
		var err error
		id, err = c.insert("INSERT INTO web_sessions (hash, name, key, proof, client, addr, made, seen, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			w.Hash[:], w.Name.String(), w.Key, w.Proof, w.Client.String(), address(w.Addr), millis(w.Made), millis(w.Seen), millis(w.Expires))
		return s.cannotKeep("browser sessions", err)
	})
	return uint64(id), err
}

// WebSession implements rooms.Store.
func (s *Store) WebSession(ctx context.Context, hash [32]byte) (rooms.WebSession, error) {
	list, err := s.webSessions(ctx, "WHERE hash = ?", hash[:])
	if err == nil && len(list) == 0 {
		err = rooms.ErrNoWebSession
	}
	if err != nil {
		return rooms.WebSession{}, err
	}
	return list[0], nil
}

// WebSessions implements rooms.Store.
func (s *Store) WebSessions(ctx context.Context, who text.Name) ([]rooms.WebSession, error) {
	if who.IsZero() {
		return s.webSessions(ctx, "ORDER BY id")
	}
	return s.webSessions(ctx, "WHERE name = ? ORDER BY id", who.String())
}

func (s *Store) webSessions(ctx context.Context, which string, args ...any) (list []rooms.WebSession, err error) {
	err = s.view(ctx, func(c *conn) error {
		return c.query(ctx, "SELECT id, hash, name, key, proof, client, addr, made, seen, expires FROM web_sessions "+which, func(r row) error {
			name, err := names(nil).read(r.text(2))
			w := rooms.WebSession{
				ID: r.uint(0), Name: name, Key: r.text(3), Proof: r.text(4), Client: text.NewLine(r.text(5), clientCols),
				Made: moment(r.int(7)), Seen: moment(r.int(8)), Expires: moment(r.int(9)),
			}
			copy(w.Hash[:], r.blob(1))
			var bad error
			if a := r.text(6); a != "" {
				w.Addr, bad = netip.ParseAddr(a)
			}
			list = append(list, w)
			return errors.Join(err, bad)
		}, args...)
	})
	return list, err
}

// clientCols is the most that is read of what a browser says it is; what is written is shorter.
const clientCols = 200

// address is an address for storing, "" for none.
func address(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

// SeeWebSession implements rooms.Store.
func (s *Store) SeeWebSession(ctx context.Context, w rooms.WebSession) error {
	return s.update(ctx, func(c *conn) error {
		_, err := c.exec(context.Background(), "UPDATE web_sessions SET addr = ?, seen = ?, expires = ? WHERE id = ?",
			address(w.Addr), millis(w.Seen), millis(w.Expires), int64(w.ID))
		return s.cannotKeep("browser sessions", err)
	})
}

// DropWebSession implements rooms.Store.
func (s *Store) DropWebSession(ctx context.Context, id uint64) error {
	found := false
	err := s.update(ctx, func(c *conn) error {
		n, err := c.exec(context.Background(), "DELETE FROM web_sessions WHERE id = ?", int64(id))
		found = n > 0
		return s.cannotKeep("browser sessions", err)
	})
	if err == nil && !found {
		return rooms.ErrNoWebSession
	}
	return err
}
