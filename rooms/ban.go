package rooms

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"

	"parley/text"
)

// maxBans is how many bans of the server are in force at once.
const maxBans = 10_000

var (
	errBanWhom = errors.New("name whom to ban: @name, a key's fingerprint SHA256:…, or a network like 192.0.2.0/24")
	errTooMany = fmt.Errorf("there are %d bans of the server already: lift some first, or ban a network", maxBans)
	ErrNoBan   = errors.New("nothing of that kind is banned from this server: /bans --server lists what is")
	errNoBans  = errors.New("the server's bans could not be read")
)

// bans are those of the whole server, held in memory: they are asked for with every connection.
type bans struct {
	now atomic.Pointer[banList] // nil until loaded

	changing sync.Mutex // held while the list changes, across the store's call: taken before, and never under, the manager's other locks
	mu       sync.Mutex // a leaf; guards told
	told     []func()
}

// banList never changes once made.
type banList struct {
	all      []Sanction // by ID
	names    map[text.Name]*Sanction
	keys     map[string]*Sanction
	prefixes []network
}

type network struct {
	prefix netip.Prefix
	ban    *Sanction
}

func newBanList(all []Sanction) *banList {
	l := &banList{all: all, names: map[text.Name]*Sanction{}, keys: map[string]*Sanction{}}
	for i := range all {
		s := &all[i]
		switch {
		case !s.Name.IsZero():
			l.names[s.Name] = s
		case s.Key != "":
			l.keys[s.Key] = s
		default:
			if p, err := netip.ParsePrefix(s.Prefix); err == nil {
				l.prefixes = append(l.prefixes, network{p.Masked(), s})
			}
		}
	}
	return l
}

// LoadBans reads the bans of the server; until then nobody is banned, and nobody can be.
func (m *Manager) LoadBans(ctx context.Context) error {
	m.bans.changing.Lock()
	defer m.bans.changing.Unlock()
	all, err := m.store.Sanctions(ctx, 0)
	if err != nil {
		return errors.Join(errNoBans, m.askerFailed(ctx, err))
	}
	now := m.now()
	all = slices.DeleteFunc(all, func(s Sanction) bool { return s.Ended(now) })
	m.bans.now.Store(newBanList(all))
	return nil
}

// Bans lists the bans of the server that are in force, oldest first.
func (m *Manager) Bans() []Sanction {
	l := m.bans.now.Load()
	if l == nil {
		return nil
	}
	now := m.now()
	return slices.DeleteFunc(slices.Clone(l.all), func(s Sanction) bool { return s.Ended(now) })
}

// Banned is the ban of the server that keeps somebody out, nil for none. What
// is zero or "" is not known. Loopback is never banned. It reads memory only.
func (m *Manager) Banned(name text.Name, key string, addr netip.Addr) *Sanction {
	l := m.bans.now.Load()
	if l == nil || len(l.all) == 0 {
		return nil
	}
	now := m.now()
	if s := l.names[name]; s != nil && !s.Ended(now) {
		return s
	}
	if s := l.keys[key]; s != nil && !s.Ended(now) {
		return s
	}
	addr = addr.Unmap().WithZone("")
	if !addr.IsValid() || addr.IsLoopback() {
		return nil
	}
	for _, n := range l.prefixes {
		if n.prefix.Contains(addr) && !n.ban.Ended(now) {
			return n.ban
		}
	}
	return nil
}

// OnBan registers fn to be called after a ban of the server was made: who is
// here may have to go. It is called by the goroutine that bans, and must not wait.
func (m *Manager) OnBan(fn func()) {
	m.bans.mu.Lock()
	defer m.bans.mu.Unlock()
	m.bans.told = append(m.bans.told, fn)
}

// Ban keeps somebody out of the whole server: one of Name, Key and Prefix of
// s, with Reason and Until. It takes the place of a ban of the same, and is in
// force when it returns. Whether who may do so, and whether it would lock out
// the wrong ones, is the caller's to check.
func (m *Manager) Ban(ctx context.Context, who Actor, s Sanction) (Sanction, error) {
	if s.Name.IsZero() && s.Key == "" && s.Prefix == "" {
		return s, errBanWhom
	}
	s.Room, s.Quiet, s.By, s.Made = 0, false, who.Name, m.now()
	if s.Ended(s.Made) {
		return s, errPast
	}
	if err := m.begin(); err != nil {
		return s, err
	}
	defer m.work.Done()
	m.bans.changing.Lock()
	defer m.bans.changing.Unlock()
	switch {
	case m.bans.now.Load() == nil:
		return s, errNoBans
	case len(m.Bans()) >= maxBans:
		return s, errTooMany
	}
	id, err := m.store.Sanction(ctx, s)
	if err := m.askerFailed(ctx, err); err != nil {
		return s, err
	}
	s.ID = id
	m.bans.now.Store(newBanList(append(m.bansBut(s), s)))
	m.bans.mu.Lock()
	told := slices.Clone(m.bans.told)
	m.bans.mu.Unlock()
	for _, fn := range told {
		fn()
	}
	return s, nil
}

// Unban lifts the ban of the server on a name, a key or a network: ErrNoBan if there is none in force.
func (m *Manager) Unban(ctx context.Context, who Actor, whom Sanction, why string) error {
	if err := m.begin(); err != nil {
		return err
	}
	defer m.work.Done()
	m.bans.changing.Lock()
	defer m.bans.changing.Unlock()
	left := m.bansBut(whom)
	if len(left) == len(m.Bans()) {
		return ErrNoBan
	}
	whom.Room, whom.By, whom.Made, whom.Reason = 0, who.Name, m.now(), text.NewBody(why)
	if err := m.askerFailed(ctx, m.store.Lift(ctx, whom)); err != nil {
		return err
	}
	m.bans.now.Store(newBanList(left))
	return nil
}

// bansBut lists the bans of the server but the one on the same name, key or network.
func (m *Manager) bansBut(but Sanction) []Sanction {
	return slices.DeleteFunc(m.Bans(), func(s Sanction) bool {
		return s.Name == but.Name && s.Key == but.Key && s.Prefix == but.Prefix
	})
}

// Whom is what a sanction is for, as it is typed and listed.
func (s *Sanction) Whom() string {
	switch {
	case !s.Name.IsZero():
		return "@" + s.Name.String()
	case s.Key != "":
		return s.Key
	}
	return s.Prefix
}

// BarredError says that somebody is banned from the whole server, why, and until when.
type BarredError struct{ Sanction }

func (e *BarredError) Error() string {
	out := "you are banned from this server"
	if e.Network() {
		out = "your network is banned from this server"
	}
	if !e.Until.IsZero() {
		out += " until " + Minute(e.Until)
	}
	if !e.Reason.IsZero() {
		out += ": " + text.NewLine(e.Reason.String(), MaxWhy).String()
	}
	return out
}

// Network reports whether it is on all who come from a network.
func (s *Sanction) Network() bool { return s.Name.IsZero() && s.Key == "" }
