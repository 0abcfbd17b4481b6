package rooms

import (
	"context"
	"errors"

	"parley/text"
)

// Post is what somebody says in a room.
type Post struct {
	Room  ID
	Type  Type // Message, Action or Poll
	Text  text.Body
	Nonce string // "" for none; at most MaxNonce bytes

	Ref    uint64 // the message that this one answers, 0 for none
	Thread uint64 // the first message of the thread that it goes into, 0 for none

	File      *File  // what it brings with it, which has been stored; nil for none
	Signature string // verified; "" for none
}

// Post appends a message and returns it once it is committed with fsync.
// Errors: ErrNoRoom, ErrNotMember, ErrForbidden, *RateError, ErrUnavailable,
// ErrClosed, or the context's. After a context error or ErrUnavailable the
// post may or may not have been committed: repeating it with the same nonce is safe.
func (m *Manager) Post(ctx context.Context, who Actor, p Post) (*Event, error) {
	switch {
	case !p.Type.Talk():
		return nil, errType
	case p.Text.IsZero():
		return nil, errEmpty
	}
	if err := CheckNonce(p.Nonce); err != nil {
		return nil, err
	}
	r, err := m.enterToWrite(ctx, who, p.Room)
	if err != nil {
		return nil, err
	}
	defer m.release(r)
	if err := m.limits.size(p.Text); err != nil {
		return nil, err
	}
	if err := m.slow(ctx, r, who); err != nil {
		return nil, err
	}
	if err := m.limits.post(who, "messages"); err != nil {
		return nil, err
	}
	var call []text.Name
	if who.Hook == 0 { // a hook addresses people by their names only
		if call, err = m.called(ctx, r, p.Text); err != nil {
			return nil, err
		}
	}
	out, err := m.append(ctx, r, Entry{
		Room: r.id, Type: p.Type, Author: who.Name, Text: p.Text, Nonce: p.Nonce, Guest: who.Guest,
		Ref: p.Ref, Thread: p.Thread, Call: call, Staff: who.Staff, Bot: who.Bot, File: p.File, Signature: p.Signature, Hook: who.Hook,
	})
	if err == nil && !out.again {
		m.limits.posted(r.id, who, r.head.Load().Slow)
	}
	return out.event, err
}

// slow holds back who posts in a room in slow mode sooner than it lets them.
func (m *Manager) slow(ctx context.Context, r *room, who Actor) error {
	pause := r.head.Load().Slow
	if pause <= 0 || who.Staff {
		return nil
	}
	s, err := m.standing(ctx, who, r)
	if err != nil || s.role >= RoleModerator {
		return err
	}
	return m.limits.slow(r.id, who, pause)
}

// called lists the members whom @here and @room call.
func (m *Manager) called(ctx context.Context, r *room, body text.Body) (names []text.Name, err error) {
	what := text.Calls(body)
	if what == 0 {
		return nil, nil
	}
	err = m.withMembers(ctx, r, func(c *crowd) {
		for _, mb := range c.order {
			if what&text.CallRoom != 0 || mb.sessions > 0 {
				names = append(names, mb.Name)
			}
		}
	})
	return names, err
}

// Do appends an event that is not talk: what e.Type says, with Room, Ref,
// Target, Text, Detail, Until and Nonce of e. Who may do it is what Allow says.
// The event is the committed one; again says that it was so already. Errors:
// ErrNoRoom, ErrNotMember, those of Allow, *RateError, ErrUnavailable,
// ErrClosed, or the context's.
func (m *Manager) Do(ctx context.Context, who Actor, e Entry) (event *Event, again bool, err error) {
	switch {
	case who.Name.IsZero():
		return nil, false, errNull
	case who.Guest:
		return nil, false, ErrForbidden
	case !e.Type.Changes() && !e.Type.Moderates() && e.Type != Decline:
		return nil, false, errType
	}
	if err := CheckNonce(e.Nonce); err != nil {
		return nil, false, err
	}
	r, s, err := m.enter(ctx, who, e.Room)
	if err != nil {
		return nil, false, err
	}
	defer m.release(r)
	if s.role == RoleNone && e.Type != Decline && !(who.Staff && (e.Type.Moderates() || e.Type == Delete)) {
		return nil, false, ErrNotMember
	}
	if err := m.limits.size(e.Text); err != nil {
		return nil, false, err
	}
	if err := m.limits.post(who, "changes"); err != nil {
		return nil, false, err
	}
	e.Author, e.Staff, e.Guest, e.Bot, e.Thread, e.Call, e.Hook = who.Name, who.Staff, false, who.Bot, 0, nil, 0
	out, err := m.append(ctx, r, e)
	return out.event, out.again, err
}

// Create makes a room from Name, Kind, Guests and Topic of r, with who as its owner and first member.
func (m *Manager) Create(ctx context.Context, who Actor, r Room) (Room, error) {
	switch {
	case who.Name.IsZero():
		return Room{}, errNull
	case who.Guest:
		return Room{}, ErrForbidden
	case r.Kind != Public && r.Kind != Private:
		return Room{}, errKind
	case r.Name.IsZero():
		return Room{}, errName
	}
	if err := m.limits.create(who); err != nil {
		return Room{}, err
	}
	made := Room{Name: r.Name, Kind: r.Kind, Guests: r.Guests, Topic: text.NewLine(r.Topic.String(), MaxTopic)}
	out, err := m.append(ctx, nil, Entry{Type: Create, Author: who.Name, New: made})
	return out.room, err
}

