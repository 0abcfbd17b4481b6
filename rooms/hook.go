package rooms

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"time"

	"parley/text"
)

// Hook ties one room to a program elsewhere. What it posts has its name as the author. A hook in takes
// what is posted to a URL; a hook out posts the room's events to one.
type Hook struct {
	ID   uint64 // given by the store, never twice
	Room ID
	Name text.Name // nobody else's, ever; of all hooks that there are, one has it
	By   text.Name // who made it
	Made time.Time // UTC, millisecond precision, as Used
	Used time.Time // when it last posted, or was last delivered to; zero for never

	Hash [sha256.Size]byte // of the secret of a hook in; zero for a hook out
	Out  *Outgoing         // of a hook out; nil for a hook in
}

// Outgoing is where a hook out leads, for which events, and how far they are delivered.
type Outgoing struct {
	URL    string // http or https; it may hold a secret
	Secret string // of the signatures
	For    For
	Word   string // for ForWord
	Delivery
}

// For says which events a hook out is for.
type For string

// The values of For. What programs did is passed over, but for ForAll.
const (
	ForPeople   For = ""         // what people did: every event of the log that a program did not write
	ForMentions For = "mentions" // what people say that names the hook
	ForWord     For = "word"     // what people say that holds Word, as search compares words
	ForAll      For = "all"      // every event that is not the hook's own
)

// Delivery is how far the events of a room are delivered to a hook out.
type Delivery struct {
	Cursor   uint64    // seq up to which everything is delivered, passed over or given up
	Failures int       // of the event after Cursor, in a row
	Since    time.Time // of the first of them; zero for none
	Next     time.Time // no try before; zero for none to wait for
	Skipped  uint64    // events that were given up
	Off      bool      // the target said that it is gone
	Trouble  string    // why the last try failed, one line; "" where it did not
}

const (
	// MaxHooks is how many hooks a room has at most.
	MaxHooks = 20
	// MaxHookURL is the longest URL of a hook out, in bytes.
	MaxHookURL = 1000
	// maxTrouble bounds Delivery.Trouble, in columns.
	maxTrouble = 200
)

var (
	ErrNoHook   = errors.New("there is no hook of that name here: /webhook list shows them")
	ErrHooks    = fmt.Errorf("a room has at most %d hooks: /webhook remove one first", MaxHooks)
	ErrHookName = errors.New("another hook has that name: choose another one")
	errHookRoom = errors.New("a conversation of a few takes no hooks: make a room for it")
)

// NewSecret makes what a URL or a signature is proved by: 26 characters with 130 bits from the system's source.
func NewSecret() string { return rand.Text() }

// HashSecret is what is kept of the secret of a hook in.
func HashSecret(secret string) [sha256.Size]byte { return sha256.Sum256([]byte(secret)) }

// Opens reports whether a secret is that of a hook in, in a time that says nothing of how near it came.
func (h *Hook) Opens(secret string) bool {
	got := HashSecret(secret)
	same := subtle.ConstantTimeCompare(got[:], h.Hash[:]) == 1
	return same && h.Out == nil && h.ID != 0
}

// Actor is the hook as it posts from an address.
func (h *Hook) Actor() Actor { return Actor{Name: h.Name, Hook: h.ID, Bot: true} }

// HooksRole is what somebody has to be in a room to add a hook in, and with out a hook out: that one reads everything.
func HooksRole(out bool) Role {
	if out {
		return RoleOwner
	}
	return RoleModerator
}

// MayHook refuses who may not have hooks in a room, in or out: ErrForbidden, ErrNoRoom, or a sentence.
func (m *Manager) MayHook(ctx context.Context, who Actor, room ID, out bool) error {
	r, s, err := m.enter(ctx, who, room)
	if err != nil {
		return err
	}
	defer m.release(r)
	switch {
	case who.Guest:
		return ErrForbidden
	case r.head.Load().Kind == Direct:
		return &refusal{errHookRoom}
	case s.role < HooksRole(out) && !who.Staff:
		return ErrForbidden
	}
	return nil
}

