package keys

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"time"
)

const (
	// recordAtOpen is how long Open waits for the ledger to record names that are new; what is left is recorded behind it.
	recordAtOpen = time.Second
	// recordRetry is how long the recorder waits after the ledger failed.
	recordRetry = 5 * time.Second
	// logEach is how many changes of one reading are logged by themselves; more are counted.
	logEach = 20
)

// refresh reads the files named, or with all the whole folder, and both lists, and puts what they
// say in force. again is when to do so once more, zero for never. An error names
// what could not be read; the rest is in force.
func (k *Keyring) refresh(named []string, all bool) (again time.Time, err error) {
	k.filesMu.Lock()
	defer k.filesMu.Unlock()
	now := time.Now()
	again, errFolder := k.folder.read(named, all, now)
	t, at, errLists := k.readLists(now)
	k.rebuild(t)
	return sooner(again, at), errors.Join(errFolder, errLists)
}

// readLists reads the file of CAs and the deny list. filesMu is held.
func (k *Keyring) readLists(now time.Time) (t *trust, again time.Time, err error) {
	k.mu.RLock()
	next := *k.trust
	k.mu.RUnlock()
	l := &k.lists.authorities
	data, ok, again, errCA := l.read(now)
	if ok {
		if a, e := parseAuthorities(l.path, data); e != nil {
			errCA = e
		} else {
			next.authorities = a
		}
	}
	if errors.Is(errCA, fs.ErrNotExist) {
		next.authorities = nil // removing the file removes the CAs
	}
	if errCA != nil {
		errCA = listError("keys.trusted_ca", l.path, errCA)
	}
	l = &k.lists.denied
	data, ok, at, errDenied := l.read(now)
	if ok {
		if d, e := parseDenied(l.path, data); e != nil {
			errDenied = e
		} else {
			next.denied = d
		}
	}
	if errDenied != nil {
		errDenied = listError("keys.revoked", l.path, errDenied)
	}
	return &next, sooner(again, at), errors.Join(errCA, errDenied)
}

// rebuild makes what was read the truth and tells who must know. filesMu is held.
func (k *Keyring) rebuild(t *trust) {
	next := resolve(k.folder.files, k.claimOf)
	now := k.clock()
	k.mu.Lock()
	before, trustBefore := k.roster, k.trust
	var gone []*proof
	for fp, p := range before.keys {
		if trustBefore.denied.key(fp) {
			continue
		}
		if n := next.keys[fp]; n == nil || n.name != p.name || t.denied.key(fp) {
			gone = append(gone, p)
		}
	}
	owned := k.owned()
	k.roster, k.trust = next, t
	lost := owned && !k.owned()
	ended := k.sweep(now)
	for _, p := range gone {
		if !k.holds(vouchee{p.shown.Fingerprint, p.name}, now) {
			ended = append(ended, p.shown.Fingerprint)
		}
	}
	for fp, w := range k.waiting {
		if next.keys[fp] != nil {
			close(w)
			delete(k.waiting, fp)
		}
	}
	k.mu.Unlock()
	k.bell.ring(ended)
	k.report(before, next, gone)
	if lost {
		// The code itself is shown at a start only: logs travel.
		k.log.Warn("no owner has a key that is let in any more: put a key file back, or start the server again and enter the code that it shows")
	}
	wake(k.record)
}

// sweep forgets certificates that no longer stand and returns the fingerprints that
// nothing vouches for any more. mu is held.
func (k *Keyring) sweep(now time.Time) (ended []string) {
	k.expiry = time.Time{}
	for v, certs := range k.vouched {
		for whole, c := range certs {
			if !k.trust.stands(c, now) {
				delete(certs, whole)
				continue
			}
			k.expiry = sooner(k.expiry, c.expires)
		}
		if len(certs) > 0 {
			continue
		}
		delete(k.vouched, v)
		if !k.holds(v, now) {
			ended = append(ended, v.fingerprint)
		}
	}
	return ended
}

// holds reports whether a key proves a name now, by a file or by a certificate that was seen. mu is held.
func (k *Keyring) holds(v vouchee, now time.Time) bool {
	if k.trust.denied.key(v.fingerprint) {
		return false
	}
	if p := k.roster.keys[v.fingerprint]; p != nil && p.name == v.name {
		return true
	}
	for _, c := range k.vouched[v] {
		if k.trust.stands(c, now) {
			return true
		}
	}
	return false
}

// nextExpiry is when the next certificate that let somebody in ends; zero if none does.
func (k *Keyring) nextExpiry() time.Time {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.expiry
}

// expire ends certificates whose time has come.
func (k *Keyring) expire() {
	k.mu.Lock()
	ended := k.sweep(k.clock())
	k.mu.Unlock()
	k.bell.ring(ended)
}

