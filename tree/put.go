package tree

import (
	"context"
	"errors"
	"io"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/pkg/sftp"

	"parley/rooms"
)

const (
	// maxAhead is how many bytes of writes wait for those before them. OpenSSH has 64 of 32 KiB under way.
	maxAhead = 4 << 20
	// maxWait is the longest that the message of a file is held back by the limits of posts before it is refused.
	maxWait = time.Minute
)

// Filewrite implements sftp.FileWriter: it begins to put a file into a room, or goes on with it.
func (t *tree) Filewrite(r *sftp.Request) (_ io.WriterAt, err error) {
	defer t.guard(&err)
	if err := t.open(); err != nil {
		return nil, t.refuse(err)
	}
	s, err := t.write(r)
	if err != nil {
		t.closed()
		return nil, t.refuse(err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sinks[r.Filepath] = s
	return s, nil
}

func (t *tree) write(r *sftp.Request) (*sink, error) {
	ctx, flags := r.Context(), r.Pflags()
	p, err := t.target(ctx, r.Filepath)
	if err != nil {
		return nil, err
	}
	held := t.shelf.at(p.key())
	there, err := t.newest(ctx, &p)
	if err != nil && !isNone(err) {
		return nil, err
	}
	if (there != nil || held != nil) && flags.Excl {
		return nil, errExists
	}
	s := &sink{t: t, p: p, path: r.Filepath, ahead: map[int64][]byte{}, at: time.Now(), touch: flags.Creat && there == nil && held == nil}
	if flags.Trunc {
		if s.up, err = t.Rooms.Upload(t.ctx, t.Actor, p.room.ID, p.name); err == nil {
			t.forget(t.shelf.upload(p.key()))
		}
		return s, err
	}
	if there != nil {
		s.there = there
	}
	t.mu.Lock()
	s.told = t.told[r.Filepath]
	t.mu.Unlock()
	if held != nil && held.up != nil {
		s.there, s.told = nil, held.size
	}
	s.release, err = t.Rooms.Reserve(ctx, t.Actor, p.room.ID, p.name)
	return s, err
}

// target finds the place that a file is put at.
func (t *tree) target(ctx context.Context, path string) (place, error) {
	p, err := t.find(ctx, path)
	var name *nameError
	switch {
	case errors.As(err, &name):
		err = name.error
	case isNone(err) && strings.HasPrefix(strings.Trim(path, "/"), "@"):
		err = errTalk
	case (isNone(err) || errors.Is(err, rooms.ErrNoRoom)) && !strings.Contains(strings.Trim(path, "/"), "/"): // beside the rooms
		err = errPlace
	case err != nil:
	case p.room.ID == 0 || p.folder():
		err = errPlace
	case !p.day.IsZero():
		err = errDay
	case p.name.String()[0] == '.' && !temporary.MatchString(p.name.String()):
		err = errDot
	}
	return p, err
}

// sinkAt is what this session writes at a path, nil for nothing.
func (t *tree) sinkAt(path string) *sink {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.sinks[path]
}

// pathOf is what a request is about: one of a handle, to which pkg/sftp gives no context of its own, has the path that its file was
// opened with, which may have another one by now.
func (t *tree) pathOf(r *sftp.Request) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s := t.moved[r.Filepath]; s != nil && t.sinks[r.Filepath] == nil && r.Context() == context.Background() {
		return s.path
	}
	return r.Filepath
}

// sink is an open file that is written. Its methods are called by several goroutines at once.
type sink struct {
	t     *tree
	p     place
	path  string       // changed under t.mu too
	there *rooms.Event // the newest file of that name where the handle does not begin anew, nil for none
	touch bool         // without a byte the file is there all the same, empty

	release func() // of the place that is kept until up is there; nil for none

	mu    sync.Mutex    // held across calls of the store
	up    *rooms.Upload // nil until it is known where it begins
	told  int64         // where an upload that was cut off goes on, 0 for none
	next  int64         // offset of the byte that comes next, once up is there
	ahead map[int64][]byte
	waits int       // bytes in ahead
	at    time.Time // of the last write
	lost  bool      // the connection is

	renamed bool // while it was open

	err error // why nothing can be written any more
}

// reached is how much of the file there is; s.mu is held.
func (s *sink) reached() int64 {
	if s.up == nil && s.there != nil { // nothing was written yet, and something may be added at its end
		return s.there.File.Size
	}
	return s.next
}

// WriteAt implements io.WriterAt.
func (s *sink) WriteAt(p []byte, at int64) (n int, err error) {
	defer s.t.guard(&err)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = time.Now()
	if s.err == nil {
		s.err = s.write(p, at)
	}
	if s.err != nil {
		return 0, s.t.refuse(s.err)
	}
	return len(p), nil
}

func (s *sink) write(p []byte, at int64) error {
	switch {
	case at < 0 || s.up != nil && at < s.next:
		return errBack
	case s.up == nil:
		if err := s.begin(at); err != nil {
			return err
		}
	}
	switch {
	case s.up != nil && at < s.next: // it grew meanwhile
		return errBack
	case s.up == nil || at > s.next:
		if _, twice := s.ahead[at]; twice {
			return errBack
		}
		if s.waits += len(p); s.waits > maxAhead {
			return errHole
		}
		s.ahead[at] = append([]byte(nil), p...)
		return nil
	}
	for {
		if _, err := s.up.Write(p); err != nil {
			return err
		}
		s.next += int64(len(p))
		follows, ok := s.ahead[s.next]
		if !ok {
			return nil
		}
		delete(s.ahead, s.next)
		s.waits -= len(follows)
		p = follows
	}
}

// begin finds out by the first write where a file goes on that is not begun anew: at its beginning, which is anew all the
// same, or where it was cut off. Writes that come before that one wait.
func (s *sink) begin(at int64) (err error) {
	m, who, room := s.t.Rooms, s.t.Actor, s.p.room.ID
	grows := s.there != nil && at == s.there.File.Size
	if at != 0 && (s.told == 0 || at != s.told) && !grows {
		return nil
	}
	s.unreserve()
	switch {
	case at == 0:
		s.up, err = m.Upload(s.t.ctx, who, room, s.p.name)
	case at == s.told:
		s.up, err = m.Resume(s.t.ctx, who, room, s.p.name, at)
	default:
		s.up, err = s.grow()
	}
	if err == nil {
		s.next = at
		if h := s.t.shelf.upload(s.p.key()); at == 0 || at != s.told { // else it is the one that goes on
			s.t.forget(h)
		}
	}
	return err
}

// grow begins a newer version of a file with all that is in it: something is added at its end.
func (s *sink) grow() (*rooms.Upload, error) {
	old, err := s.t.Rooms.Open(s.t.ctx, s.t.Actor, s.there.Room, s.there.Seq)
	if err != nil {
		return nil, err
	}
	up, err := s.t.Rooms.Upload(s.t.ctx, s.t.Actor, s.p.room.ID, s.p.name)
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(up, io.NewSectionReader(old, 0, old.Size())); err != nil {
		return nil, errors.Join(err, up.Close())
	}
	return up, nil
}

// cut is what setting the size of a file does that is being written: with nothing written it makes an empty one. Other sizes are
// those that clients announce, or that scp sets when all is written.
func (s *sink) cut(size uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if size == 0 && s.up == nil {
		s.touch, s.there = true, nil
	}
}

// move gives the file that is being written another name, under which it is put into the room when it is closed.
func (s *sink) move(p *place, path string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.room.ID != s.p.room.ID {
		return errOpen
	}
	if s.up != nil {
		s.up.Rename(p.name)
	}
	s.p, s.renamed = *p, true
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	delete(s.t.sinks, s.path)
	s.t.moved[s.path], s.t.sinks[path] = s, s
	s.path = path
	return nil
}

// begun is what was written so far, nil for nothing yet.
func (s *sink) begun() *rooms.Upload {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.up
}

// entry is the file as it stands.
func (s *sink) entry() *entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.t.own(s.p.name, s.reached(), s.at)
}

