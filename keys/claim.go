package keys

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"time"

	"golang.org/x/crypto/ssh"

	"parley/text"
)

const (
	// claimWait bounds what one claim may take, most of it in the ledger.
	claimWait = 10 * time.Second
	// maxGranted is how many unfinished claims are remembered.
	maxGranted = 10_000
)

// Claim makes the bearer of a verified key an identity, by what the server
// allows: open registration, the first key over loopback (owner), the owner's
// code, or an invite code. It writes NAME.pub, and the key is in force when it returns. A claim
// that failed on the way can be repeated with the same key: what it used up is remembered for it.
// A code that is given must be right, even where none is needed.
//
// Errors: *NameError, ErrCode (also as *WaitError), ErrClosed, ErrNoNewcomers, ErrStranger (invite needed), ErrRevoked, ErrStore, or a
// sentence about the key.
func (k *Keyring) Claim(ctx context.Context, name string, key ssh.PublicKey, code string, from netip.Addr) (Identity, error) {
	if err := k.claimable(key); err != nil {
		return Identity{}, err
	}
	fp := ssh.FingerprintSHA256(key)
	ctx, cancel := context.WithTimeout(ctx, claimWait)
	defer cancel()
	k.changeMu.Lock()
	defer k.changeMu.Unlock()
	if id, ok, err := k.same(name, fp); ok || err != nil {
		return id, err
	}
	g, started := k.begun(fp)
	n, err := k.nameFor(ctx, name, g)
	if err != nil {
		return Identity{}, err
	}
	if !started {
		if g, err = k.right(ctx, fp, code, from); err != nil {
			return Identity{}, err
		}
	}
	return k.admit(ctx, n, key, g)
}

// errBadlyPlaced is the answer for a key that stands in the folder and proves nothing there, because of its file's name or of another file with the same key.
var errBadlyPlaced = errors.New("this key is in the server's folder of keys but is not let in: the server's log tells its owner why")

// claimable says what is wrong with a key that asks to become an identity.
func (k *Keyring) claimable(key ssh.PublicKey) error {
	if _, ok := key.(*ssh.Certificate); ok {
		return errors.New("a certificate brings its own name: ask who signed it, or come with a plain key")
	}
	if why := weakness(key); why != "" {
		return fmt.Errorf("this key is not accepted: %s", why)
	}
	k.mu.RLock()
	defer k.mu.RUnlock()
	if k.trust.denied.key(ssh.FingerprintSHA256(key)) {
		return ErrRevoked
	}
	return nil
}

// same answers a key that is somebody's already: the identity itself for its own name, because an answer may have been lost.
func (k *Keyring) same(name, fingerprint string) (Identity, bool, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	p := k.roster.keys[fingerprint]
	if p == nil {
		if _, there := k.roster.idle[fingerprint]; there {
			return Identity{}, false, errBadlyPlaced
		}
		return Identity{}, false, nil
	}
	if n, err := text.ParseName(name); err != nil || n != p.name {
		return Identity{}, false, fmt.Errorf("this key is %s's already: log in as %s, or come with another key", p.name, p.name)
	}
	return Identity{Name: p.name, Role: k.role(p.name), Device: p.shown.Device, Fingerprint: fingerprint}, true, nil
}

// begun is what an earlier claim of a key left over. The right to be the owner is left over only while nobody else is. changeMu is held.
func (k *Keyring) begun(fingerprint string) (grant, bool) {
	g, ok := k.granted[fingerprint]
	if ok && g.role == Owner && k.OwnerCode() == "" {
		delete(k.granted, fingerprint)
		return grant{}, false
	}
	return g, ok
}

// remember keeps a right that was used up until it has led to an identity. changeMu is held.
func (k *Keyring) remember(fingerprint string, g grant) {
	if len(k.granted) >= maxGranted {
		clear(k.granted) // only a store that fails for ten thousand strangers gets here
	}
	k.granted[fingerprint] = g
}

// nameFor is free for a claim that may have begun earlier, and have the name already.
func (k *Keyring) nameFor(ctx context.Context, name string, g grant) (text.Name, error) {
	if n, err := text.ParseName(name); err == nil && n == g.name {
		return n, nil
	}
	return k.free(ctx, name)
}

// right finds what entitles a stranger to become an identity now. changeMu is held.
func (k *Keyring) right(ctx context.Context, fingerprint, code string, from netip.Addr) (grant, error) {
	if code != "" {
		return k.rightByCode(ctx, fingerprint, code, from)
	}
	if from.Unmap().IsLoopback() && k.Fresh() {
		return grant{role: Owner}, nil
	}
	if err := k.mayRegister(); err != nil {
		return grant{}, err
	}
	switch k.rules() {
	case OpenToAll:
		return grant{role: Member}, nil
	case ByInvite:
		return grant{}, ErrStranger
	}
	return grant{}, ErrClosed
}

