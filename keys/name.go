package keys

import (
	"context"
	"fmt"

	"parley/text"
)

// Available says why a name cannot be claimed (*NameError), or nil. A name is taken when it, or
// one that looks like it, was ever used here, or a file in the folder asks for it, even a bad one.
// On a server that is closed and has an owner nothing can be claimed: ErrClosed.
func (k *Keyring) Available(ctx context.Context, name string) (text.Name, error) {
	k.mu.RLock()
	closed := k.registration == ByOperator && k.owned()
	k.mu.RUnlock()
	if closed {
		return text.Name{}, ErrClosed
	}
	return k.free(ctx, name)
}

// free is Available for somebody who has a right to a name, whatever the registration is by now.
func (k *Keyring) free(ctx context.Context, name string) (text.Name, error) {
	n, err := text.ParseName(name)
	if err != nil {
		return text.Name{}, &NameError{Name: name, Reason: err.Error()}
	}
	if base := n.String() + suffix; !isKeyFile(base) || len(unfinished(base)) > maxBase {
		return text.Name{}, &NameError{Name: name, Reason: "that name is too long for the name of a file: choose a shorter one"}
	}
	if err := k.nobodys(name, n); err != nil {
		return text.Name{}, err
	}
	c, ok, err := k.ledger.NameOf(ctx, n.Skeleton())
	if err != nil {
		return text.Name{}, k.storeFailed("look up a name", err)
	}
	if ok {
		return text.Name{}, nameTaken(name, n, c.Name)
	}
	return n, nil
}

// nobodys says whose a name is, as far as this process knows: a *NameError, or nil. asked is the name as it was typed.
func (k *Keyring) nobodys(asked string, n text.Name) error {
	k.mu.RLock()
	defer k.mu.RUnlock()
	skeleton := n.Skeleton()
	if c, ok := k.claims[skeleton]; ok {
		return nameTaken(asked, n, c.Name)
	}
	if h, ok := k.roster.held[skeleton]; ok {
		return nameTaken(asked, n, h)
	}
	return nil
}

// Known reports whether a name is somebody's, or was: of who has no key any more, too.
func (k *Keyring) Known(ctx context.Context, n text.Name) bool {
	k.mu.RLock()
	skeleton := n.Skeleton()
	claim, claimed := k.claims[skeleton]
	holder, held := k.roster.held[skeleton]
	k.mu.RUnlock()
	if claimed && claim.Name == n || held && holder == n {
		return true
	}
	c, ok, err := k.ledger.NameOf(ctx, skeleton)
	return err == nil && ok && c.Name == n
}

// taken reports whether a name, or one that looks like it, is somebody's.
func (k *Keyring) taken(n text.Name) bool { return k.nobodys(n.String(), n) != nil }

// unlikeOthers refuses a name that looks like another one in use; the name itself may be in use.
func (k *Keyring) unlikeOthers(n text.Name) error {
	k.mu.RLock()
	defer k.mu.RUnlock()
	skeleton := n.Skeleton()
	if c, ok := k.claims[skeleton]; ok {
		if c.Name != n || c.Role == Hook {
			return nameTaken(n.String(), n, c.Name)
		}
		return nil
	}
	if h, ok := k.roster.held[skeleton]; ok && h != n {
		return nameTaken(n.String(), n, h)
	}
	return nil
}

// nameTaken says why a name that was asked for cannot be had when by has it or one that looks like it.
func nameTaken(asked string, n, by text.Name) error {
	why := fmt.Sprintf("the name %s is taken: choose another one", n)
	switch {
	case n != by:
		why = fmt.Sprintf("the name %s could be mistaken for %s, who is known here: choose one that looks different", n, by)
	case asked != n.String():
		why = fmt.Sprintf("%s is the same name as %s here, and that is taken: choose another one", quoted(asked), n)
	}
	return &NameError{Name: asked, Reason: why}
}

// storeFailed logs what the ledger could not do and returns the sentence for the person who waits for it.
func (k *Keyring) storeFailed(what string, err error) error {
	k.log.Error("the store failed while it was to "+what, "err", err)
	return ErrStore
}
