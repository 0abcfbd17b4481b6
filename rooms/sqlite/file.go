package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"parley/rooms"
	"parley/text"
)

// storedFile is a rooms.File as a row of events has it.
type storedFile struct {
	ID     uint64 `json:"id"`
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// fileText is a file for storing, "" for none.
func fileText(f *rooms.File) string {
	if f == nil {
		return ""
	}
	b, _ := json.Marshal(storedFile{f.ID, f.Name.String(), f.Size, f.SHA256}) // numbers and strings always encode
	return string(b)
}

// readFile reads what fileText made. The name passes its constructor again.
func readFile(s string) (*rooms.File, error) {
	if s == "" {
		return nil, nil
	}
	var f storedFile
	if err := json.Unmarshal([]byte(s), &f); err != nil {
		return nil, fmt.Errorf("it holds a file that is none, %s: %w", text.Quote(s), err)
	}
	name, err := text.FileName(f.Name)
	if err != nil {
		return nil, fmt.Errorf("it holds a file that is none, %s: %w", text.Quote(s), err)
	}
	return &rooms.File{ID: f.ID, Name: name, Size: f.Size, SHA256: f.SHA256}, nil
}

// claim says why an entry cannot bring its file with it, nil if it can: the file was stored by its author for the
// room, under whatever name, and the newest one of that name there is not somebody else's.
func (b *batch) claim(e *rooms.Entry) (why, err error) {
	found, err := b.first("SELECT id FROM files WHERE id = ? AND room = ? AND owner = ? AND size = ? AND seq = 0 AND gone = 0", func(row) {},
		int64(e.File.ID), int64(e.Room), e.Author.String(), e.File.Size)
	if err != nil || !found {
		return rooms.ErrNoFile, err
	}
	var owner string
	found, err = b.first("SELECT owner FROM files WHERE room = ? AND name = ? AND gone = 0 AND seq > 0 AND old = 0",
		func(r row) { owner = r.text(0) }, int64(e.Room), e.File.Name.String())
	if err != nil || !found || owner == e.Author.String() {
		return nil, err
	}
	by, err := names(nil).read(owner)
	return &rooms.FileTakenError{Name: e.File.Name, Owner: by}, err
}

// settle ties a file to the message that brought it, and gives it the name there. An older one of that name is not opened by it any more, not even when the
// newer one is deleted.
func (b *batch) settle(e *rooms.Event) error {
	if _, err := b.exec(context.Background(), "UPDATE files SET old = 1 WHERE room = ? AND name = ? AND gone = 0 AND seq > 0 AND old = 0",
		int64(e.Room), e.File.Name.String()); err != nil {
		return err
	}
	_, err := b.exec(context.Background(), "UPDATE files SET seq = ?, name = ?, old = 0 WHERE id = ?", int64(e.Seq), e.File.Name.String(), int64(e.File.ID))
	return err
}

// FileNamed implements rooms.Store.
func (s *Store) FileNamed(ctx context.Context, room rooms.ID, name text.Line) (e rooms.Event, err error) {
	list, err := s.files(ctx, room, selectEvents+`WHERE room = ? AND seq =
		(SELECT seq FROM files WHERE room = ? AND name = ? AND gone = 0 AND seq > 0 AND old = 0)`, int64(room), int64(room), name.String())
	if err == nil && len(list) == 0 {
		err = rooms.ErrNoFile
	}
	if err != nil {
		return rooms.Event{}, err
	}
	return list[0], nil
}

// Files implements rooms.Store.
func (s *Store) Files(ctx context.Context, room rooms.ID, after text.Line, limit int) ([]rooms.Event, error) {
	if limit <= 0 {
		return nil, ctx.Err()
	}
	return s.files(ctx, room, `SELECT e.seq, e.time, e.type, e.author, e.text, e.target, e.nonce, e.messages, e.ref, e.thread, e.detail, e.until, e.bot, e.file, e.signature
		FROM (SELECT name, seq FROM files WHERE room = ? AND name > ? AND gone = 0 AND seq > 0 AND old = 0 ORDER BY name LIMIT ?) f
		CROSS JOIN events e ON e.room = ? AND e.seq = f.seq ORDER BY f.name`, int64(room), after.String(), int64(limit), int64(room))
}

func (s *Store) files(ctx context.Context, room rooms.ID, query string, args ...any) (list []rooms.Event, err error) {
	known := make(names)
	err = s.view(ctx, func(c *conn) error {
		return c.query(ctx, query, func(r row) error {
			e, err := readEvent(r, room, known)
			if err == nil && e.File == nil {
				err = errors.New("the message of a file has none")
			}
			list = append(list, e)
			return err
		}, args...)
	})
	return list, err
}
