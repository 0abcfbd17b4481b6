package rooms

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"sync"
	"time"

	"parley/text"
)

const (
	// MaxUploads is how many files one person can put somewhere at once: each takes a piece of memory.
	MaxUploads = 16
	// maxCut is how far behind what is stored a resumed upload may go on. What came after its client asked is that much at most.
	maxCut = 4 << 20
	// maxHash is how much of a resumed file is read at once.
	maxHash = 1 << 20
)

// ErrUploads refuses one upload more than somebody may have under way.
var ErrUploads = fmt.Errorf("you are putting %d files somewhere at once already: wait until one of them is there", MaxUploads)

var (
	errResume = errors.New("what is here of that file does not reach up to there: put it anew")
	errTaken  = errors.New("another connection of yours goes on with that file")
	errEnded  = errors.New("that upload is over")
)

// Upload is a file on its way into a room. What is written goes to the store piece by piece; nobody sees anything of it
// until Commit has posted its message. Its methods may be called at once. It ends with Commit, Keep or Close, or after Hold with Settle.
type Upload struct {
	m    *Manager
	ctx  context.Context // of who called Manager.Upload; bounds what Write does
	who  Actor
	sum  hash.Hash
	most struct {
		file  int64
		quota Quota
	}
	replaces uint64 // Partial.ID of what goes when this one is posted; 0 for none

	mu   sync.Mutex // held across calls of the store, by who writes this file only
	part Partial    // what is stored
	used Usage      // when it was stored
	buf  []byte     // what follows, fewer than MaxPiece bytes
	err  error      // why nothing can be added any more
	held bool       // nothing follows, and all is stored
}

// Upload begins to put a file into a room, in place of what is left of an earlier try. ctx bounds all that is
// written. Errors: those of Post as far as they are known before there is a message, *FileTakenError, *QuotaError, *SpaceError.
func (m *Manager) Upload(ctx context.Context, who Actor, room ID, name text.Line) (*Upload, error) {
	u, err := m.newUpload(ctx, who, room, name)
	if err != nil {
		return nil, err
	}
	old, err := m.partial(ctx, who, room, name)
	if err == nil && !m.sweeper.busy(old.ID) {
		err = m.dropFile(ctx, old.ID)
	}
	if err == nil || errors.Is(err, ErrNoFile) {
		err = u.begin()
	}
	if err != nil {
		return nil, err
	}
	return u, nil
}

// Resume goes on with a file that somebody has begun to put into a room, at an offset up to which it is stored. Errors:
// those of Upload, ErrNoFile if nothing is left of it.
func (m *Manager) Resume(ctx context.Context, who Actor, room ID, name text.Line, at int64) (*Upload, error) {
	u, err := m.newUpload(ctx, who, room, name)
	if err != nil {
		return nil, err
	}
	part, err := m.partial(ctx, who, room, name)
	if err != nil {
		return nil, err
	}
	if m.sweeper.take(part.ID) { // from a connection that is lost, most likely
		if part, err = m.partial(ctx, who, room, name); err != nil {
			return nil, err
		}
	}
	if at < 0 || at > part.Size || part.Size-at > maxCut {
		return nil, errResume
	}
	if at < part.Size {
		bounded, cancel := context.WithTimeout(ctx, storeTimeout)
		defer cancel()
		part.Touched = m.now()
		if part, err = m.store.CutFile(bounded, part, at); m.fileFailed(ctx, err) != nil {
			return nil, m.fileFailed(ctx, err)
		}
	}
	if err := m.hash(ctx, u.sum, part); err != nil {
		return nil, err
	}
	part.Whole, part.Proof, part.Bot = false, who.Proof, who.Bot
	u.part = part
	if err := u.begin(); err != nil {
		return nil, err
	}
	return u, nil
}

// Reserve keeps a place among MaxUploads for an upload of which it is not known yet where it begins, or says why somebody cannot
// put that file there now. The place is to be released before the upload begins, or when it does not; twice does no harm.
func (m *Manager) Reserve(ctx context.Context, who Actor, room ID, name text.Line) (release func(), err error) {
	u, err := m.newUpload(ctx, who, room, name)
	if err == nil {
		err = m.sweeper.begin(u)
	}
	if err != nil {
		return nil, err
	}
	return func() { m.sweeper.end(u) }, nil
}

// DropPartial forgets what is left of a file that somebody has begun to put into a room, also over a connection that goes on, or ErrNoFile.
func (m *Manager) DropPartial(ctx context.Context, who Actor, room ID, name text.Line) error {
	p, err := m.Partial(ctx, who, room, name)
	if err != nil {
		return err
	}
	m.sweeper.take(p.ID)
	m.sweeper.soon(sweepSoon)
	return m.dropFile(ctx, p.ID)
}

