package keys

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"golang.org/x/crypto/ssh"

	"parley/text"
)

// ledgerWait bounds what the ledger may take where the caller gives no context.
const ledgerWait = 5 * time.Second

// Acceptable answers a key that is merely offered (nothing is proven yet): whether the
// handshake should go on with it. A known key, a valid certificate: yes. An
// unknown key: yes if user is free to be claimed, no if user is somebody else's
// name or cannot be a name, so that the client goes on to its next key; second says that the client
// has no further keys (it was through all of them once), then yes.
// Where nothing can be claimed, because the server is closed and owned, no name is free.
// Revoked and weak keys, expired and foreign certificates: never. The place that a certificate
// may be used from is left to Identify, which knows it.
func (k *Keyring) Acceptable(user string, key ssh.PublicKey, second bool) bool {
	now := k.clock()
	k.mu.RLock()
	t, closed := k.trust, k.registration == ByOperator && k.owned()
	p := k.roster.keys[ssh.FingerprintSHA256(key)]
	k.mu.RUnlock()
	if c, ok := key.(*ssh.Certificate); ok {
		name, err := t.certificate(user, c, now)
		return err == nil && k.unlikeOthers(name) == nil
	}
	if weakness(key) != "" || t.denied.key(ssh.FingerprintSHA256(key)) {
		return false
	}
	if p != nil || second {
		return true
	}
	name, err := text.ParseName(user)
	return err == nil && !closed && !k.taken(name)
}

// Certifies reports whether a CA is trusted. Then a key that nobody knows may have a certificate that the client offers
// only after it, as OpenSSH does: the face asks for what else there is before it lets a stranger in.
func (k *Keyring) Certifies() bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return len(k.trust.authorities) > 0
}

// Identify says whose verified key this is. Errors: ErrStranger, ErrRevoked, ErrStaffOnly, or a sentence about a certificate.
// If the server has no owner and from is loopback, a known identity becomes the owner.
// A connection has to be where the subscriber of Revoked finds it before Identify is asked: then a key
// that is revoked meanwhile is either refused here or told there.
func (k *Keyring) Identify(user string, key ssh.PublicKey, from netip.Addr) (Identity, error) {
	id, err := k.identify(user, key, from)
	if err != nil {
		return Identity{}, err
	}
	if from.Unmap().IsLoopback() && !k.everOwned() {
		k.appoint(id)
	}
	k.mu.RLock()
	id.Role = k.role(id.Name)
	k.mu.RUnlock()
	if err := k.MayEnter(id); err != nil {
		return Identity{}, err
	}
	return id, nil
}

func (k *Keyring) identify(user string, key ssh.PublicKey, from netip.Addr) (Identity, error) {
	if c, ok := key.(*ssh.Certificate); ok {
		return k.vouch(user, c, from)
	}
	if why := weakness(key); why != "" {
		return Identity{}, fmt.Errorf("this key is not accepted: %s", why)
	}
	fp := ssh.FingerprintSHA256(key)
	k.mu.RLock()
	defer k.mu.RUnlock()
	if k.trust.denied.key(fp) {
		return Identity{}, ErrRevoked
	}
	p := k.roster.keys[fp]
	if p == nil {
		return Identity{}, ErrStranger
	}
	return Identity{Name: p.name, Device: p.shown.Device, Fingerprint: fp}, nil
}

