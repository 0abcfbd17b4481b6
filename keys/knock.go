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

const (
	// knockAge is how long a knock waits to be answered.
	knockAge = 7 * 24 * time.Hour
	// knocksPerPlace is how many may wait from one network (/24, /64), so that one sender
	// cannot fill the list; loopback is exempt.
	knocksPerPlace = 5
	// maxKnocks is how many may wait in all.
	maxKnocks = 500
	// turnedFor is how long a key that was turned away cannot knock again, and maxTurned how many such are remembered.
	turnedFor = time.Hour
	maxTurned = 10_000
)

// Knock leaves a request to be let in, and returns a channel that is closed when it has been
// answered: Identify says how, and Knock returns ErrDenied to who was turned away. The request outlives the
// connection and the server's restart; knocking again waits for the same answer. Errors: *NameError, ErrClosed, ErrNoNewcomers, ErrRevoked, ErrDenied,
// ErrStore, or a sentence; a second knock of the same key is the same knock, under the name that it gives last.
func (k *Keyring) Knock(ctx context.Context, name string, key ssh.PublicKey, from netip.Addr) (<-chan struct{}, error) {
	if k.rules() == ByOperator {
		return nil, ErrClosed
	}
	if err := k.mayRegister(); err != nil {
		return nil, err
	}
	if err := k.claimable(key); err != nil {
		return nil, err
	}
	fp := ssh.FingerprintSHA256(key)
	now := k.clock()
	ctx, cancel := context.WithTimeout(ctx, claimWait)
	defer cancel()
	k.changeMu.Lock()
	defer k.changeMu.Unlock()
	if at, ok := k.turned[fp]; ok && now.Sub(at) < turnedFor {
		return nil, ErrDenied
	}
	if _, ok, err := k.same(name, fp); ok || err != nil {
		return answered(), err
	}
	n, err := k.Available(ctx, name)
	if err != nil {
		return nil, err
	}
	others, err := k.Knocks(ctx)
	if err != nil {
		return nil, err
	}
	knock := Knock{Name: n, Fingerprint: fp, Key: authorizedLine(key), From: from.Unmap(), Time: now}
	repeated, err := mayKnock(knock, others, name)
	if err != nil {
		return nil, err
	}
	if !repeated {
		if len(others) >= maxKnocks {
			return nil, errors.New("too many people wait to be let in already: try again when some were answered")
		}
		if err := k.ledger.PutKnock(ctx, knock); err != nil {
			return nil, k.storeFailed("keep a knock", err)
		}
		k.log.Info("knock", "name", n.String(), "fingerprint", fp, "from", from.String())
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	w := k.waiting[fp]
	if w == nil {
		w = make(chan struct{})
		k.waiting[fp] = w
	}
	return w, nil
}

// answered is the channel of a knock that needs no answer.
func answered() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}

// authorizedLine is a key as one line without comment.
func authorizedLine(key ssh.PublicKey) string {
	line := ssh.MarshalAuthorizedKey(key)
	return string(line[:len(line)-1])
}

// mayKnock compares a knock with those that wait. repeated means that it is there already, as it is.
func mayKnock(knock Knock, others []Knock, asked string) (repeated bool, err error) {
	same := 0
	for _, o := range others {
		if o.Fingerprint == knock.Fingerprint {
			repeated = o.Name == knock.Name
			continue
		}
		if o.Name.Skeleton() == knock.Name.Skeleton() {
			why := fmt.Sprintf("somebody who waits already asks for the name %s: choose a name that looks different", o.Name)
			return false, &NameError{Name: asked, Reason: why}
		}
		if place(o.From) == place(knock.From) {
			same++
		}
	}
	if same >= knocksPerPlace && !knock.From.IsLoopback() {
		return false, errors.New("too many people from your network wait to be let in: try again when they were answered")
	}
	return repeated, nil
}

// Knocks lists who waits, oldest first. Knocks older than a week, and those of keys that were let in another way, are dropped.
func (k *Keyring) Knocks(ctx context.Context) ([]Knock, error) {
	all, err := k.ledger.Knocks(ctx)
	if err != nil {
		return nil, k.storeFailed("list who waits", err)
	}
	now := k.clock()
	out := make([]Knock, 0, len(all))
	for _, n := range all {
		k.mu.RLock()
		in := k.roster.keys[n.Fingerprint] != nil || k.trust.denied.key(n.Fingerprint)
		k.mu.RUnlock()
		if !in && now.Sub(n.Time) < knockAge {
			out = append(out, n)
			continue
		}
		if err := k.ledger.DeleteKnock(ctx, n.Fingerprint); err != nil {
			return nil, k.storeFailed("drop a knock", err)
		}
		k.answer(n.Fingerprint)
	}
	return out, nil
}

// Approve lets a knocking name in. Whether by may do so is the caller's to check. Errors: ErrNoKnock, *NameError, ErrStore, ErrFolder.
func (k *Keyring) Approve(ctx context.Context, by, name text.Name) (Identity, error) {
	ctx, cancel := context.WithTimeout(ctx, claimWait)
	defer cancel()
	k.changeMu.Lock()
	defer k.changeMu.Unlock()
	knock, err := k.knockOf(ctx, name)
	if err != nil {
		return Identity{}, err
	}
	key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(knock.Key))
	if err != nil {
		return Identity{}, fmt.Errorf("the key of %s's request cannot be read: turn it away and ask for another: %w", name, err)
	}
	if err := k.claimable(key); err != nil {
		return Identity{}, err
	}
	g, _ := k.begun(knock.Fingerprint)
	g.role, g.by = Member, by
	n, err := k.nameFor(ctx, name.String(), g)
	if err != nil {
		return Identity{}, err
	}
	id, err := k.admit(ctx, n, key, g)
	if err != nil {
		return Identity{}, err
	}
	if err := k.ledger.DeleteKnock(ctx, knock.Fingerprint); err != nil {
		k.log.Error("an approved knock could not be dropped: the next listing drops it", "err", err)
	}
	return id, nil
}

// Deny turns a knocking name away; its key may knock again after an hour. Errors: ErrNoKnock, ErrStore.
func (k *Keyring) Deny(ctx context.Context, by, name text.Name) error {
	k.changeMu.Lock()
	defer k.changeMu.Unlock()
	knock, err := k.knockOf(ctx, name)
	if err != nil {
		return err
	}
	if err := k.ledger.DeleteKnock(ctx, knock.Fingerprint); err != nil {
		return k.storeFailed("drop a knock", err)
	}
	if len(k.turned) >= maxTurned {
		clear(k.turned)
	}
	k.turned[knock.Fingerprint] = k.clock()
	k.answer(knock.Fingerprint)
	k.log.Info("knock turned away", "name", name.String(), "fingerprint", knock.Fingerprint, "by", by.String())
	return nil
}

// knockOf finds who waits under a name.
func (k *Keyring) knockOf(ctx context.Context, name text.Name) (Knock, error) {
	all, err := k.Knocks(ctx)
	if err != nil {
		return Knock{}, err
	}
	for _, n := range all {
		if n.Name == name {
			return n, nil
		}
	}
	return Knock{}, ErrNoKnock
}

// answer wakes whoever waits with a key.
func (k *Keyring) answer(fingerprint string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if w := k.waiting[fingerprint]; w != nil {
		close(w)
		delete(k.waiting, fingerprint)
	}
}