// Purge deletes messages of a room, as Do with Delete does for one, and
// returns how many were deleted before the first that could not be. What is
// deleted already is passed over. It counts as one change for the limits.
func (m *Manager) Purge(ctx context.Context, who Actor, room ID, seqs []uint64, why text.Body) (done int, err error) {
	if who.Name.IsZero() || who.Guest {
		return 0, ErrForbidden
	}
	r, s, err := m.enter(ctx, who, room)
	if err != nil {
		return 0, err
	}
	defer m.release(r)
	switch {
	case r.head.Load().Kind == Direct:
		return 0, &refusal{errDirect}
	case s.role < RoleModerator && !who.Staff:
		return 0, ErrForbidden
	}
	if err := m.limits.post(who, "changes"); err != nil {
		return 0, err
	}
	for _, seq := range seqs {
		_, err := m.append(ctx, r, Entry{Room: r.id, Type: Delete, Ref: seq, Author: who.Name, Staff: who.Staff, Text: why})
		if err != nil && !errors.Is(err, errDeleted) {
			return done, err
		}
		done++
	}
	return done, nil
}

// Join makes who a member; being one already is not an error.
func (m *Manager) Join(ctx context.Context, who Actor, room ID) (Room, error) {
	if who.Name.IsZero() {
		return Room{}, errNull
	}
	if who.Guest {
		return Room{}, ErrForbidden
	}
	r, s, err := m.enter(ctx, who, room)
	if err != nil {
		return Room{}, err
	}
	defer m.release(r)
	if s.role > RoleNone {
		return *r.head.Load(), nil
	}
	if err := m.limits.join(who); err != nil {
		return Room{}, err
	}
	if _, err := m.append(ctx, r, Entry{Room: r.id, Type: Join, Author: who.Name}); err != nil {
		return Room{}, err
	}
	return *r.head.Load(), nil
}

// Leave ends a membership.
func (m *Manager) Leave(ctx context.Context, who Actor, room ID) error {
	r, err := m.enterAsMember(ctx, who, room)
	if err != nil {
		return err
	}
	defer m.release(r)
	if err := m.limits.join(who); err != nil {
		return err
	}
	_, err = m.append(ctx, r, Entry{Room: r.id, Type: Leave, Author: who.Name})
	return err
}

// Invite lets whom join the room, and tells them: it stands in their inbox until they join or decline, in a public room too.
// Any member may invite. The caller has checked that whom exists. ErrMember if they are in already.
func (m *Manager) Invite(ctx context.Context, who Actor, room ID, whom text.Name) error {
	if whom.IsZero() {
		return ErrNoPerson
	}
	r, err := m.enterAsMember(ctx, who, room)
	if err != nil {
		return err
	}
	defer m.release(r)
	target, err := m.standing(ctx, Actor{Name: whom}, r)
	if err != nil {
		return err
	}
	if target.role > RoleNone {
		return ErrMember
	}
	if err := m.limits.post(who, "invitations"); err != nil {
		return err
	}
	out, err := m.append(ctx, r, Entry{Room: r.id, Type: Invite, Author: who.Name, Target: whom})
	if err == nil && out.again {
		m.Notify(whom, invitation(who.Name, r.head.Load().Name), nil)
	}
	return err
}

// SetTopic changes the topic; an empty one removes it. Any member may, as in
// most chats until somebody locks it. What is wider than MaxTopic is cut.
func (m *Manager) SetTopic(ctx context.Context, who Actor, room ID, topic text.Line) error {
	r, err := m.enterAsMember(ctx, who, room)
	if err != nil {
		return err
	}
	defer m.release(r)
	topic = text.NewLine(topic.String(), MaxTopic)
	if topic == r.head.Load().Topic {
		return nil
	}
	if err := m.limits.post(who, "topics"); err != nil {
		return err
	}
	_, err = m.append(ctx, r, Entry{Room: r.id, Type: Topic, Author: who.Name, Text: text.NewBody(topic.String())})
	return err
}

// enterAsMember is enterToWrite for what guests may not do.
func (m *Manager) enterAsMember(ctx context.Context, who Actor, id ID) (*room, error) {
	r, err := m.enterToWrite(ctx, who, id)
	if err == nil && who.Guest {
		m.release(r)
		return nil, ErrForbidden
	}
	return r, err
}

// append hands an entry to the committer and waits for what became of it. r is
// the entry's room, nil for Create.
func (m *Manager) append(ctx context.Context, r *room, e Entry) (outcome, error) {
	if err := m.begin(); err != nil {
		return outcome{}, err
	}
	defer m.work.Done()
	if err := m.mayWrite(&e); err != nil {
		return outcome{}, err
	}
	e.Time = m.now()
	out := m.committer.commit(ctx, r, e)
	// A room that is not seen any more since it was entered.
	hidden := errors.Is(out.err, ErrNotInvited) || errors.Is(out.err, ErrNotMember)
	if hidden && r != nil && r.head.Load().Kind != Public {
		out.err = ErrNoRoom
	}
	return out, out.err
}

// NotifyAll shows a line to every live session but one (nil for none), guests too; it is not stored.
func (m *Manager) NotifyAll(n Notice, but *Session) {
	for _, ib := range m.inboxes() {
		ib.mu.Lock()
		ib.notify(n, but)
		ib.mu.Unlock()
	}
}

// notifyElsewhere shows a line to the live sessions of one person that do not show the room, whose log says it.
func (m *Manager) notifyElsewhere(who text.Name, n Notice, r *room) {
	m.eachSession(who, func(s *Session) {
		if s.focus.Load() != r {
			s.notice(n)
		}
	})
}

// Notify shows a line to all live sessions of one person but one (nil for none); it is not stored.
func (m *Manager) Notify(who text.Name, n Notice, but *Session) {
	m.eachSession(who, func(s *Session) {
		if s != but {
			s.notice(n)
		}
	})
}