// vouch lets in the bearer of a certificate. A trusted CA may name anybody: a principal that is the
// name of a key file is that identity. What it may not make is a name that looks like another one.
func (k *Keyring) vouch(user string, c *ssh.Certificate, from netip.Addr) (Identity, error) {
	now := k.clock()
	k.mu.RLock()
	t := k.trust
	k.mu.RUnlock()
	name, err := t.certificate(user, c, now)
	if err == nil {
		err = usedFrom(c, from)
	}
	if err == nil {
		err = k.unlikeOthers(name)
	}
	if err != nil {
		return Identity{}, err
	}
	v := newVoucher(c)
	if _, ok := k.claimOf(name.Skeleton()); !ok {
		ctx, cancel := context.WithTimeout(k.ctx, ledgerWait)
		defer cancel()
		err := k.claimName(ctx, NameClaim{Name: name, Role: Member, Fingerprint: v.fingerprint, Time: now, Force: true})
		if taken := (*NameError)(nil); errors.As(err, &taken) {
			return Identity{}, err
		}
		if err != nil {
			return Identity{}, k.storeFailed("record a name", err)
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	// The lists may have changed since the check; from here on a change of them finds the certificate.
	if !k.trust.stands(v, k.clock()) {
		return Identity{}, ErrRevoked
	}
	k.witness(name, v)
	return Identity{Name: name, Device: text.NewLine(c.KeyId, maxComment), Fingerprint: v.fingerprint, Certificate: true, Expires: v.expires, certificate: v.whole}, nil
}

// Revoked registers fn, called from one goroutine, for each key that is no longer
// valid for its name (file or line removed, key now another's, deny list, certificate expired, CA removed). The
// face ends the sessions of that fingerprint. Of a certificate's key only those are told that Identify let in. A key
// with two certificates, one renewed, ends with the later one.
func (k *Keyring) Revoked(fn func(fingerprint string)) (cancel func()) { return k.bell.subscribe(fn) }

// appoint makes a known identity the owner of a server that never had one. Errors are logged: the login goes on.
func (k *Keyring) appoint(id Identity) {
	k.changeMu.Lock()
	defer k.changeMu.Unlock()
	if k.everOwned() {
		return // another one was first
	}
	ctx, cancel := context.WithTimeout(k.ctx, ledgerWait)
	defer cancel()
	err := k.claimName(ctx, NameClaim{Name: id.Name, Role: Member, Fingerprint: id.Fingerprint, Time: k.clock(), Force: true})
	if err == nil {
		err = k.ledger.SetRole(ctx, id.Name, Owner)
	}
	if err != nil {
		k.log.Error("the first owner cannot be recorded: the next login from this machine tries again", "name", id.Name.String(), "err", err)
		return
	}
	k.mu.Lock()
	c := k.claims[id.Name.Skeleton()]
	c.Role = Owner
	k.take(c)
	k.mu.Unlock()
	k.log.Info("first owner, because of a login from this machine", "name", id.Name.String(), "fingerprint", id.Fingerprint)
}

// Fresh reports whether the server has no identity and no owner yet: no key
// file, not even a bad one, and no owner in the ledger.
func (k *Keyring) Fresh() bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.roster.files == 0 && len(k.owners) == 0
}

// OwnerCode is the code that makes its bearer the owner from another machine; "" once there is an owner. It is
// another one after each start. It appears again when no owner has a way in any more: none of them has a key
// that is let in, and no CA is trusted that could vouch for one. Nothing is taken from the owners that were; a key file
// for one of them ends it.
func (k *Keyring) OwnerCode() string {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if k.owned() {
		return ""
	}
	return k.code
}

// owned reports whether some owner has a way in. mu is held.
func (k *Keyring) owned() bool { return k.ownedBut(text.Name{}) }

// ownedBut is owned without one of them. mu is held.
func (k *Keyring) ownedBut(but text.Name) bool {
	for n := range k.owners {
		if n != but && k.entered(n) {
			return true
		}
	}
	return false
}

// entered reports whether a name has a way in: a key that is let in, or a CA that could vouch for it. mu is held.
func (k *Keyring) entered(name text.Name) bool {
	if len(k.trust.authorities) > 0 {
		return true
	}
	if who := k.roster.people[name.String()]; who != nil {
		for _, p := range who.proofs {
			if !k.trust.denied.key(p.shown.Fingerprint) {
				return true
			}
		}
	}
	return false
}

// everOwned reports whether the ledger has an owner, with or without a key.
func (k *Keyring) everOwned() bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return len(k.owners) > 0
}

// role is the server role of a name. mu is held.
func (k *Keyring) role(name text.Name) Role {
	if c, ok := k.claims[name.Skeleton()]; ok && c.Name == name && c.Role != "" {
		return c.Role
	}
	return Member
}
