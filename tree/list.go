package tree

import (
	"context"
	"io/fs"

	"github.com/pkg/sftp"

	"parley/rooms"
	"parley/text"
)

// maxListed is how many files of a room are listed, by name; the others open by theirs.
const maxListed = 10_000

// Filelist implements sftp.FileLister: it lists a folder, or says what is at a path.
func (t *tree) Filelist(r *sftp.Request) (_ sftp.ListerAt, err error) {
	defer t.guard(&err)
	switch r.Method {
	case "List":
		if err := t.open(); err != nil {
			return nil, t.refuse(err)
		}
		list, err := t.list(r.Context(), r.Filepath)
		if err != nil {
			t.closed()
			return nil, t.refuse(err)
		}
		return &listing{list, t.closed}, nil
	case "Stat":
		return t.stat(r, true)
	}
	return nil, t.refuse(errLinks) // Readlink
}

// Lstat implements sftp.LstatFileLister. Unlike Stat it shows nothing of an upload that was cut off, only what waits for its name: sshfs asks by Lstat what there
// is, and sftp by Stat where to go on.
func (t *tree) Lstat(r *sftp.Request) (_ sftp.ListerAt, err error) {
	defer t.guard(&err)
	return t.stat(r, false)
}

func (t *tree) stat(r *sftp.Request, partial bool) (sftp.ListerAt, error) {
	e, err := t.look(t.ctx, t.pathOf(r), partial) // a Request made for an open handle has no context of its own
	if err != nil {
		return nil, t.refuse(err)
	}
	return &listing{entries: []fs.FileInfo{e}}, nil
}

// look says what is at a path.
func (t *tree) look(ctx context.Context, path string, partial bool) (*entry, error) {
	p, err := t.find(ctx, path)
	switch {
	case err != nil:
		return nil, err
	case p.room.ID == 0:
		return t.root(), nil
	}
	if _, _, err := t.Rooms.Readable(ctx, t.Actor, p.room.ID); err != nil {
		return nil, err
	}
	switch {
	case p.folder():
		return t.folder(folderName(&p.room, t.Actor.Name)), nil
	case !p.day.IsZero():
		return t.dayEntry(ctx, &p)
	}
	if s := t.sinkAt(path); s != nil {
		return s.entry(), nil
	}
	if h := t.shelf.at(p.key()); h != nil {
		return t.own(p.name, h.size, h.since), nil
	}
	if partial {
		if left, err := t.Rooms.Partial(ctx, t.Actor, p.room.ID, p.name); err == nil {
			t.tell(path, left.Size)
			return t.unfinished(p.name, left.Size, left.Touched), nil
		}
	}
	e, err := t.newest(ctx, &p)
	if isNone(err) { // but perhaps another connection of theirs has it
		if left, whole := t.Rooms.Partial(ctx, t.Actor, p.room.ID, p.name); whole == nil && left.Whole {
			return t.own(p.name, left.Size, left.Touched), nil
		}
	}
	if err != nil {
		return nil, err
	}
	return t.file(e), nil
}

// tell remembers where an upload goes on.
func (t *tree) tell(path string, size int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.told) >= maxHandles {
		clear(t.told)
	}
	t.told[path] = size
}

func (t *tree) list(ctx context.Context, path string) ([]fs.FileInfo, error) {
	p, err := t.find(ctx, path)
	switch {
	case err != nil:
		return nil, err
	case p.room.ID == 0:
		return t.listRooms(ctx)
	case !p.folder():
		return nil, errNone
	}
	held := t.shelf.in(p.room.ID)
	var list []fs.FileInfo
	for name, h := range held {
		list = append(list, t.own(name, h.size, h.since))
	}
	for after := (text.Line{}); len(list) < maxListed; {
		page, more, err := t.Rooms.Files(ctx, t.Actor, p.room.ID, after, rooms.MaxFiles)
		if err != nil {
			return nil, err
		}
		for _, e := range page {
			if held[e.File.Name] == nil && !t.shelf.hides(e) {
				list = append(list, t.file(e))
			}
			after = e.File.Name
		}
		if !more || len(page) == 0 {
			break
		}
	}
	days, err := t.dayEntries(ctx, &p)
	if err != nil {
		return nil, err
	}
	return append(list, days...), nil
}

// listRooms lists the rooms that the person is in.
func (t *tree) listRooms(ctx context.Context) ([]fs.FileInfo, error) {
	inbox, err := t.Rooms.Inbox(ctx, t.Actor)
	if err != nil {
		return nil, err
	}
	var list []fs.FileInfo
	for _, m := range inbox {
		if m.Role > rooms.RoleNone {
			list = append(list, t.folder(folderName(&m.Room, t.Actor.Name)))
		}
	}
	return list, nil
}
