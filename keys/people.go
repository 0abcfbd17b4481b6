package keys

import (
	"slices"

	"parley/text"
)

// Lookup says whether a name is an identity here and what its role is. See Names for who counts.
func (k *Keyring) Lookup(name text.Name) (Identity, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if !k.known(name) {
		return Identity{}, false
	}
	return Identity{Name: name, Role: k.role(name)}, true
}

// known reports whether a name is an identity. mu is held.
func (k *Keyring) known(name text.Name) bool {
	if k.roster.people[name.String()] != nil {
		return true
	}
	c, ok := k.claims[name.Skeleton()]
	return ok && c.Name == name && c.Role != Hook && len(k.trust.authorities) > 0
}

// Names lists all identities by name: those with key files and, where a CA is
// trusted, also the names that were used before, because a certificate may be all that they need.
func (k *Keyring) Names() []text.Name {
	k.mu.RLock()
	defer k.mu.RUnlock()
	out := slices.Clone(k.roster.names)
	if len(k.trust.authorities) == 0 {
		return out
	}
	for _, c := range k.claims {
		if k.roster.people[c.Name.String()] == nil && c.Role != Hook {
			out = append(out, c.Name)
		}
	}
	slices.SortFunc(out, text.Name.Compare)
	return out
}

// Keys lists the keys of one identity, in the order of its files and their lines.
func (k *Keyring) Keys(name text.Name) []Key {
	k.mu.RLock()
	defer k.mu.RUnlock()
	who := k.roster.people[name.String()]
	if who == nil {
		return nil
	}
	out := make([]Key, 0, len(who.proofs))
	for _, p := range who.proofs {
		out = append(out, p.shown)
	}
	return out
}

// Problems lists what is in the folder and not let in, each a sentence that names the file, sorted.
func (k *Keyring) Problems() []string {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return slices.Clone(k.roster.problems)
}

// Whose says whose key a fingerprint is, by the key files.
func (k *Keyring) Whose(fingerprint string) (text.Name, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	p := k.roster.keys[fingerprint]
	if p == nil {
		return text.Name{}, false
	}
	return p.name, true
}
