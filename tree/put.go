package tree

import (
	"errors"
	"io"
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
	p, err := t.find(ctx, r.Filepath)
	var name *nameError
	switch {
	case errors.As(err, &name):
		return nil, name.error
	case isNone(err) && strings.HasPrefix(strings.Trim(r.Filepath, "/"), "@"):
		return nil, errTalk
	case (isNone(err) || errors.Is(err, rooms.ErrNoRoom)) && !strings.Contains(strings.Trim(r.Filepath, "/"), "/"): // beside the rooms
		return nil, errPlace
	case err != nil:
		return nil, err
	case p.room.ID == 0 || p.folder():
		return nil, errPlace
	case !p.day.IsZero():
		return nil, errDay
	case p.name.String()[0] == '.':
		return nil, errDot
	}
	there, err := t.newest(ctx, &p)
	if err != nil && !isNone(err) {
		return nil, err
	}
	if there != nil && flags.Excl {
		return nil, errExists
	}
	s := &sink{t: t, p: p, path: r.Filepath, ahead: map[int64][]byte{}, touch: flags.Creat && there == nil}
	if flags.Trunc {
		s.up, err = t.Rooms.Upload(t.ctx, t.Actor, p.room.ID, p.name)
		return s, err
	}
	if there != nil {
		s.there = there
	}
	t.mu.Lock()
	s.told = t.told[r.Filepath]
	t.mu.Unlock()
	s.release, err = t.Rooms.Reserve(ctx, t.Actor, p.room.ID, p.name)
	return s, err
}

// sinkAt is what this session writes at a path, nil for nothing.
func (t *tree) sinkAt(path string) *sink {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.sinks[path]
}

// sink is an open file that is written. Its methods are called by several goroutines at once.
type sink struct {
	t     *tree
	p     place
	path  string
	there *rooms.Event // the newest file of that name where the handle does not begin anew, nil for none
	touch bool         // without a byte the file is there all the same, empty

	release func() // of the place that is kept until up is there; nil for none

	mu    sync.Mutex    // held across calls of the store
	up    *rooms.Upload // nil until it is known where it begins
	told  int64         // where an upload that was cut off goes on, 0 for none
	next  int64         // offset of the byte that comes next, once up is there
	ahead map[int64][]byte
	waits int   // bytes in ahead
	lost  bool  // the connection is
	err   error // why nothing can be written any more
}

// reached is how much of the file there is.
func (s *sink) reached() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
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
	s.touch = s.touch || size == 0 && s.up == nil
}

// TransferError implements sftp.TransferError: the connection is lost before the client has closed the file.
func (s *sink) TransferError(error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost = true
}

// Close implements io.Closer: what was written whole becomes a message.
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
	s.t.mu.Unlock()
	s.unreserve()
	if s.up == nil && s.err == nil && !s.lost && len(s.ahead) == 0 && s.touch {
		if s.up, s.err = s.t.Rooms.Upload(s.t.ctx, s.t.Actor, s.p.room.ID, s.p.name); s.err != nil {
			return s.t.refuse(s.err)
		}
	}
	switch {
	case s.err == nil && !s.lost && len(s.ahead) > 0:
		s.err = errHole
	case s.up == nil:
		return nil // nothing was written
	}
	if s.lost || s.t.ctx.Err() != nil || errors.Is(s.err, rooms.ErrUnavailable) {
		return s.t.refuse(s.up.Keep())
	}
	if s.err == nil {
		_, s.err = s.up.CommitInTurn(s.t.ctx, rooms.Post{}, maxWait)
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