// report logs what a reading changed.
func (k *Keyring) report(before, next *roster, gone []*proof) {
	known := make(map[string]struct{}, len(before.problems))
	for _, p := range before.problems {
		known[p] = struct{}{}
	}
	for _, p := range next.problems {
		if _, ok := known[p]; !ok {
			k.log.Warn("a key is not let in", "why", p)
		}
	}
	var come []*proof
	for fp, p := range next.keys {
		if o := before.keys[fp]; o == nil || o.name != p.name {
			come = append(come, p)
		}
	}
	k.reportEach("key let in", come)
	k.reportEach("key no longer let in", gone)
}

// reportEach logs each of a few keys, or the number of many.
func (k *Keyring) reportEach(what string, proofs []*proof) {
	if len(proofs) > logEach {
		k.log.Info(what, "keys", len(proofs))
		return
	}
	for _, p := range proofs {
		k.log.Info(what, slog.String("name", p.name.String()), "fingerprint", p.shown.Fingerprint, "file", p.shown.File)
	}
}

// raise logs an error once for as long as it stays the same; nil ends it.
func (k *Keyring) raise(subject string, err error) {
	k.raisedMu.Lock()
	defer k.raisedMu.Unlock()
	if err == nil {
		delete(k.raised, subject)
		return
	}
	if k.raised[subject] != err.Error() {
		k.raised[subject] = err.Error()
		k.log.Error(subject, "err", err)
	}
}

// learnClaims takes over what the ledger has and this process has not seen.
func (k *Keyring) learnClaims(ctx context.Context) error {
	all, err := k.ledger.Claims(ctx)
	if err != nil {
		return fmt.Errorf("the names that were used before cannot be read: %w", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	// A store may hold several that look alike, from times when it was asked to: the oldest is the one.
	slices.SortFunc(all, func(a, b NameClaim) int { return cmp.Or(a.Time.Compare(b.Time), a.Name.Compare(b.Name)) })
	for _, c := range all {
		if _, ok := k.claims[c.Name.Skeleton()]; !ok {
			k.take(c)
		}
	}
	return nil
}

// take takes over one claim. mu is held.
func (k *Keyring) take(c NameClaim) {
	c.Force = false
	k.claims[c.Name.Skeleton()] = c
	if c.Role == Owner {
		k.owners[c.Name] = struct{}{}
	} else {
		delete(k.owners, c.Name)
	}
}

// claimOf is what the ledger knows of a skeleton, as far as it was read.
func (k *Keyring) claimOf(skeleton string) (NameClaim, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	c, ok := k.claims[skeleton]
	return c, ok
}

// recorder writes the names of new files into the ledger, so that they stay taken when the files are gone.
func (k *Keyring) recorder() {
	retry := time.NewTimer(0)
	for {
		select {
		case <-k.ctx.Done():
			retry.Stop()
			return
		case <-k.record:
		case <-retry.C:
		}
		if !k.recordNames(k.ctx) {
			retry.Reset(recordRetry)
		}
	}
}

// recordNames reports whether every name is in the ledger now. It writes one after the other, since it is in nobody's
// way and the ledger is the store that posts are waiting for.
func (k *Keyring) recordNames(ctx context.Context) bool {
	var todo []NameClaim
	k.mu.RLock()
	for _, n := range k.roster.names {
		if _, ok := k.claims[n.Skeleton()]; !ok {
			p := k.roster.people[n.String()].proofs[0]
			todo = append(todo, NameClaim{Name: n, Role: Member, Fingerprint: p.shown.Fingerprint, Time: k.clock(), Force: true})
		}
	}
	k.mu.RUnlock()
	var err error
	rejudge := false
	for _, c := range todo {
		err = k.claimName(ctx, c)
		if taken := (*NameError)(nil); errors.As(err, &taken) {
			rejudge, err = true, nil
		}
		if err != nil {
			break
		}
	}
	if err == nil && rejudge {
		// Another node was first with a name like it: learn which, and judge the files again.
		if err = k.learnClaims(ctx); err == nil {
			_, err = k.refresh(nil, false)
		}
	}
	if ctx.Err() == nil {
		k.raise("the names of key files are not recorded yet", err)
	}
	return err == nil
}

// claimName records a claim and takes it over.
func (k *Keyring) claimName(ctx context.Context, c NameClaim) error {
	if err := k.ledger.ClaimName(ctx, c); err != nil {
		return err
	}
	if c.Force {
		// It may have been there already, with a role of its own.
		there, ok, err := k.ledger.NameOf(ctx, c.Name.Skeleton())
		if err != nil {
			return err
		}
		if ok && there.Name != c.Name {
			return nameTaken(c.Name.String(), c.Name, there.Name)
		}
		if ok {
			c = there
		}
	}
	k.mu.Lock()
	k.take(c)
	k.mu.Unlock()
	return nil
}