// Partial is what is left of a file that somebody has begun to put into a room, or ErrNoFile.
func (m *Manager) Partial(ctx context.Context, who Actor, room ID, name text.Line) (Partial, error) {
	r, err := m.enterToWrite(ctx, who, room)
	if err != nil {
		return Partial{}, err
	}
	defer m.release(r)
	return m.partial(ctx, who, room, name)
}

func (m *Manager) partial(ctx context.Context, who Actor, room ID, name text.Line) (Partial, error) {
	p, err := m.store.Partial(ctx, who.Name, room, name)
	return p, m.fileFailed(ctx, err)
}

// FileFits reports whether somebody could put a file of that name and of size bytes into a room now: nil, or what Upload or Write would end with.
func (m *Manager) FileFits(ctx context.Context, who Actor, room ID, name text.Line, size int64) error {
	u, err := m.newUpload(ctx, who, room, name)
	if err != nil {
		return err
	}
	if u.most.file > 0 && size > u.most.file {
		return &FileSizeError{Most: u.most.file}
	}
	used, err := m.store.FileUsage(ctx, who.Name, room)
	if err := m.askerFailed(ctx, err); err != nil {
		return err
	}
	switch old, err := m.partial(ctx, who, room, name); { // an upload takes its place
	case err == nil:
		used.Person, used.Room = used.Person-old.Size, used.Room-old.Size
	case !errors.Is(err, ErrNoFile):
		return err
	}
	if err := u.most.quota.Fits(used, size); err != nil {
		return err
	}
	return m.spaceFits(ctx, size)
}

// newUpload is an upload of nothing yet, for who may put that file there.
func (m *Manager) newUpload(ctx context.Context, who Actor, room ID, name text.Line) (*Upload, error) {
	if who.Guest {
		return nil, ErrForbidden
	}
	if _, err := text.FileName(name.String()); err != nil {
		return nil, err
	}
	r, err := m.enterToWrite(ctx, who, room)
	if err != nil {
		return nil, err
	}
	defer m.release(r)
	if err := m.mayTalk(ctx, r, who, m.now()); err != nil {
		return nil, err
	}
	there, err := m.store.FileNamed(ctx, room, name)
	if err = m.fileFailed(ctx, err); err == nil && there.Author != who.Name {
		err = &FileTakenError{Name: name, Owner: there.Author}
	}
	if err != nil && !errors.Is(err, ErrNoFile) {
		return nil, err
	}
	u := &Upload{m: m, ctx: ctx, who: who, sum: sha256.New(), part: Partial{Room: room, Owner: who.Name, Name: name, Proof: who.Proof, Bot: who.Bot}}
	u.most.file, u.most.quota = m.limits.files()
	return u, nil
}

// begin counts an upload in, when what is stored of it is known.
func (u *Upload) begin() (err error) {
	if u.used, err = u.m.store.FileUsage(u.ctx, u.who.Name, u.part.Room); err != nil {
		return u.m.askerFailed(u.ctx, err)
	}
	if err := u.most.quota.Fits(u.used, 0); err != nil {
		return err
	}
	if err := u.m.spaceFits(u.ctx, 0); err != nil {
		return err
	}
	return u.m.sweeper.begin(u)
}

// mayTalk says why somebody who has entered a room to write could not say anything there at a time, as things stand now; nil if they could.
func (m *Manager) mayTalk(ctx context.Context, r *room, who Actor, at time.Time) error {
	author, err := m.author(ctx, r, who)
	if err != nil {
		return err
	}
	return Allow(Case{Room: r.head.Load(), Author: author}, &Entry{Type: Message, Author: who.Name, Staff: who.Staff, Bot: who.Bot, Time: at})
}

// author is what who is in a room, nil for no member.
func (m *Manager) author(ctx context.Context, r *room, who Actor) (*Member, error) {
	if mb, known := m.rowOf(who.Name, r.id); known {
		return &mb, nil
	}
	var found *Member
	err := m.withMembers(ctx, r, func(c *crowd) {
		if mb := c.members[who.Name]; mb != nil {
			member := mb.Member
			found = &member
		}
	})
	return found, err
}

// hash adds what is stored of a file to its sum.
func (m *Manager) hash(ctx context.Context, sum hash.Hash, p Partial) error {
	for at := int64(0); at < p.Size; {
		data, err := m.store.ReadFile(ctx, p.ID, at, int(min(maxHash, p.Size-at)))
		if err == nil && len(data) == 0 {
			err = ErrNoFile
		}
		if err := m.fileFailed(ctx, err); err != nil {
			return err
		}
		sum.Write(data)
		at += int64(len(data))
	}
	return nil
}

// Size is how many bytes there are of the file so far.
func (u *Upload) Size() int64 {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.size()
}

func (u *Upload) size() int64 { return u.part.Size + int64(len(u.buf)) }

