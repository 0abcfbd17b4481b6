package tree

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/pkg/sftp"

	"parley/rooms"
)

// rename gives a file another name: one that is being written, one that waits for its name, which is posted by that, or one of the room.
// Over a file that is there only replaces it: posix-rename@openssh.com, as by the names of rename(2).
func (t *tree) rename(ctx context.Context, r *sftp.Request, over bool) error {
	src, err := t.find(ctx, r.Filepath)
	switch {
	case err != nil:
		return err
	case src.folder():
		return errFolders
	case !src.day.IsZero():
		return errDay
	}
	dst, err := t.target(ctx, r.Target)
	if err != nil {
		return err
	}
	if src.key() == dst.key() {
		_, err := t.look(ctx, r.Filepath, false)
		return err
	}
	there, err := t.newest(ctx, &dst)
	switch {
	case err != nil && !isNone(err):
		return err
	case there != nil && there.Author != t.Actor.Name:
		return &rooms.FileTakenError{Name: dst.name, Owner: there.Author}
	case !over && (there != nil || t.shelf.at(dst.key()) != nil || t.sinkAt(r.Target) != nil):
		return errExists
	}
	if s := t.sinkAt(r.Filepath); s != nil {
		return s.move(&dst, r.Target)
	}
	if h := t.shelf.at(src.key()); h != nil && h.aside != nil {
		return t.moveAside(ctx, h.aside, &src, &dst)
	} else if h != nil {
		return t.release(ctx, h.up, h.since, &src, &dst)
	}
	e, err := t.newest(ctx, &src)
	if err == nil {
		return t.moveAside(ctx, e, &src, &dst)
	}
	if !isNone(err) {
		return err
	}
	up, err := t.Rooms.Whole(ctx, t.Actor, src.room.ID, src.name) // of another connection, or an earlier one
	if err != nil {
		return err
	}
	return t.release(ctx, up, time.Now(), &src, &dst)
}

// release posts a file that has waited for its name, or lets it wait on under another one that is none.
func (t *tree) release(ctx context.Context, up *rooms.Upload, at time.Time, src, dst *place) error {
	if src.room.ID != dst.room.ID {
		if err := t.copy(up, up.Size(), rooms.Post{}, at, dst); err != nil {
			return err
		}
		t.forget(t.shelf.take(dst.key()))
		t.shelf.take(src.key())
		return up.Close()
	}
	up.Rename(dst.name)
	if t.waits(ctx, dst) && (t.shelf.at(src.key()) != nil || !t.full(ctx)) {
		if err := t.hold(dst, up, at); err != nil {
			up.Rename(src.name)
			return err
		}
		t.shelf.take(src.key())
		return nil
	}
	if err := t.commit(up, dst, at); err != nil {
		up.Rename(src.name)
		return err
	}
	t.shelf.take(src.key())
	t.forget(t.shelf.take(dst.key()))
	return nil
}

// commit posts a file that replaces what is at its place, if it is another one: rsync and editors write anew what has not changed.
func (t *tree) commit(up *rooms.Upload, p *place, at time.Time) error {
	if e, err := t.newest(t.ctx, p); err == nil && e.Author == t.Actor.Name && e.File.SHA256 == up.File().SHA256 {
		t.stamp(e, at)
		return up.Close()
	}
	return t.post(up, rooms.Post{}, at)
}

// post posts a file that was written at a time.
func (t *tree) post(up *rooms.Upload, p rooms.Post, at time.Time) error {
	e, err := up.CommitInTurn(t.ctx, p, maxWait)
	if err == nil {
		t.stamp(e, at)
	}
	return err
}

// moveAside gives a file of a room another name. What gets one that programs move old files away to stays in the room as it is: only this
// session has it under that name, until something is put where it was. Otherwise the file is put there anew under
// the new name, and the message that brought it is deleted.
func (t *tree) moveAside(ctx context.Context, e *rooms.Event, src, dst *place) error {
	if e.Author != t.Actor.Name {
		return &othersError{e.File.Name, e.Author}
	}
	if src.room.ID == dst.room.ID {
		newest, err := t.Rooms.FileNamed(ctx, t.Actor, e.Room, dst.name)
		if err == nil && newest.Seq == e.Seq { // back to where it was
			t.shelf.take(src.key())
			return nil
		}
		if temporary.MatchString(dst.name.String()) {
			t.shelf.take(src.key())
			t.forget(t.shelf.put(dst.key(), &held{aside: e, size: e.File.Size, since: t.written(e)}, t.expire))
			return nil
		}
	}
	from, err := t.Rooms.Open(t.ctx, t.Actor, e.Room, e.Seq)
	if err != nil {
		return err
	}
	post := rooms.Post{}
	if src.room.ID == dst.room.ID {
		post.Thread = e.Thread
	}
	if err := t.copy(from, from.Size(), post, t.written(e), dst); err != nil {
		return err
	}
	t.forget(t.shelf.take(dst.key()))
	t.shelf.take(src.key())
	return t.discard(ctx, e)
}

// copy puts a file into a room once more. What waits at its place is replaced once it is there.
func (t *tree) copy(from io.ReaderAt, size int64, post rooms.Post, at time.Time, dst *place) error {
	up, err := t.Rooms.Replacement(t.ctx, t.Actor, dst.room.ID, dst.name)
	if err != nil {
		return err
	}
	if _, err = io.Copy(up, io.NewSectionReader(from, 0, size)); err == nil {
		if err = t.post(up, post, at); err == nil {
			return nil
		}
	}
	return errors.Join(err, up.Close())
}

// discard deletes the message of a file that a client has removed, if its name opens it still: an older version is history.
func (t *tree) discard(ctx context.Context, e *rooms.Event) error {
	newest, err := t.Rooms.FileNamed(ctx, t.Actor, e.Room, e.File.Name)
	if isNone(err) || err == nil && newest.Seq != e.Seq {
		return nil
	}
	if err == nil {
		_, _, err = t.Rooms.Do(ctx, t.Actor, rooms.Entry{Room: e.Room, Type: rooms.Delete, Ref: e.Seq})
	}
	return err
}