// rightByCode uses up a code. changeMu is held.
func (k *Keyring) rightByCode(ctx context.Context, fingerprint, code string, from netip.Addr) (grant, error) {
	now := k.clock()
	if err := k.wrong.may(from, now); err != nil {
		return grant{}, err
	}
	hash, err := HashCode(code)
	if err == nil {
		owner, _ := HashCode(k.code)
		if subtle.ConstantTimeCompare(hash[:], owner[:]) == 1 {
			if k.OwnerCode() == "" {
				return grant{}, ErrOwned
			}
			return grant{role: Owner}, nil
		}
		if err := k.mayRegister(); err != nil {
			return grant{}, err
		}
		if k.rules() == ByOperator {
			err = ErrClosed
		} else {
			var i InviteRecord
			if i, err = k.ledger.TakeInvite(ctx, hash, fingerprint, now); err == nil {
				g := grant{role: Member, by: i.By}
				k.remember(fingerprint, g)
				return g, nil
			}
		}
	}
	if errors.Is(err, ErrCode) || errors.Is(err, ErrClosed) {
		k.wrong.failed(from, now)
		k.log.Warn("wrong code", "fingerprint", fingerprint, "from", from.String())
		return grant{}, err
	}
	return grant{}, k.storeFailed("use up an invite", err)
}

// rules is the registration in force.
func (k *Keyring) rules() Registration {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.registration
}

// admit gives a name to a key: it prepares the file, records the name, and puts the file in place. The
// record is what decides: after it the same key can go on from where it was, in this process by granted and
// after a crash by finishClaims. changeMu is held.
func (k *Keyring) admit(ctx context.Context, n text.Name, key ssh.PublicKey, g grant) (Identity, error) {
	fp := ssh.FingerprintSHA256(key)
	now := k.clock()
	base := n.String() + suffix
	if err := k.prepare(base, keyLine(key, "", note(g.by, now))); err != nil {
		return Identity{}, k.fileFailed(base, err)
	}
	g.name = n
	k.remember(fp, g)
	err := k.claimName(ctx, NameClaim{Name: n, Role: g.role, Fingerprint: fp, Time: now})
	if taken := (*NameError)(nil); errors.As(err, &taken) {
		g.name = text.Name{}
		k.remember(fp, g)
		k.discard(base)
		return Identity{}, err
	}
	if err != nil {
		return Identity{}, k.storeFailed("record a name", err)
	}
	if err := k.publish(base); errors.Is(err, fs.ErrExist) {
		k.discard(base)
		return Identity{}, nameTaken(n.String(), n, n)
	} else if err != nil {
		return Identity{}, k.fileFailed(base, err)
	}
	delete(k.granted, fp)
	if _, err := k.refresh([]string{base}, false); err != nil {
		k.log.Error("the folder of keys was not read after a claim", "err", err)
	}
	k.log.Info("new identity", "name", n.String(), "role", string(g.role), "fingerprint", fp, "by", g.by.String())
	k.mu.RLock()
	defer k.mu.RUnlock()
	p := k.roster.keys[fp]
	if p == nil || p.name != n {
		return Identity{}, fmt.Errorf("the key was written to %s but is not let in: the server's log says why", base)
	}
	return Identity{Name: n, Role: k.role(n), Device: p.shown.Device, Fingerprint: fp}, nil
}

// note is the comment line above a key that somebody was let in with.
func note(by text.Name, now time.Time) string {
	if by.IsZero() {
		return "claimed " + now.UTC().Format(time.RFC3339)
	}
	return fmt.Sprintf("let in by %s %s", by, now.UTC().Format(time.RFC3339))
}

// NewInvite makes an invite code: single use, valid for the time given, a minute to a year. Only its hash is stored.
// Errors: ErrClosed, ErrStore, or a sentence about the time.
func (k *Keyring) NewInvite(ctx context.Context, by text.Name, valid time.Duration) (code string, err error) {
	if k.rules() == ByOperator {
		return "", ErrClosed
	}
	if err := checkSpan(valid); err != nil {
		return "", err
	}
	code = NewCode(inviteLen)
	hash, err := HashCode(code)
	if err != nil {
		return "", err
	}
	now := k.clock()
	if err := k.ledger.PutInvite(ctx, InviteRecord{Hash: hash, By: by, Made: now, Expires: now.Add(valid)}); err != nil {
		return "", k.storeFailed("keep an invite", err)
	}
	return code, nil
}