// AddHook keeps a hook of who: Room, Name, Hash and Out count. The caller has claimed the name. A hook out begins
// after the newest event. Errors: those of MayHook, ErrHooks, ErrHookName, ErrArchived, *RateError, ErrUnavailable.
func (m *Manager) AddHook(ctx context.Context, who Actor, h Hook) (Hook, error) {
	if err := m.MayHook(ctx, who, h.Room, h.Out != nil); err != nil {
		return Hook{}, err
	}
	r, err := m.hold(ctx, h.Room)
	if err != nil {
		return Hook{}, err
	}
	defer m.release(r)
	head := r.head.Load()
	if head.Archived {
		return Hook{}, ErrArchived
	}
	if err := m.limits.post(who, "changes"); err != nil {
		return Hook{}, err
	}
	h.By, h.Made, h.Used = who.Name, m.now(), time.Time{}
	if h.Out != nil {
		out := *h.Out
		out.Delivery = Delivery{Cursor: head.Seq}
		h.Out = &out
	}
	h.ID, err = m.store.AddHook(ctx, h)
	if err := m.hookFailed(ctx, err); err != nil {
		return Hook{}, err
	}
	m.hooks.changed()
	return h, nil
}

// Hook returns a hook by its number, for the face that a program comes to: ErrNoHook if there is none.
func (m *Manager) Hook(ctx context.Context, id uint64) (Hook, error) {
	h, err := m.store.Hook(ctx, id)
	return h, m.hookFailed(ctx, err)
}

// Hooks lists by name the hooks of a room that who may have hooks in.
func (m *Manager) Hooks(ctx context.Context, who Actor, room ID) ([]Hook, error) {
	if err := m.MayHook(ctx, who, room, false); err != nil {
		return nil, err
	}
	list, err := m.store.Hooks(ctx, room)
	return list, m.hookFailed(ctx, err)
}

// HooksOf lists by name the hooks of all rooms in which who may have hooks in.
func (m *Manager) HooksOf(ctx context.Context, who Actor) ([]Hook, error) {
	list, err := m.store.Hooks(ctx, 0)
	if err := m.hookFailed(ctx, err); err != nil {
		return nil, err
	}
	var out []Hook
	may := map[ID]error{}
	for _, h := range list {
		err, asked := may[h.Room]
		if !asked {
			err = m.MayHook(ctx, who, h.Room, false)
			may[h.Room] = err
		}
		switch {
		case err == nil:
			out = append(out, h)
		case !errors.Is(err, ErrForbidden) && !errors.Is(err, ErrNoRoom):
			return nil, err
		}
	}
	return out, nil
}

// Outgoing lists all hooks out, for who delivers.
func (m *Manager) Outgoing(ctx context.Context) ([]Hook, error) {
	list, err := m.store.Hooks(ctx, 0)
	if err := m.hookFailed(ctx, err); err != nil {
		return nil, err
	}
	var out []Hook
	for _, h := range list {
		if h.Out != nil {
			out = append(out, h)
		}
	}
	return out, nil
}

// HookRoom is the room of a hook, for who delivers to it.
func (m *Manager) HookRoom(ctx context.Context, h Hook) (Room, error) {
	r, err := m.hold(ctx, h.Room)
	if err != nil {
		return Room{}, err
	}
	defer m.release(r)
	return *r.head.Load(), nil
}

// RemoveHook ends a hook at once.
func (m *Manager) RemoveHook(ctx context.Context, who Actor, h Hook) error {
	if err := m.MayHook(ctx, who, h.Room, h.Out != nil); err != nil {
		return err
	}
	err := m.hookFailed(ctx, m.store.DropHook(ctx, h.ID))
	if err == nil {
		m.hooks.changed()
	}
	return err
}

// RotateHook gives a hook another secret and returns it. The old one is good no more.
func (m *Manager) RotateHook(ctx context.Context, who Actor, h Hook) (secret string, err error) {
	if err := m.MayHook(ctx, who, h.Room, h.Out != nil); err != nil {
		return "", err
	}
	secret = NewSecret()
	if h.Out != nil {
		err = m.store.SetHookSecret(ctx, h.ID, [sha256.Size]byte{}, secret)
	} else {
		err = m.store.SetHookSecret(ctx, h.ID, HashSecret(secret), "")
	}
	if err := m.hookFailed(ctx, err); err != nil {
		return "", err
	}
	m.hooks.changed()
	return secret, nil
}

// SaveDelivery stores how far a hook out is, and when it was last delivered to.
func (m *Manager) SaveDelivery(ctx context.Context, id uint64, d Delivery, used time.Time) error {
	d.Trouble = text.NewLine(d.Trouble, maxTrouble).String()
	return m.hookFailed(ctx, m.store.SaveDelivery(ctx, id, d, used))
}

func (m *Manager) hookFailed(ctx context.Context, err error) error {
	if errors.Is(err, ErrNoHook) || errors.Is(err, ErrHooks) || errors.Is(err, ErrHookName) {
		return err
	}
	return m.askerFailed(ctx, err)
}
