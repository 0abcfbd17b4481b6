package keys

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"parley/text"
)

// Defcon is how far the server has closed its doors, from 5, as usual, to 1. Each level forbids what the ones above it
// forbid, too. Staff is never held back. What a level means is decided here and nowhere else: faces and rooms ask.
//
//	5  nothing is forbidden
//	4  those who are new post at a slower rate
//	3  nobody registers or knocks; staff can still approve who has knocked, and enrol keys
//	2  those who are new read and do not post
//	1  only staff posts, and only staff starts a session
//
// New is who has been known for less than a day, and every guest.
type Defcon int

const (
	Calm         Defcon = 5
	SlowNew      Defcon = 4
	NoNewcomers  Defcon = 3
	NewAreSilent Defcon = 2
	StaffOnly    Defcon = 1
)

// newFor is how long somebody counts as new.
const newFor = 24 * time.Hour

// factDefcon is where the ledger keeps the level.
const factDefcon = "defcon"

// The answers to who is held back, each a sentence for them.
var (
	ErrNoNewcomers = errors.New("this server takes nobody new for now: try again later, or ask somebody who is inside")
	ErrNewSilent   = errors.New("whoever has been here for less than a day can only read for now: the server's staff has closed the doors a little")
	ErrStaffPosts  = errors.New("only the server's staff can post for now: you can read")
	ErrStaffOnly   = errors.New("this server is open to its staff only for now: try again later")
)

// ParseDefcon reads a level.
func ParseDefcon(s string) (Defcon, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < int(StaffOnly) || n > int(Calm) {
		return 0, fmt.Errorf("%s is no level: they go from 5, as usual, to 1, staff only", quoted(s))
	}
	return Defcon(n), nil
}

// Defcon is the level in force.
func (k *Keyring) Defcon() Defcon { return Defcon(k.defcon.Load()) }

// SetDefcon puts a level in force and keeps it across restarts. Errors: ErrStore.
func (k *Keyring) SetDefcon(ctx context.Context, d Defcon) error {
	ctx, cancel := context.WithTimeout(ctx, ledgerWait)
	defer cancel()
	k.changeMu.Lock()
	defer k.changeMu.Unlock()
	if err := k.ledger.SetFact(ctx, factDefcon, strconv.Itoa(int(d))); err != nil {
		return k.storeFailed("keep the defcon level", err)
	}
	k.defcon.Store(int32(d))
	k.log.Info("defcon", "level", int(d))
	return nil
}

// learnDefcon takes over the level of before the restart.
func (k *Keyring) learnDefcon(ctx context.Context) error {
	k.defcon.Store(int32(Calm))
	kept, err := k.ledger.Fact(ctx, factDefcon)
	if err != nil {
		return fmt.Errorf("the defcon level cannot be read: %w", err)
	}
	if d, err := ParseDefcon(kept); err == nil {
		k.defcon.Store(int32(d))
	}
	return nil
}

// mayRegister says whether a stranger may become somebody without the help of staff. The first owner always may.
func (k *Keyring) mayRegister() error {
	if k.Defcon() <= NoNewcomers {
		return ErrNoNewcomers
	}
	return nil
}

// MayEnter says whether an identity may start a session now.
func (k *Keyring) MayEnter(id Identity) error {
	if k.Defcon() <= StaffOnly && !id.Role.Staff() {
		return ErrStaffOnly
	}
	return nil
}

// MayVisit says whether a guest, who is new whenever they come, may start a session now.
func (k *Keyring) MayVisit() error {
	if err := k.MayEnter(Identity{}); err != nil {
		return err
	}
	return k.mayRegister()
}

// MayWrite says whether a name may add to rooms now, and whether only slowly. Guests have no name of their own. It reads
// memory only, and while the level is 5 nothing but one number.
func (k *Keyring) MayWrite(name text.Name, guest bool) (slowly bool, err error) {
	level := k.Defcon()
	if level >= Calm || !guest && k.staff(name) {
		return false, nil
	}
	fresh := guest || k.isNew(name)
	switch {
	case level <= StaffOnly:
		return false, ErrStaffPosts
	case level <= NewAreSilent && fresh:
		return false, ErrNewSilent
	}
	return fresh, nil
}

func (k *Keyring) staff(name text.Name) bool {
	if name == text.OperatorName() {
		return true
	}
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.role(name).Staff()
}

// isNew reports whether a name was recorded less than a day ago, or is not recorded yet.
func (k *Keyring) isNew(name text.Name) bool {
	c, ok := k.claimOf(name.Skeleton())
	return !ok || k.clock().Sub(c.Time) < newFor
}
