package keys

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"time"

	"parley/text"
)

// certificateProof is a voucher as Proof keeps it.
type certificateProof struct {
	Key         string `json:"key,omitempty"` // fingerprint of the key inside
	Authority   string `json:"authority"`     // fingerprint of the CA
	CA          []byte `json:"ca"`            // its wire form
	Certificate string `json:"certificate"`
	Serial      uint64 `json:"serial,omitempty"`
	ID          string `json:"id,omitempty"`
	Expires     int64  `json:"expires,omitempty"` // seconds since 1970; 0 for never
	Sources     string `json:"sources,omitempty"` // addresses that it may be used from; "" for all
}

// voucher is the certificate again, for the key of a fingerprint.
func (p *certificateProof) voucher(fingerprint string) voucher {
	v := voucher{fingerprint: fingerprint, authority: p.Authority, ca: string(p.CA), whole: p.Certificate, serial: p.Serial, id: p.ID, sources: p.Sources}
	if p.Expires != 0 {
		v.expires = time.Unix(p.Expires, 0)
	}
	return v
}

// Proof is what a face keeps of how somebody came in, to let them in again without a signature for as long as
// Stands says so: "" for a key, for a certificate which one it was. ErrRevoked if the certificate is good no more.
func (k *Keyring) Proof(id Identity) (string, error) {
	if !id.Certificate {
		return "", nil
	}
	k.mu.RLock()
	v, ok := k.vouched[vouchee{id.Fingerprint, id.Name}][id.certificate]
	k.mu.RUnlock()
	if !ok {
		return "", ErrRevoked
	}
	p := certificateProof{Key: v.fingerprint, Authority: v.authority, CA: []byte(v.ca), Certificate: v.whole, Serial: v.serial, ID: v.id, Sources: v.sources}
	if !v.expires.IsZero() {
		p.Expires = v.expires.Unix()
	}
	out, err := json.Marshal(p)
	return string(out), err
}

// Stands says who somebody is now who came in with that key, or that certificate of Proof, was found to be name then, and is
// somewhere: with the role of now. ErrRevoked if what let them in would do so no more, or a sentence about the certificate. Whoever stands is
// told of by Revoked when that changes, also after a restart.
func (k *Keyring) Stands(name text.Name, fingerprint, proof string, from netip.Addr) (Identity, error) {
	if proof != "" {
		return k.certificateStands(name, fingerprint, proof, from)
	}
	k.mu.RLock()
	defer k.mu.RUnlock()
	p := k.roster.keys[fingerprint]
	if p == nil || p.name != name || k.trust.denied.key(fingerprint) {
		return Identity{}, ErrRevoked
	}
	return Identity{Name: name, Role: k.role(name), Device: p.shown.Device, Fingerprint: fingerprint}, nil
}

func (k *Keyring) certificateStands(name text.Name, fingerprint, proof string, from netip.Addr) (Identity, error) {
	var p certificateProof
	if err := json.Unmarshal([]byte(proof), &p); err != nil {
		return Identity{}, fmt.Errorf("what is kept of a certificate of %s cannot be read: %w", name, err)
	}
	v := p.voucher(fingerprint)
	if v.sources != "" {
		if err := allowedFrom(v.sources, from); err != nil {
			return Identity{}, err
		}
	}
	k.mu.RLock()
	id, err := k.vouchedFor(name, v)
	_, seen := k.vouched[vouchee{fingerprint, name}][v.whole]
	k.mu.RUnlock()
	if err != nil || seen {
		return id, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if id, err = k.vouchedFor(name, v); err == nil { // the lists may have changed
		k.witness(name, v)
	}
	return id, err
}

// vouchedFor is the bearer of a certificate that let somebody in. mu is held.
func (k *Keyring) vouchedFor(name text.Name, v voucher) (Identity, error) {
	if !k.trust.stands(v, k.clock()) {
		return Identity{}, ErrRevoked
	}
	return Identity{
		Name: name, Role: k.role(name), Device: text.NewLine(v.id, maxComment), Fingerprint: v.fingerprint,
		Certificate: true, Expires: v.expires, certificate: v.whole,
	}, nil
}

// Removed reports whether somebody who had come with a key, or with the certificate of a proof, was put out since: no key of theirs is let in
// any more, no certificate vouches for them now, and theirs is revoked or its CA is not trusted any more. A certificate that has
// ended puts nobody out: the next one may be signed at any time. It asks the ledger about names that nothing here knows.
func (k *Keyring) Removed(ctx context.Context, name text.Name, proof string) bool {
	k.mu.RLock()
	in, trust := k.letIn(name, k.clock()), k.trust
	k.mu.RUnlock()
	switch {
	case in:
		return false
	case proof == "":
		return k.Known(ctx, name)
	}
	var p certificateProof
	if json.Unmarshal([]byte(proof), &p) != nil {
		return true
	}
	v := p.voucher(p.Key)
	v.expires = time.Time{}
	return !trust.stands(v, k.clock())
}

// letIn reports whether a key file, or a certificate that was seen, lets somebody in now. mu is held.
func (k *Keyring) letIn(name text.Name, now time.Time) bool {
	if who := k.roster.people[name.String()]; who != nil {
		for _, p := range who.proofs {
			if !k.trust.denied.key(p.shown.Fingerprint) {
				return true
			}
		}
	}
	for v, certs := range k.vouched {
		for _, c := range certs {
			if v.name == name && k.trust.stands(c, now) {
				return true
			}
		}
	}
	return false
}

// witness keeps a certificate that lets somebody in, so that its end is told. mu is held for writing.
func (k *Keyring) witness(name text.Name, v voucher) {
	who := vouchee{v.fingerprint, name}
	if k.vouched[who] == nil {
		k.vouched[who] = map[string]voucher{}
	}
	k.vouched[who][v.whole] = v
	if !v.expires.IsZero() && sooner(k.expiry, v.expires) != k.expiry {
		k.expiry = v.expires
		wake(k.poke)
	}
}
