package rooms

import (
	"context"
	"io"
	"sync"

	"parley/text"
)

// MaxFiles is the most files that Manager.Files lists at once.
const MaxFiles = 1000

// FileReader is a file of a room that somebody reads. Its methods may be called at once.
type FileReader struct {
	m     *Manager
	ctx   context.Context // of who called Manager.Open
	event *Event

	mu     sync.Mutex // held across a read of the store, by who reads this file only
	pieces [2]piece   // those read last, the newer one first: several at once read near each other
}

// piece is a part of a file in memory.
type piece struct {
	at   int64
	data []byte
}

// Open lets somebody read the file that a message brought, which they may read: that is asked here, once. ctx bounds
// all that is read. Errors: those of Event, ErrNoFile.
func (m *Manager) Open(ctx context.Context, who Actor, room ID, seq uint64) (*FileReader, error) {
	e, _, err := m.Event(ctx, who, room, seq)
	if err != nil {
		return nil, err
	}
	if e.File == nil {
		return nil, ErrNoFile
	}
	return &FileReader{m: m, ctx: ctx, event: e}, nil
}

// Event is the message that brought the file.
func (f *FileReader) Event() *Event { return f.event }

// Size is the file's size in bytes.
func (f *FileReader) Size() int64 { return f.event.File.Size }

// ReadAt implements io.ReaderAt. A file that is deleted meanwhile is ErrNoFile.
func (f *FileReader) ReadAt(p []byte, at int64) (n int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for n < len(p) {
		if at < 0 || at >= f.Size() {
			return n, io.EOF
		}
		data, err := f.from(at)
		if err != nil {
			return n, err
		}
		k := copy(p[n:], data)
		n, at = n+k, at+int64(k)
	}
	return n, nil
}

// from is what stands in the file from an offset on, at least a byte; f.mu is held.
func (f *FileReader) from(at int64) ([]byte, error) {
	for _, p := range f.pieces {
		if at >= p.at && at < p.at+int64(len(p.data)) {
			return p.data[at-p.at:], nil
		}
	}
	start := at - at%MaxPiece
	data, err := f.m.store.ReadFile(f.ctx, f.event.File.ID, start, MaxPiece)
	if err == nil && at-start >= int64(len(data)) {
		err = ErrNoFile
	}
	if err := f.m.fileFailed(f.ctx, err); err != nil {
		return nil, err
	}
	f.pieces[0], f.pieces[1] = piece{start, data}, f.pieces[0]
	return data[at-start:], nil
}

// Files lists by name the messages that brought the newest file of each name to a room, as far as who may read them: those whose
// name sorts behind after by its bytes, at most MaxFiles. More says that there are others.
func (m *Manager) Files(ctx context.Context, who Actor, room ID, after text.Line, limit int) (list []*Event, more bool, err error) {
	r, from, err := m.enterToRead(ctx, who, room)
	if err != nil {
		return nil, false, err
	}
	defer m.release(r)
	limit = min(max(limit, 1), MaxFiles)
	all, err := m.store.Files(ctx, room, after, limit+1)
	if err := m.askerFailed(ctx, err); err != nil {
		return nil, false, err
	}
	if more = len(all) > limit; more {
		all = all[:limit]
	}
	for _, e := range pointers(all) {
		if e.Seq >= from {
			list = append(list, e)
		}
	}
	return list, more, nil
}

// FileNamed returns the message that brought the newest file of that name to a room. Errors: those of reading, ErrNoFile.
func (m *Manager) FileNamed(ctx context.Context, who Actor, room ID, name text.Line) (*Event, error) {
	r, from, err := m.enterToRead(ctx, who, room)
	if err != nil {
		return nil, err
	}
	defer m.release(r)
	e, err := m.store.FileNamed(ctx, room, name)
	if err := m.fileFailed(ctx, err); err != nil {
		return nil, err
	}
	if e.Seq < from {
		return nil, ErrNoFile
	}
	return &e, nil
}

// FileUsage returns how many bytes of files who and a room that they may read have, and how many they may.
func (m *Manager) FileUsage(ctx context.Context, who Actor, room ID) (Usage, Quota, error) {
	_, most := m.limits.files()
	if room != 0 {
		r, _, err := m.enterToRead(ctx, who, room)
		if err != nil {
			return Usage{}, most, err
		}
		m.release(r)
	}
	used, err := m.store.FileUsage(ctx, who.Name, room)
	return used, most, m.askerFailed(ctx, err)
}
