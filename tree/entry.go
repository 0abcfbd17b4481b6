package tree

import (
	"io"
	"io/fs"
	"strconv"
	"time"

	"parley/rooms"
	"parley/text"
)

// firstUID is the number of the first owner in a session: those below are the system's on most machines.
const firstUID = 1000

// entry is a file or folder as it is listed.
type entry struct {
	name string
	size int64
	mode fs.FileMode
	time time.Time
	uid  uint32
}

func (e *entry) Name() string       { return e.name }
func (e *entry) Size() int64        { return e.size }
func (e *entry) Mode() fs.FileMode  { return e.mode }
func (e *entry) ModTime() time.Time { return e.time }
func (e *entry) IsDir() bool        { return e.mode.IsDir() }
func (e *entry) Sys() any           { return nil }
func (e *entry) Uid() uint32        { return e.uid }
func (e *entry) Gid() uint32        { return e.uid }

func (t *tree) root() *entry {
	return &entry{name: "/", mode: fs.ModeDir | 0o555, time: t.since}
}

func (t *tree) folder(name string) *entry {
	return &entry{name: name, mode: fs.ModeDir | 0o755, time: t.since, uid: t.uid(t.Actor.Name)}
}

// file is a message's file.
func (t *tree) file(e *rooms.Event) *entry {
	mode := fs.FileMode(0o444)
	if e.Author == t.Actor.Name {
		mode = 0o644
	}
	return &entry{name: e.File.Name.String(), size: e.File.Size, mode: mode, time: t.written(e), uid: t.uid(e.Author)}
}

// unfinished is what is left of an upload that was cut off.
func (t *tree) unfinished(name text.Line, size int64, at time.Time) *entry {
	return &entry{name: name.String(), size: size, mode: 0o600, time: at, uid: t.uid(t.Actor.Name)}
}

// own is a file of the person's that the room does not have under that name: one that is being written, or is held back.
func (t *tree) own(name text.Line, size int64, at time.Time) *entry {
	return &entry{name: name.String(), size: size, mode: 0o644, time: at, uid: t.uid(t.Actor.Name)}
}

// maxStamps is how many files a session remembers the times of.
const maxStamps = 4096

// stamp remembers when this session wrote a file last: an editor that found it younger a moment later would warn of somebody else's change.
func (t *tree) stamp(e *rooms.Event, at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.stamps) >= maxStamps {
		clear(t.stamps)
	}
	t.stamps[e.File.ID] = at
}

// written is when a file was written, as far as this session knows better than by its message.
func (t *tree) written(e *rooms.Event) time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	if at, known := t.stamps[e.File.ID]; known {
		return at
	}
	return e.Time
}

// LookupUserName implements sftp.NameLookupFileLister: ls -l shows who put a file there.
func (t *tree) LookupUserName(uid string) string {
	n, err := strconv.ParseUint(uid, 10, 32)
	if err != nil {
		return uid
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for name, number := range t.owners {
		if uint64(number) == n {
			return name.String()
		}
	}
	return "-"
}

// LookupGroupName implements sftp.NameLookupFileLister.
func (t *tree) LookupGroupName(string) string { return "-" }

// listing is an open folder, or the one entry that stat asks for.
type listing struct {
	entries []fs.FileInfo
	close   func() // nil for nothing
}

// ListAt implements sftp.ListerAt.
func (l *listing) ListAt(dst []fs.FileInfo, at int64) (int, error) {
	if at < 0 || at >= int64(len(l.entries)) {
		return 0, io.EOF
	}
	n := copy(dst, l.entries[at:])
	if n < len(dst) {
		return n, io.EOF
	}
	return n, nil
}

func (l *listing) Close() error {
	if l.close != nil {
		l.close()
		l.close = nil
	}
	return nil
}
