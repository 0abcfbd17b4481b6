package keys

import (
	"context"
	"errors"
	"fmt"

	"parley/text"
)

// Role is what an identity may do on the server, as Role of rooms is in one room.
type Role string

const (
	Member Role = "member"
	Bot    Role = "bot"   // a member that is a program: what it says is marked, and it has limits of its own
	Admin  Role = "admin" // does what an owner does, but for deciding about owners and admins
	Owner  Role = "owner"
	// Operator is who sits at the machine. Nobody is given this role, and it is in no ledger.
	Operator Role = "operator"
)

// Staff reports whether the role runs the server.
func (r Role) Staff() bool { return r == Admin || r == Owner || r == Operator }

// Governs reports whether somebody of this role may decide about somebody of another: give or take roles, ban, remove keys.
func (r Role) Governs(other Role) bool {
	return r == Owner || r == Operator || r == Admin && !other.Staff()
}

// ParseRole reads a role that somebody can be given.
func ParseRole(s string) (Role, error) {
	switch r := Role(s); r {
	case Member, Bot, Admin, Owner:
		return r, nil
	}
	return "", fmt.Errorf("there is no role %s on a server: it is owner, admin, member or bot", quoted(s))
}

var (
	ErrLastOwner = errors.New("that is the last owner of this server: make somebody else an owner first")
	ErrOutranked = errors.New("only an owner of this server decides about owners and admins")
)

// OperatorIdentity is who works at the machine itself. No key proves it; package main
// makes it of who may open the socket or the database.
func OperatorIdentity() Identity { return Identity{Name: text.OperatorName(), Role: Operator} }

// SetRole gives an identity a role and returns the one before. It is in force at once. Errors: ErrNoPerson, ErrOutranked,
// ErrLastOwner, ErrStore.
func (k *Keyring) SetRole(ctx context.Context, by Role, name text.Name, role Role) (before Role, err error) {
	ctx, cancel := context.WithTimeout(ctx, claimWait)
	defer cancel()
	k.changeMu.Lock()
	defer k.changeMu.Unlock()
	k.mu.RLock()
	known, before := k.known(name), k.role(name)
	_, claimed := k.claims[name.Skeleton()]
	k.mu.RUnlock()
	switch {
	case !known:
		return "", ErrNoPerson
	case !by.Governs(before) || !by.Governs(role):
		return before, ErrOutranked
	case before == role:
		return before, nil
	case before == Owner && k.last(name):
		return before, ErrLastOwner
	}
	if !claimed { // the recorder has not come to it yet
		if err := k.claimName(ctx, NameClaim{Name: name, Role: Member, Fingerprint: k.firstKey(name), Time: k.clock(), Force: true}); err != nil {
			return before, k.storeFailed("record a name", err)
		}
	}
	if err := k.ledger.SetRole(ctx, name, role); err != nil {
		return before, k.storeFailed("give somebody a role", err)
	}
	k.mu.Lock()
	c := k.claims[name.Skeleton()]
	c.Role = role
	k.take(c)
	k.mu.Unlock()
	k.log.Info("role given", "name", name.String(), "role", string(role), "before", string(before))
	return before, nil
}

// firstKey is the fingerprint of an identity's first key, "" for who has none.
func (k *Keyring) firstKey(name text.Name) string {
	if have := k.Keys(name); len(have) > 0 {
		return have[0].Fingerprint
	}
	return ""
}

// last reports whether the server would be without an owner, or without one who has a way in, if name were none.
func (k *Keyring) last(name text.Name) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if _, owner := k.owners[name]; !owner {
		return false
	}
	return len(k.owners) == 1 || k.entered(name) && !k.ownedBut(name)
}
