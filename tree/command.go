package tree

import (
	"context"
	"errors"

	"github.com/pkg/sftp"

	"parley/rooms"
)

// Filecmd implements sftp.FileCmder: of all that changes a tree renaming and deleting files is possible here.
func (t *tree) Filecmd(r *sftp.Request) (err error) {
	defer t.guard(&err)
	switch r.Method {
	case "Setstat":
		return t.refuse(t.setstat(t.ctx, r))
	case "Remove":
		return t.refuse(t.remove(t.ctx, r.Filepath))
	case "Rename":
		return t.refuse(t.rename(t.ctx, r, false))
	case "Mkdir":
		return t.refuse(t.mkdir(t.ctx, r.Filepath))
	case "Rmdir":
		return t.refuse(errFolders)
	}
	return t.refuse(errLinks) // Link, Symlink
}

// PosixRename implements sftp.PosixRenameFileCmder: what is at the new name is replaced.
func (t *tree) PosixRename(r *sftp.Request) (err error) {
	defer t.guard(&err)
	return t.refuse(t.rename(t.ctx, r, true))
}

// mkdir refuses: in silence where the room is there, which clients that copy a folder into it ask for to be sure of it.
func (t *tree) mkdir(ctx context.Context, path string) error {
	p, err := t.find(ctx, path)
	switch {
	case err == nil && p.folder():
		return sftp.ErrSSHFxFailure
	case err == nil, errors.As(err, new(*nameError)):
		return errFlat
	}
	return errFolders
}

// setstat takes times, modes and owners without effect: scp -p sends them. A size has to be the one that the file has; emptying it
// is what comes before it is written anew.
func (t *tree) setstat(ctx context.Context, r *sftp.Request) error {
	attrs := r.Attributes() // nil where they are shorter than their flags say
	if attrs == nil {
		return sftp.ErrSSHFxBadMessage
	}
	sized := r.AttrFlags().Size
	if s := t.sinkAt(t.pathOf(r)); s != nil {
		if sized {
			s.cut(attrs.Size)
		}
		return nil
	}
	e, err := t.look(ctx, r.Filepath, false)
	switch size := attrs.Size; {
	case err != nil:
		return err
	case sized && size != 0 && size != uint64(e.size):
		return errCut
	}
	return nil
}

// remove deletes the message of a file, or drops one that waits for its name, or what is left of an upload that was cut off.
func (t *tree) remove(ctx context.Context, path string) error {
	p, err := t.find(ctx, path)
	switch {
	case err != nil:
		return err
	case p.folder():
		return errFolders
	case !p.day.IsZero():
		return errDay
	}
	h := t.shelf.take(p.key())
	if h != nil && h.aside != nil {
		return t.discard(ctx, h.aside)
	}
	t.forget(h)
	e, err := t.newest(ctx, &p)
	if errors.Is(err, rooms.ErrNoFile) {
		if h != nil {
			return nil
		}
		return t.Rooms.DropPartial(ctx, t.Actor, p.room.ID, p.name)
	}
	if err != nil {
		return err
	}
	_, _, err = t.Rooms.Do(ctx, t.Actor, rooms.Entry{Room: e.Room, Type: rooms.Delete, Ref: e.Seq})
	return err
}

// blockSize is what StatVFS counts in, bytes.
const blockSize = 4096

// StatVFS implements sftp.StatVFSFileCmder: what there is room for is what the quotas leave, or the disk without what is kept for messages, if that is less.
func (t *tree) StatVFS(r *sftp.Request) (_ *sftp.StatVFS, err error) {
	defer t.guard(&err)
	p, err := t.find(t.ctx, r.Filepath)
	if err != nil {
		return nil, t.refuse(err)
	}
	used, most, err := t.Rooms.FileUsage(t.ctx, t.Actor, p.room.ID)
	if err != nil {
		return nil, t.refuse(err)
	}
	total, taken := int64(1)<<50, used.Person // without a bound
	if most.Person > 0 {
		total = most.Person
	}
	if left := most.Room - used.Room; most.Room > 0 && left < total-taken {
		total = taken + max(left, 0)
	}
	disk, err := t.Rooms.Space(t.ctx)
	if err != nil {
		return nil, t.refuse(err)
	}
	if disk.Size > 0 && disk.Left() < total-taken {
		total = taken + disk.Left()
	}
	free := uint64(max(total-taken, 0) / blockSize)
	return &sftp.StatVFS{
		Bsize: blockSize, Frsize: blockSize, Blocks: uint64(total / blockSize), Bfree: free, Bavail: free,
		Files: maxListed, Ffree: maxListed, Favail: maxListed, Namemax: 255,
	}, nil
}
