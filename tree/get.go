package tree

import (
	"bytes"
	"context"
	"io"

	"github.com/pkg/sftp"
)

// Fileread implements sftp.FileReader: it opens a file or a day's log for reading.
func (t *tree) Fileread(r *sftp.Request) (_ io.ReaderAt, err error) {
	defer t.guard(&err)
	if err := t.open(); err != nil {
		return nil, t.refuse(err)
	}
	from, err := t.read(r.Context(), r.Filepath)
	if err != nil {
		t.closed()
		return nil, t.refuse(err)
	}
	return &source{from, t}, nil
}

func (t *tree) read(ctx context.Context, path string) (io.ReaderAt, error) {
	p, err := t.find(ctx, path)
	switch {
	case err != nil:
		return nil, err
	case p.folder():
		return nil, errNone
	case !p.day.IsZero():
		log, err := t.dayLog(ctx, &p)
		return bytes.NewReader(log), err
	}
	if s := t.sinkAt(path); s != nil {
		if up := s.begun(); up != nil { // a program that has written and closed it may be here before its closing is
			return up, nil
		}
	}
	if h := t.shelf.at(p.key()); h != nil && h.up != nil {
		return h.up, nil
	}
	e, err := t.newest(ctx, &p)
	if isNone(err) {
		if up, whole := t.Rooms.Whole(t.ctx, t.Actor, p.room.ID, p.name); whole == nil {
			return up, nil
		}
	}
	if err != nil {
		return nil, err
	}
	return t.Rooms.Open(t.ctx, t.Actor, e.Room, e.Seq)
}

// source is an open file that is read.
type source struct {
	from io.ReaderAt
	t    *tree
}

// ReadAt implements io.ReaderAt.
func (s *source) ReadAt(p []byte, at int64) (n int, err error) {
	defer s.t.guard(&err)
	if at < 0 {
		return 0, io.EOF
	}
	n, err = s.from.ReadAt(p, at)
	if err != nil && n > 0 {
		err = io.EOF // what there was is sent; the next read says why there is no more
	}
	return n, s.t.refuse(err)
}

// Close implements io.Closer.
func (s *source) Close() error {
	s.t.closed()
	return nil
}
