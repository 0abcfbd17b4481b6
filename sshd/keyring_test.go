package sshd

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"parley/keys"
	"parley/text"
)

// fakeKeys is a keyring in memory that follows the contract of keys.Keyring.
type fakeKeys struct {
	mu      sync.Mutex
	names   map[string]string    // fingerprint → name
	expires map[string]time.Time // fingerprint → end of its certificate
	denied  map[string]bool      // fingerprints that are revoked
	codes   map[string]bool      // invite codes that are left
	open    bool                 // anybody may claim
	closed  bool                 // nobody may
	fresh   bool                 // the first key over loopback becomes the owner
	knocks  map[string]chan struct{}
	wanted  map[string]string // fingerprint → the name that was knocked for
	revoked func(string)

	offers    []string // user names of what was offered
	everybody string   // the name that any key has; "" for none
	lenient   bool     // any key may go on with any user name
	panicOn   string   // a user name at which Acceptable panics
}

func newFakeKeys() *fakeKeys {
	return &fakeKeys{
		names: map[string]string{}, expires: map[string]time.Time{}, denied: map[string]bool{},
		codes: map[string]bool{}, knocks: map[string]chan struct{}{}, wanted: map[string]string{},
	}
}

func (k *fakeKeys) add(name string, key gossh.PublicKey) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.names[gossh.FingerprintSHA256(key)] = name
}

func (k *fakeKeys) taken(name string) bool {
	for _, n := range k.names {
		if n == name {
			return true
		}
	}
	return false
}

func (k *fakeKeys) Acceptable(user string, key gossh.PublicKey, second bool) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.panicOn != "" && user == k.panicOn {
		panic("acceptable")
	}
	k.offers = append(k.offers, user)
	fp := gossh.FingerprintSHA256(bare(key))
	if k.denied[fp] {
		return false
	}
	if _, ok := k.names[fp]; ok {
		return true
	}
	_, err := text.ParseName(user)
	return second || k.lenient || (err == nil && !k.taken(user))
}

func (k *fakeKeys) Certifies() bool { return false }

func (k *fakeKeys) Identify(_ string, key gossh.PublicKey, _ netip.Addr) (keys.Identity, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	fp := gossh.FingerprintSHA256(bare(key))
	if k.denied[fp] {
		return keys.Identity{}, keys.ErrRevoked
	}
	name, ok := k.names[fp]
	if k.everybody != "" {
		name, ok = k.everybody, true
	}
	if !ok {
		return keys.Identity{}, keys.ErrStranger
	}
	return k.identity(name, fp, keys.Member), nil
}

func (k *fakeKeys) identity(name, fp string, role keys.Role) keys.Identity {
	n, err := text.ParseName(name)
	if err != nil {
		panic(err)
	}
	return keys.Identity{Name: n, Role: role, Fingerprint: fp, Expires: k.expires[fp]}
}

func (k *fakeKeys) Revoked(fn func(string)) func() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.revoked = fn
	return func() {}
}

func (k *fakeKeys) revoke(key gossh.PublicKey) {
	k.mu.Lock()
	fp := gossh.FingerprintSHA256(key)
	k.denied[fp] = true
	fn := k.revoked
	k.mu.Unlock()
	fn(fp)
}

func (k *fakeKeys) Fresh() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.fresh
}

func (k *fakeKeys) Available(_ context.Context, name string) (text.Name, error) {
	n, err := text.ParseName(name)
	if err != nil {
		return text.Name{}, &keys.NameError{Name: name, Reason: err.Error()}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.taken(name) {
		return text.Name{}, &keys.NameError{Name: name, Reason: "the name " + name + " is taken: choose another one"}
	}
	return n, nil
}

func (k *fakeKeys) Claim(ctx context.Context, name string, key gossh.PublicKey, code string, from netip.Addr) (keys.Identity, error) {
	if _, err := k.Available(ctx, name); err != nil {
		return keys.Identity{}, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	fp, role := gossh.FingerprintSHA256(bare(key)), keys.Member
	switch {
	case k.closed:
		return keys.Identity{}, keys.ErrClosed
	case k.fresh && from.IsLoopback():
		role, k.fresh = keys.Owner, false
	case k.open:
	case code == "":
		return keys.Identity{}, keys.ErrStranger
	case !k.codes[code]:
		return keys.Identity{}, keys.ErrCode
	default:
		delete(k.codes, code)
	}
	k.names[fp] = name
	return k.identity(name, fp, role), nil
}

func (k *fakeKeys) Knock(ctx context.Context, name string, key gossh.PublicKey, _ netip.Addr) (<-chan struct{}, error) {
	if _, err := k.Available(ctx, name); err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	fp := gossh.FingerprintSHA256(bare(key))
	if k.knocks[fp] == nil {
		k.knocks[fp] = make(chan struct{})
		k.wanted[fp] = name
	}
	return k.knocks[fp], nil
}

var errNobodyKnocks = errors.New("nobody knocks")

// answer approves or denies the one who knocks.
func (k *fakeKeys) answer(approve bool) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	for fp, ch := range k.knocks {
		if approve {
			k.names[fp] = k.wanted[fp]
		}
		close(ch)
		delete(k.knocks, fp)
		return nil
	}
	return errNobodyKnocks
}