// TransferError implements sftp.TransferError: the connection is lost before the client has closed the file.
func (s *sink) TransferError(error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost = true
}

// Close implements io.Closer: what was written whole becomes a message, or waits for its name.
func (s *sink) Close() (err error) {
	defer s.t.guard(&err)
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.shut()
	defer s.t.closed()
	s.t.mu.Lock()
	if s.t.sinks[s.path] == s {
		delete(s.t.sinks, s.path)
	}
	delete(s.t.told, s.path)
	maps.DeleteFunc(s.t.moved, func(_ string, moved *sink) bool { return moved == s })
	s.t.mu.Unlock()
	s.unreserve()
	if s.up == nil && s.err == nil && !s.lost && len(s.ahead) == 0 && s.touch {
		if s.up, s.err = s.t.Rooms.Upload(s.t.ctx, s.t.Actor, s.p.room.ID, s.p.name); s.err != nil {
			return s.t.refuse(s.err)
		}
	}
	if s.err == nil && !s.lost && len(s.ahead) > 0 {
		s.err = errHole
	}
	if s.up == nil { // nothing was written that the store has
		return s.t.refuse(s.err)
	}
	if s.lost || s.t.ctx.Err() != nil || errors.Is(s.err, rooms.ErrUnavailable) {
		return s.t.refuse(s.up.Keep())
	}
	if s.err == nil {
		s.err = s.finish()
	}
	if s.err == nil {
		return nil
	}
	if s.t.ctx.Err() != nil || errors.Is(s.err, rooms.ErrUnavailable) {
		return errors.Join(s.t.refuse(s.err), s.up.Keep())
	}
	if err := s.up.Close(); err != nil {
		s.t.Log.Warn("what was left of an upload could not be dropped", "error", err)
	}
	return s.t.refuse(s.err)
}

// finish posts what was written, or holds it back; s.mu is held.
func (s *sink) finish() error {
	if s.t.waits(s.t.ctx, &s.p) && !s.t.full(s.t.ctx) {
		return s.t.hold(&s.p, s.up, s.at)
	}
	if s.renamed {
		err := s.t.commit(s.up, &s.p, s.at)
		if err == nil {
			s.t.forget(s.t.shelf.upload(s.p.key())) // it would be posted over this one
		}
		return err
	}
	return s.t.post(s.up, rooms.Post{}, s.at)
}

// unreserve gives back the place that was kept for an upload; s.mu is held.
func (s *sink) unreserve() {
	if s.release != nil {
		s.release()
		s.release = nil
	}
}

// shut lets a write that comes beside the closing begin nothing; s.mu is held.
func (s *sink) shut() {
	if s.err == nil {
		s.err = errBack
	}
}
