package keys

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"parley/text"
)

// memLedger is a Ledger in memory, with failures on demand.
type memLedger struct {
	mu      sync.Mutex
	claims  map[string]NameClaim
	invites map[[32]byte]InviteRecord
	knocks  []Knock
	facts   map[string]string
	fail    func(op string) error // asked before each operation; nil for never
	after   func(op string) error // asked after each operation that worked: a lost answer
}

func newLedger() *memLedger {
	return &memLedger{claims: map[string]NameClaim{}, invites: map[[32]byte]InviteRecord{}, facts: map[string]string{}}
}

var errDisk = errors.New("disk full")

// failOn makes one operation fail from now on; "" ends it.
func (l *memLedger) failOn(op string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fail = func(o string) error {
		if o == op {
			return errDisk
		}
		return nil
	}
}

// loseAnswers makes one operation report failure after it was done.
func (l *memLedger) loseAnswers(op string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.after = func(o string) error {
		if o == op {
			return errDisk
		}
		return nil
	}
}

func (l *memLedger) do(op string, f func() error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fail != nil {
		if err := l.fail(op); err != nil {
			return err
		}
	}
	if err := f(); err != nil {
		return err
	}
	if l.after != nil {
		return l.after(op)
	}
	return nil
}

func (l *memLedger) ClaimName(_ context.Context, c NameClaim) error {
	return l.do("ClaimName", func() error {
		old, ok := l.claims[c.Name.Skeleton()]
		switch {
		case !ok:
			c.Force = false
			l.claims[c.Name.Skeleton()] = c
			return nil
		case old.Name == c.Name && (c.Force || old.Fingerprint == c.Fingerprint):
			return nil
		}
		return &NameError{Name: c.Name.String(), Reason: "the name " + c.Name.String() + " is like " + old.Name.String()}
	})
}

func (l *memLedger) NameOf(_ context.Context, skeleton string) (c NameClaim, ok bool, err error) {
	err = l.do("NameOf", func() error {
		c, ok = l.claims[skeleton]
		return nil
	})
	return c, ok, err
}

func (l *memLedger) SetRole(_ context.Context, name text.Name, role Role) error {
	return l.do("SetRole", func() error {
		c, ok := l.claims[name.Skeleton()]
		if !ok || c.Name != name {
			return errors.New("there is no such name")
		}
		c.Role = role
		l.claims[name.Skeleton()] = c
		return nil
	})
}

func (l *memLedger) Claims(context.Context) (out []NameClaim, err error) {
	err = l.do("Claims", func() error {
		for _, c := range l.claims {
			out = append(out, c)
		}
		return nil
	})
	return out, err
}

func (l *memLedger) PutInvite(_ context.Context, i InviteRecord) error {
	return l.do("PutInvite", func() error {
		l.invites[i.Hash] = i
		return nil
	})
}

func (l *memLedger) TakeInvite(_ context.Context, hash [32]byte, by string, now time.Time) (i InviteRecord, err error) {
	err = l.do("TakeInvite", func() error {
		var ok bool
		i, ok = l.invites[hash]
		if !ok || i.UsedBy != "" || !now.Before(i.Expires) {
			return ErrCode
		}
		i.UsedBy = by
		l.invites[hash] = i
		return nil
	})
	return i, err
}

func (l *memLedger) PutKnock(_ context.Context, k Knock) error {
	return l.do("PutKnock", func() error {
		l.knocks = slices.DeleteFunc(l.knocks, func(o Knock) bool { return o.Fingerprint == k.Fingerprint })
		l.knocks = append(l.knocks, k)
		return nil
	})
}

func (l *memLedger) DeleteKnock(_ context.Context, fingerprint string) error {
	return l.do("DeleteKnock", func() error {
		l.knocks = slices.DeleteFunc(l.knocks, func(o Knock) bool { return o.Fingerprint == fingerprint })
		return nil
	})
}

func (l *memLedger) Knocks(context.Context) (out []Knock, err error) {
	err = l.do("Knocks", func() error {
		out = slices.Clone(l.knocks)
		return nil
	})
	return out, err
}

func (l *memLedger) Fact(_ context.Context, key string) (value string, err error) {
	err = l.do("Fact", func() error {
		value = l.facts[key]
		return nil
	})
	return value, err
}

func (l *memLedger) SetFact(_ context.Context, key, value string) error {
	return l.do("SetFact", func() error {
		l.facts[key] = value
		return nil
	})
}

// owners counts the names that own the server.
func (l *memLedger) owners() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for _, c := range l.claims {
		if c.Role == Owner {
			n++
		}
	}
	return n
}
