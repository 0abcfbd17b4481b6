package keys

import (
	"context"
	"errors"

	"parley/text"
)

// Hook is the role of a name that a hook of a room has. It is no identity: no key, certificate or file ever proves it.
const Hook Role = "hook"

// ClaimHook records a name as that of hooks of one owner, a word that is the same for who may have the name again.
// Whoever asks for it later, or for one that looks like it, is told that it is taken. Errors: *NameError, ErrStore.
func (k *Keyring) ClaimHook(ctx context.Context, name, owner string) (text.Name, error) {
	ctx, cancel := context.WithTimeout(ctx, claimWait)
	defer cancel()
	k.changeMu.Lock()
	defer k.changeMu.Unlock()
	if n, err := text.ParseName(name); err == nil {
		if c, ok := k.claimOf(n.Skeleton()); ok && c.Name == n && c.Role == Hook && c.Fingerprint == hookOwner(owner) {
			return n, nil
		}
	}
	n, err := k.free(ctx, name)
	if err != nil {
		return text.Name{}, err
	}
	err = k.claimName(ctx, NameClaim{Name: n, Role: Hook, Fingerprint: hookOwner(owner), Time: k.clock()})
	if taken := (*NameError)(nil); errors.As(err, &taken) {
		return text.Name{}, nameTaken(name, n, n)
	}
	if err != nil {
		return text.Name{}, k.storeFailed("record a name", err)
	}
	return n, nil
}

// hookOwner is what a hook's name has where others have the fingerprint of their first key.
func hookOwner(owner string) string { return "hook:" + owner }

// IsHook reports whether a name is, or was, that of a hook.
func (k *Keyring) IsHook(name text.Name) bool {
	c, ok := k.claimOf(name.Skeleton())
	return ok && c.Name == name && c.Role == Hook
}