// Write adds to the file, all of p or nothing. Errors, as soon as they are known: *FileSizeError, *QuotaError, *SpaceError, ErrUnavailable;
// after the last one nothing can be added, and Keep lets the rest be sent later.
func (u *Upload) Write(p []byte) (int, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	switch more := int64(len(p)); {
	case u.err != nil:
		return 0, u.err
	case u.held:
		return 0, errEnded
	case u.most.file > 0 && u.size()+more > u.most.file:
		return 0, &FileSizeError{Most: u.most.file}
	default:
		if err := u.most.quota.Fits(u.used, int64(len(u.buf))+more); err != nil {
			return 0, err
		}
	}
	for rest := p; len(rest) > 0; {
		n := min(MaxPiece-len(u.buf), len(rest))
		u.buf, rest = append(u.buf, rest[:n]...), rest[n:]
		if len(u.buf) < MaxPiece {
			break
		}
		if u.err = u.flush(u.ctx); u.err != nil {
			return 0, u.err
		}
	}
	u.sum.Write(p)
	return len(p), nil
}

// flush stores what was written; u.mu is held.
func (u *Upload) flush(ctx context.Context) error {
	if err := u.m.begin(); err != nil {
		return err
	}
	defer u.m.work.Done()
	bounded, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	if err := u.m.spaceFits(bounded, int64(len(u.buf))); err != nil {
		return err
	}
	p := u.part
	p.Touched = u.m.now()
	p, used, err := u.m.store.WriteFile(bounded, p, u.buf, u.most.quota)
	if err := u.m.fileFailed(ctx, err); err != nil {
		return err
	}
	u.part, u.used, u.buf = p, used, u.buf[:0]
	u.m.sweeper.know(u)
	return nil
}

// Commit posts the message that brings the file: Text (the file's name if there is none), Nonce, Ref and Thread of p. After an
// error it can be called again. Errors: those of Post and of Write, *FileTakenError.
func (u *Upload) Commit(ctx context.Context, p Post) (*Event, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.err != nil {
		return nil, u.err
	}
	if len(u.buf) > 0 || u.part.ID == 0 {
		if err := u.flush(ctx); err != nil {
			return nil, err
		}
	}
	p.Room, p.Type = u.part.Room, Message
	if p.Text.IsZero() {
		p.Text = text.NewBody(u.part.Name.String())
	}
	p.File = u.file()
	e, err := u.m.Post(ctx, u.who, p)
	if err != nil {
		return nil, err
	}
	u.end()
	if e.File == nil || e.File.ID != u.part.ID { // the same nonce was posted before
		err := u.m.dropFile(ctx, u.part.ID)
		u.m.sweeper.soon(sweepSoon)
		return e, err
	}
	u.replaced(ctx)
	return e, nil
}

// CommitInTurn is Commit for who puts many files at once, which are more messages than somebody may post at a time: it
// waits for its turn, patience at most.
func (u *Upload) CommitInTurn(ctx context.Context, p Post, patience time.Duration) (*Event, error) {
	for end := time.Now().Add(patience); ; {
		e, err := u.Commit(ctx, p)
		var rate *RateError
		if !errors.As(err, &rate) || time.Now().Add(rate.After).After(end) {
			return e, err
		}
		pause := time.NewTimer(rate.After)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return nil, ctx.Err()
		}
	}
}

// Keep leaves what was written for Resume, for as long as Options.Partial says.
func (u *Upload) Keep() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if errors.Is(u.err, errEnded) || errors.Is(u.err, errTaken) {
		return nil
	}
	var err error
	if u.held {
		err = u.unhold()
	}
	if u.err == nil && len(u.buf) > 0 {
		err = u.flush(context.WithoutCancel(u.ctx)) // which has ended, most likely
	}
	u.end()
	u.m.sweeper.soon(sweepSoon)
	return err
}

// Close drops what was written, unless Commit or Keep came before.
func (u *Upload) Close() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if errors.Is(u.err, errEnded) || errors.Is(u.err, errTaken) {
		return nil
	}
	u.end()
	if u.part.ID == 0 {
		return nil
	}
	u.m.sweeper.soon(sweepSoon)
	return u.m.dropFile(context.WithoutCancel(u.ctx), u.part.ID)
}

// end lets nothing more be written; u.mu is held.
func (u *Upload) end() {
	u.err, u.buf = errEnded, nil
	u.m.sweeper.end(u)
}

func (m *Manager) dropFile(ctx context.Context, id uint64) error {
	if err := m.begin(); err != nil {
		return err
	}
	defer m.work.Done()
	bounded, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	return m.askerFailed(ctx, m.store.DropFile(bounded, id))
}

// fileFailed is askerFailed for what may also be refused.
func (m *Manager) fileFailed(ctx context.Context, err error) error {
	var quota *QuotaError
	if errors.Is(err, ErrNoFile) || errors.As(err, &quota) {
		return err
	}
	return m.askerFailed(ctx, err)
}
