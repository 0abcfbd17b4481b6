package sqlite

import (
	"context"
	"errors"
	"time"

	"parley/rooms"
)

const selectHooks = "SELECT id, room, name, by, made, used, hash, url, secret, wants, word, cursor, failures, since, next, skipped, off, trouble FROM hooks "

func readHook(r row) (rooms.Hook, error) {
	name, errName := names(nil).read(r.text(2))
	by, errBy := names(nil).read(r.text(3))
	h := rooms.Hook{ID: r.uint(0), Room: rooms.ID(r.int(1)), Name: name, By: by, Made: moment(r.int(4)), Used: moment(r.int(5))}
	copy(h.Hash[:], r.blob(6))
	if url := r.text(7); url != "" {
		h.Out = &rooms.Outgoing{URL: url, Secret: r.text(8), For: rooms.For(r.text(9)), Word: r.text(10), Delivery: rooms.Delivery{
			Cursor: r.uint(11), Failures: int(r.int(12)), Since: moment(r.int(13)), Next: moment(r.int(14)),
			Skipped: r.uint(15), Off: r.int(16) != 0, Trouble: r.text(17),
		}}
	}
	return h, errors.Join(errName, errBy)
}

// AddHook implements rooms.Store.
func (s *Store) AddHook(ctx context.Context, h rooms.Hook) (uint64, error) {
	out, hash := rooms.Outgoing{}, h.Hash[:]
	if h.Out != nil {
		out, hash = *h.Out, []byte{}
	}
	var id int64
	var refused error
	err := s.update(ctx, func(c *conn) error {
		var all, same int64
		_, err := c.first("SELECT count(*) FILTER (WHERE room = ?1), count(*) FILTER (WHERE name = ?2) FROM hooks",
			func(r row) { all, same = r.int(0), r.int(1) }, int64(h.Room), h.Name.String())
		switch {
		case err != nil:
			return s.cannotKeep("hooks", err)
		case same > 0:
			refused = rooms.ErrHookName
			return nil
		case all >= rooms.MaxHooks:
			refused = rooms.ErrHooks
			return nil
		}
		id, err = c.insert(`INSERT INTO hooks (room, name, by, made, used, hash, url, secret, wants, word, cursor, failures, since, next, skipped, off, trouble)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			int64(h.Room), h.Name.String(), h.By.String(), millis(h.Made), millis(h.Used), hash, out.URL, out.Secret, string(out.For), out.Word,
			int64(out.Cursor), int64(out.Failures), millis(out.Since), millis(out.Next), int64(out.Skipped), boolean(out.Off), out.Trouble)
		return s.cannotKeep("hooks", err)
	})
	if err == nil {
		err = refused
	}
	return uint64(id), err
}

// Hook implements rooms.Store.
func (s *Store) Hook(ctx context.Context, id uint64) (rooms.Hook, error) {
	list, err := s.hooks(ctx, "WHERE id = ?", int64(id))
	if err != nil {
		return rooms.Hook{}, err
	}
	if len(list) == 0 {
		return rooms.Hook{}, rooms.ErrNoHook
	}
	return list[0], nil
}

// Hooks implements rooms.Store.
func (s *Store) Hooks(ctx context.Context, room rooms.ID) ([]rooms.Hook, error) {
	if room == 0 {
		return s.hooks(ctx, "ORDER BY name")
	}
	return s.hooks(ctx, "WHERE room = ? ORDER BY name", int64(room))
}

func (s *Store) hooks(ctx context.Context, which string, args ...any) (list []rooms.Hook, err error) {
	err = s.view(ctx, func(c *conn) error {
		return c.query(ctx, selectHooks+which, func(r row) error {
			h, err := readHook(r)
			list = append(list, h)
			return err
		}, args...)
	})
	return list, err
}

// SetHookSecret implements rooms.Store.
func (s *Store) SetHookSecret(ctx context.Context, id uint64, hash [32]byte, secret string) error {
	kept := hash[:]
	if hash == ([32]byte{}) {
		kept = []byte{}
	}
	return s.changeHook(ctx, "UPDATE hooks SET hash = ?, secret = ? WHERE id = ?", kept, secret, int64(id))
}

// SaveDelivery implements rooms.Store.
func (s *Store) SaveDelivery(ctx context.Context, id uint64, d rooms.Delivery, used time.Time) error {
	return s.changeHook(ctx, "UPDATE hooks SET cursor = ?, failures = ?, since = ?, next = ?, skipped = ?, off = ?, trouble = ?, used = ? WHERE id = ?",
		int64(d.Cursor), int64(d.Failures), millis(d.Since), millis(d.Next), int64(d.Skipped), boolean(d.Off), d.Trouble, millis(used), int64(id))
}

// DropHook implements rooms.Store.
func (s *Store) DropHook(ctx context.Context, id uint64) error {
	return s.changeHook(ctx, "DELETE FROM hooks WHERE id = ?", int64(id))
}

func (s *Store) changeHook(ctx context.Context, query string, args ...any) error {
	found := false
	err := s.update(ctx, func(c *conn) error {
		n, err := c.exec(context.Background(), query, args...)
		found = n > 0
		return s.cannotKeep("hooks", err)
	})
	if err == nil && !found {
		return rooms.ErrNoHook
	}
	return err
}

// hooked lets a hook of the room talk, as a member of it could.
func (b *batch) hooked(room *roomState, e *rooms.Entry, res *rooms.Result) error {
	n, err := b.exec(context.Background(), "UPDATE hooks SET used = ? WHERE id = ? AND room = ? AND name = ?",
		e.Time.UnixMilli(), int64(e.Hook), int64(room.ID), e.Author.String())
	if err != nil {
		return err
	}
	if n == 0 || e.Type != rooms.Message {
		res.Err = rooms.ErrNoHook
		return nil
	}
	c, _, err := b.look(room, e)
	if err != nil {
		return err
	}
	out, silent, err := b.sanctioned(room.ID, e.Author, e.Time)
	if err != nil {
		return err
	}
	if out != nil {
		return b.refuse(room, e, res, &rooms.BanError{Sanction: *out})
	}
	c.Author = &rooms.Member{Name: e.Author, Role: rooms.RoleMember}
	if silent != nil {
		c.Author.Quiet = silent.Until
	}
	if why := rooms.Allow(c, e); why != nil {
		return b.refuse(room, e, res, why)
	}
	return b.talk(room, nil, e, res)
}

// hookAs is a hook of the room as a member, for what moderators do to it; nil if there is none of that name.
func (b *batch) hookAs(room *roomState, e *rooms.Entry) (*rooms.Member, error) {
	found, err := b.first("SELECT id FROM hooks WHERE room = ? AND name = ?", func(row) {}, int64(room.ID), e.Target.String())
	if err != nil || !found {
		return nil, err
	}
	return &rooms.Member{Name: e.Target, Role: rooms.RoleMember}, nil
}
