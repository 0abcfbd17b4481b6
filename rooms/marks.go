package rooms

import (
	"context"
	"unicode/utf8"
)

// mark moves a read mark in memory and lets it be saved. It reports false if
// there is no such membership. by is the session that asked, or nil.
func (m *Manager) mark(ib *inbox, id ID, seq uint64, by *Session) bool {
	ib.mu.Lock()
	i, found := ib.find(id)
	if !found || ib.rows[i].room == nil {
		ib.mu.Unlock()
		return false
	}
	r := ib.rows[i].room
	if ib.rows[i].catchUp(r.head.Load(), seq) {
		m.marked(ib, i, by)
		ib.mu.Unlock()
		return true
	}
	r.refs.Add(1)
	ib.mu.Unlock()
	defer m.release(r)

	r.mu.Lock()
	defer r.mu.Unlock()
	ib.mu.Lock()
	defer ib.mu.Unlock()
	i, found = ib.find(id)
	if !found || ib.rows[i].room != r {
		return false
	}
	w := &ib.rows[i]
	head := r.head.Load()
	seq = min(seq, head.Seq)
	if seq == w.read {
		return true
	}
	if !w.mark(head, &r.tail, seq, ib.name) {
		ib.reload = true // the counts are a guess until the store has counted
	}
	m.marked(ib, i, by)
	return true
}

// marked lets a read mark that has moved be saved and shown; ib.mu is held.
func (m *Manager) marked(ib *inbox, i int, by *Session) {
	ib.rows[i].unsaved |= markPart
	ib.gen++
	m.committer.saver.enqueue(ib)
	ib.signal(InboxChanged, by)
}

// MarkRead moves the read mark of somebody who need not be online and returns when it is stored.
func (m *Manager) MarkRead(ctx context.Context, who Actor, room ID, seq uint64) error {
	if err := m.begin(); err != nil {
		return err
	}
	defer m.work.Done()
	r, err := m.enterAsMember(ctx, who, room)
	if err != nil {
		return err
	}
	defer m.release(r)
	ib, err := m.holdInbox(ctx, who)
	if err != nil {
		return err
	}
	defer m.releaseInbox(ib)
	if !m.mark(ib, room, seq, nil) {
		return ErrNotMember
	}
	return m.committer.flush(ctx)
}

// Inbox lists by room name the memberships of somebody who need not be online,
// invitations last. A Role of RoleNone is an invitation.
func (m *Manager) Inbox(ctx context.Context, who Actor) ([]Membership, error) {
	ib, err := m.holdInbox(ctx, who)
	if err != nil {
		return nil, err
	}
	defer m.releaseInbox(ib)
	ib.mu.Lock()
	defer ib.mu.Unlock()
	list := make([]Membership, 0, len(ib.rows))
	for i := range ib.rows {
		list = append(list, ib.rows[i].membership())
	}
	return list, nil
}

// cut shortens a string to at most n bytes, at a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
