package rooms

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"time"

	"parley/text"
)

// heldFor is how long a whole file is left to who holds it, which is longer than anybody does: the others are of a process that has ended.
const heldFor = 5 * time.Minute

// Hold ends the writing of a file that may get another name before it has its message. All of it is on disk then, and stays there
// until Settle, Commit or Close, or until somebody else posts it. It does not count among MaxUploads any more. Errors: those of Write.
func (u *Upload) Hold() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.err != nil {
		return u.err
	}
	u.part.Whole = true
	if err := u.flush(u.ctx); err != nil {
		u.part.Whole = false
		return err
	}
	u.held, u.buf = true, nil
	u.m.sweeper.end(u)
	return nil
}

// Rename sets the name that Commit posts the file under.
func (u *Upload) Rename(name text.Line) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.part.Name = name
}

// File is what the upload would bring if it were posted now; ID is 0 before the first piece is stored.
func (u *Upload) File() File {
	u.mu.Lock()
	defer u.mu.Unlock()
	f := u.file()
	f.Size = u.size()
	return *f
}

func (u *Upload) file() *File {
	return &File{ID: u.part.ID, Name: u.part.Name, Size: u.part.Size, SHA256: hex.EncodeToString(u.sum.Sum(nil))}
}

// ReadAt implements io.ReaderAt for what was written so far, also when it is over. ErrNoFile when it was dropped.
func (u *Upload) ReadAt(p []byte, at int64) (n int, err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for n < len(p) {
		switch left := at - u.part.Size; {
		case at < 0 || at >= u.size():
			return n, io.EOF
		case left >= 0:
			k := copy(p[n:], u.buf[left:])
			n, at = n+k, at+int64(k)
			continue
		}
		data, err := u.m.store.ReadFile(u.ctx, u.part.ID, at, int(min(int64(len(p)-n), u.part.Size-at)))
		if err == nil && len(data) == 0 {
			err = ErrNoFile
		}
		if err := u.m.fileFailed(u.ctx, err); err != nil {
			return n, err
		}
		k := copy(p[n:], data)
		n, at = n+k, at+int64(k)
	}
	return n, nil
}

// Settle posts a file that is held, for who will not give it another name; patience as in CommitInTurn. Where the room does not take it any
// more, or they cannot come any more (Options.Author), it is left as an upload that was cut off, and the error says why. What cannot be posted now is posted later, and
// what is held no more, because it was dropped or posted elsewhere, is no error.
func (u *Upload) Settle(ctx context.Context, patience time.Duration) error {
	err := errGone
	if _, here := u.m.authorOf(ctx, Job{By: u.who.Name, Room: u.part.Room, Proof: u.who.Proof}); here {
		_, err = u.CommitInTurn(ctx, Post{}, patience)
	}
	var rate *RateError
	switch {
	case err == nil, errors.Is(err, ErrNoFile), errors.Is(err, errEnded):
		return nil
	case errors.As(err, &rate), errors.Is(err, ErrUnavailable), errors.Is(err, ErrClosed), ctx.Err() != nil:
		u.m.sweeper.soon(heldFor)
		return nil
	}
	return errors.Join(err, u.Keep())
}

// unhold makes a file that was held one that was cut off at its end; u.mu is held.
func (u *Upload) unhold() error {
	if err := u.m.begin(); err != nil {
		return err
	}
	defer u.m.work.Done()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(u.ctx), storeTimeout)
	defer cancel()
	u.part.Touched = u.m.now()
	part, err := u.m.store.CutFile(ctx, u.part, u.part.Size)
	if err = u.m.fileFailed(ctx, err); err == nil {
		u.part = part
	}
	return err
}

// Whole takes over a file of somebody's that is held, also by another connection, which finds nothing to post then. ErrNoFile if there is none.
func (m *Manager) Whole(ctx context.Context, who Actor, room ID, name text.Line) (*Upload, error) {
	u, err := m.newUpload(ctx, who, room, name)
	if err != nil {
		return nil, err
	}
	part, err := m.partial(ctx, who, room, name)
	if err == nil && !part.Whole {
		err = ErrNoFile
	}
	if err == nil {
		err = m.hash(ctx, u.sum, part)
	}
	if err != nil {
		return nil, err
	}
	u.part, u.held = part, true
	return u, nil
}

// Held is how many files of somebody's wait for their names, over all connections and from earlier ones.
func (m *Manager) Held(ctx context.Context, who Actor) (n int, err error) {
	bounded, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	list, err := m.store.WholeFiles(bounded)
	if err := m.askerFailed(ctx, err); err != nil {
		return 0, err
	}
	for i := range list {
		if list[i].Owner == who.Name {
			n++
		}
	}
	return n, nil
}

// settle posts the whole files that nobody holds any more, and returns when the next one is not. One that cannot be read holds back no other.
func (m *Manager) settle(ctx context.Context) (next time.Time, failed error) {
	bounded, cancel := context.WithTimeout(ctx, storeTimeout)
	list, err := m.store.WholeFiles(bounded)
	cancel()
	if err := m.askerFailed(ctx, err); err != nil {
		return time.Time{}, err
	}
	for _, p := range list {
		if due := p.Touched.Add(heldFor); due.After(m.now()) {
			return due, failed
		}
		if m.sweeper.busy(p.ID) { // somebody goes on with it
			continue
		}
		if err := m.settleOne(ctx, p); err != nil && !errors.Is(err, ErrNoFile) { // what is not there has been posted or dropped meanwhile
			failed = errors.Join(failed, err)
		}
	}
	return time.Time{}, failed
}

func (m *Manager) settleOne(ctx context.Context, p Partial) error {
	who := Actor{Name: p.Owner, Proof: p.Proof, Bot: p.Bot}
	u, err := m.newUpload(ctx, who, p.Room, p.Name)
	switch {
	case errors.Is(err, ErrUnavailable), errors.Is(err, ErrClosed), ctx.Err() != nil:
		return err
	case err != nil: // the room does not take it
		left := &Upload{m: m, ctx: ctx, who: who, part: p, held: true}
		return left.Keep()
	}
	if err := m.hash(ctx, u.sum, p); err != nil {
		return err
	}
	u.part, u.held = p, true
	if err := u.Settle(ctx, 0); err != nil {
		m.log.Info("a file that waited for its name could not be posted", "room", uint64(p.Room), "person", p.Owner.String(), "error", err)
	}
	return nil
}
