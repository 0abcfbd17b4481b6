package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"parley/rooms"
	"parley/text"
)

const (
	// chunkBytes is how much of a file a row of chunks has.
	chunkBytes = 64 << 10
	// copyAfter is how many bytes of files are written before the log is copied into the database beside the posts. SQLite would do it itself, while a
	// post waits, when the log has 16 MiB (wal_autocheckpoint).
	copyAfter = 4 << 20
	// chunkBits is how much of a chunk's id is its number: a file has at most 2⁴⁰ bytes.
	chunkBits = 24
)

var errMissing = errors.New("a chunk of a file is missing")

// chunkID is the key of the chunk of a file that the byte at an offset is in.
func chunkID(file uint64, at int64) int64 { return int64(file)<<chunkBits | at/chunkBytes }

// add runs fn, which writes so many bytes, in a transaction as update does, but lets posts go on for most of the work, which
// is to bring it to disk. One at a time: a post waits for one piece of a file at most, however many are on their way.
func (s *Store) add(ctx context.Context, size int, fn func(*conn) error) error {
	select {
	case s.adding <- struct{}{}:
		defer func() { <-s.adding }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := s.unflushed(ctx, fn); err != nil {
		return err
	}
	if err := s.flushLog(); err != nil {
		return err
	}
	if s.added += size; s.added >= copyAfter {
		s.added = 0
		_ = s.copyLog(ctx, "PASSIVE") // what cannot be copied now stays in the log, and is copied later
	}
	return nil
}

// unflushed is update without the fsync. What is committed after it with fsync is not on disk before it: both are in one log.
func (s *Store) unflushed(ctx context.Context, fn func(*conn) error) error {
	c, err := s.take(ctx, s.write)
	if err != nil {
		return err
	}
	defer func() { s.write <- c }()
	if err := c.script(ctx, "PRAGMA synchronous = NORMAL"); err != nil {
		s.drop(c)
		return fmt.Errorf("the database %s cannot be written now: %w", s.path, err)
	}
	err = s.transact(ctx, c, fn)
	if c.raw == nil { // dropped: a new connection begins with FULL
		return err
	}
	if full := c.script(context.Background(), "PRAGMA synchronous = FULL"); full != nil {
		s.drop(c)
		err = errors.Join(err, full)
	}
	return err
}

// flushLog brings to disk what was committed without fsync.
func (s *Store) flushLog() error {
	log, err := os.OpenFile(s.path+logSuffix, os.O_RDWR, 0)
	if errors.Is(err, os.ErrNotExist) { // all of it was copied into the database
		return nil
	}
	if err == nil {
		err = errors.Join(log.Sync(), log.Close())
	}
	if err == nil {
		return nil
	}
	if c, closed := s.take(context.Background(), s.write); closed == nil { // what the system has of the log may not be what is on disk: it is read again
		s.drop(c)
		s.write <- c
	}
	return fmt.Errorf("the database %s cannot be written now: %w", s.path, err)
}

// WriteFile implements rooms.Store.
func (s *Store) WriteFile(ctx context.Context, p rooms.Partial, data []byte, most rooms.Quota) (_ rooms.Partial, used rooms.Usage, err error) {
	var refused error // what is no failure of the database
	err = s.add(ctx, len(data), func(c *conn) (err error) {
		if used, err = c.usage(p.Owner, p.Room); err != nil {
			return s.cannotKeep("files", err)
		}
		if refused = most.Fits(used, int64(len(data))); refused != nil {
			return nil
		}
		var there bool
		if there, err = c.write(&p, data); err == nil && !there {
			refused = rooms.ErrNoFile
		}
		return s.cannotKeep("files", err)
	})
	if err = errors.Join(err, refused); err != nil {
		return rooms.Partial{}, used, err
	}
	used.Person += int64(len(data))
	used.Room += int64(len(data))
	return p, used, nil
}

// write adds data at the end of a file, and reports whether the file is there and as long as is believed.
func (c *conn) write(p *rooms.Partial, data []byte) (there bool, err error) {
	size := p.Size + int64(len(data))
	if p.ID == 0 {
		id, err := c.insert("INSERT INTO files (room, owner, name, size, seq, touched, old, gone, proof, bot) VALUES (?, ?, ?, ?, 0, ?, ?, 0, ?, ?)",
			int64(p.Room), p.Owner.String(), p.Name.String(), size, p.Touched.UnixMilli(), boolean(p.Whole), p.Proof, boolean(p.Bot))
		if err != nil {
			return false, err
		}
		p.ID = uint64(id)
	} else {
		n, err := c.exec(context.Background(), "UPDATE files SET name = ?, size = ?, touched = ?, old = ?, proof = ?, bot = ? WHERE id = ? AND size = ? AND owner = ? AND room = ? AND seq = 0 AND gone = 0",
			p.Name.String(), size, p.Touched.UnixMilli(), boolean(p.Whole), p.Proof, boolean(p.Bot), int64(p.ID), p.Size, p.Owner.String(), int64(p.Room))
		if err != nil || n == 0 {
			return false, err
		}
	}
	for at := p.Size; len(data) > 0; {
		n := min(int(chunkBytes-at%chunkBytes), len(data))
		chunk := data[:n]
		if begun := at % chunkBytes; begun != 0 {
			var head []byte
			if _, err := c.first("SELECT data FROM chunks WHERE id = ?", func(r row) { head, _ = r[0].([]byte) }, chunkID(p.ID, at)); err != nil {
				return false, err
			}
			if int64(len(head)) < begun {
				return false, errMissing
			}
			chunk = append(head[:begun:begun], chunk...)
		}
		if _, err := c.exec(context.Background(), "INSERT OR REPLACE INTO chunks (id, data) VALUES (?, ?)", chunkID(p.ID, at), chunk); err != nil {
			return false, err
		}
		at, data = at+int64(n), data[n:]
	}
	p.Size = size
	return true, nil
}

// ReadFile implements rooms.Store.
func (s *Store) ReadFile(ctx context.Context, id uint64, at int64, limit int) (data []byte, err error) {
	there := false
	err = s.snapshot(ctx, func(c *conn) (err error) {
		data, there, err = c.chunks(ctx, id, at, limit)
		return err
	})
	if err == nil && !there {
		err = rooms.ErrNoFile
	}
	return data, err
}

// chunks reads from an offset on what the chunks have that hold the limit bytes there, and reports whether there is such a file.
func (c *conn) chunks(ctx context.Context, id uint64, at int64, limit int) (data []byte, there bool, err error) {
	var size int64
	if there, err = c.first("SELECT size FROM files WHERE id = ? AND gone = 0", func(r row) { size = r.int(0) }, int64(id)); err != nil || !there {
		return nil, there, err
	}
	if at < 0 || at >= size || limit <= 0 {
		return nil, true, nil
	}
	last := at + min(int64(limit), size-at) - 1
	err = c.query(ctx, "SELECT data FROM chunks WHERE id BETWEEN ? AND ? ORDER BY id", func(r row) error {
		chunk, _ := r[0].([]byte)
		data = append(data, chunk...)
		return nil
	}, chunkID(id, at), chunkID(id, last))
	skip := int(at % chunkBytes)
	if err == nil && skip+int(last-at)+1 > len(data) {
		err = errMissing
	}
	if err != nil {
		return nil, true, err
	}
	return data[skip : skip+int(last-at)+1], true, nil
}

// CutFile implements rooms.Store.
func (s *Store) CutFile(ctx context.Context, p rooms.Partial, size int64) (rooms.Partial, error) {
	there := false
	err := s.add(ctx, 0, func(c *conn) error {
		n, err := c.exec(context.Background(), "UPDATE files SET size = ?, touched = ?, old = 0 WHERE id = ? AND size = ? AND size >= ? AND seq = 0 AND gone = 0",
			size, p.Touched.UnixMilli(), int64(p.ID), p.Size, size)
		if there = n > 0; err == nil && there {
			_, err = c.exec(context.Background(), "DELETE FROM chunks WHERE id >= ? AND id < ?", chunkID(p.ID, size+chunkBytes-1), chunkID(p.ID+1, 0))
		}
		return s.cannotKeep("files", err)
	})
	if err == nil && !there {
		err = rooms.ErrNoFile
	}
	if err == nil {
		s.checkpointer.soon(s)
	}
	p.Size, p.Whole = size, false
	return p, err
}

// DropFile implements rooms.Store.
func (s *Store) DropFile(ctx context.Context, id uint64) error {
	return s.add(ctx, 0, func(c *conn) error {
		_, err := c.exec(context.Background(), "UPDATE files SET gone = 1 WHERE id = ? AND seq = 0", int64(id))
		return s.cannotKeep("files", err)
	})
}

// Partial implements rooms.Store.
func (s *Store) Partial(ctx context.Context, who text.Name, room rooms.ID, name text.Line) (p rooms.Partial, err error) {
	p = rooms.Partial{Room: room, Owner: who, Name: name}
	found := false
	err = s.view(ctx, func(c *conn) (err error) {
		found, err = c.first(`SELECT id, size, touched, old, proof, bot FROM files WHERE seq = 0 AND gone = 0 AND room = ? AND owner = ? AND name = ?
			ORDER BY touched DESC, id DESC LIMIT 1`, func(r row) {
			p.ID, p.Size, p.Touched, p.Whole, p.Proof, p.Bot = r.uint(0), r.int(1), moment(r.int(2)), r.int(3) != 0, r.text(4), r.int(5) != 0
		}, int64(room), who.String(), name.String())
		return err
	})
	if err == nil && !found {
		err = rooms.ErrNoFile
	}
	return p, err
}

// WholeFiles implements rooms.Store.
func (s *Store) WholeFiles(ctx context.Context) (list []rooms.Partial, err error) {
	known := make(names)
	err = s.view(ctx, func(c *conn) error {
		return c.query(ctx, "SELECT id, room, owner, name, size, touched, proof, bot FROM files WHERE gone = 0 AND seq = 0 AND old = 1 ORDER BY touched, id", func(r row) error {
			owner, err := known.read(r.text(2))
			if err != nil {
				return err
			}
			name, err := text.FileName(r.text(3))
			list = append(list, rooms.Partial{ID: r.uint(0), Room: rooms.ID(r.int(1)), Owner: owner, Name: name, Size: r.int(4), Touched: moment(r.int(5)), Whole: true,
				Proof: r.text(6), Bot: r.int(7) != 0})
			return err
		})
	})
	return list, err
}

// FileUsage implements rooms.Store.
func (s *Store) FileUsage(ctx context.Context, who text.Name, room rooms.ID) (used rooms.Usage, err error) {
	err = s.view(ctx, func(c *conn) (err error) {
		used, err = c.usage(who, room)
		return err
	})
	return used, err
}

func (c *conn) usage(who text.Name, room rooms.ID) (used rooms.Usage, err error) {
	_, err = c.first(`SELECT (SELECT coalesce(sum(size), 0) FROM files WHERE owner = ? AND gone = 0),
		(SELECT coalesce(sum(size), 0) FROM files WHERE room = ? AND gone = 0)`, func(r row) {
		used = rooms.Usage{Person: r.int(0), Room: r.int(1)}
	}, who.String(), int64(room))
	return used, err
}

// SweepFiles implements rooms.Store.
func (s *Store) SweepFiles(ctx context.Context, before time.Time, limit int) (more bool, next time.Time, err error) {
	work := false
	if err := s.view(ctx, func(c *conn) (err error) {
		work, err = c.first(`SELECT 1 FROM files WHERE gone = 1 UNION ALL SELECT 1 FROM files WHERE seq = 0 AND gone = 0 AND old = 0 AND touched < ? LIMIT 1`,
			func(row) {}, before.UnixMilli())
		if err == nil && !work {
			next, err = c.unfinished()
		}
		return err
	}); err != nil || !work {
		return false, next, err
	}
	err = s.add(ctx, limit*chunkBytes, func(c *conn) (err error) {
		if _, err := c.exec(ctx, "UPDATE files SET gone = 1 WHERE seq = 0 AND gone = 0 AND old = 0 AND touched < ?", before.UnixMilli()); err != nil {
			return err
		}
		for left := int64(limit); ; {
			var id int64
			found, err := c.first("SELECT id FROM files WHERE gone = 1 LIMIT 1", func(r row) { id = r.int(0) })
			if err != nil {
				return err
			}
			if more = found; !found || left <= 0 {
				break
			}
			n, err := c.exec(context.Background(), "DELETE FROM chunks WHERE id IN (SELECT id FROM chunks WHERE id >= ? AND id < ? LIMIT ?)",
				chunkID(uint64(id), 0), chunkID(uint64(id)+1, 0), left)
			if err != nil {
				return err
			}
			all := n < left // none of its chunks is left
			if left -= max(n, 1); all {
				if _, err := c.exec(context.Background(), "DELETE FROM files WHERE id = ?", id); err != nil {
					return err
				}
			}
		}
		next, err = c.unfinished()
		return err
	})
	if err == nil {
		s.checkpointer.soon(s)
	}
	return more, next, s.cannotKeep("files", err)
}

// unfinished is when something was added last to the file without a message, and not whole, where that is longest ago, zero for none.
func (c *conn) unfinished() (at time.Time, err error) {
	_, err = c.first("SELECT touched FROM files WHERE seq = 0 AND gone = 0 AND old = 0 ORDER BY touched LIMIT 1", func(r row) { at = moment(r.int(0)) })
	return at, err
}
