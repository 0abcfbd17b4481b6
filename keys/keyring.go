package keys

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"time"

	"golang.org/x/crypto/ssh"

	"parley/text"
)

// Role is what an identity may do on the server, as Role of rooms is in one room.
type Role string

const (
	Member Role = "member"
	Owner  Role = "owner"
)

// Identity is who a verified key belongs to.
type Identity struct {
	Name        text.Name
	Role        Role
	Device      text.Line // from NAME@DEVICE.pub, the key's comment, or the certificate's key id
	Fingerprint string    // SHA256:… of the key, for a certificate of the key inside it
	Certificate bool
	Expires     time.Time // when a certificate ends; zero for a key
}

// Registration says how strangers may become identities.
type Registration string

const (
	OpenToAll  Registration = "open"
	ByInvite   Registration = "invite"
	ByOperator Registration = "closed"
)

// Options say where the keys are and what rules hold.
type Options struct {
	Dir          string
	Registration Registration
	TrustedCA    string // file of CA public keys, authorized_keys format; "" for none
	Revoked      string // file of fingerprints, public keys and "serial: N" lines; "" for none
	Ledger       Ledger
	Log          *slog.Logger
	Clock        func() time.Time
}

// Each error is a sentence for the person at the terminal.
var (
	ErrStranger = errors.New("this key belongs to nobody here yet")
	ErrRevoked  = errors.New("this key was revoked: ask the server's owner if that is a mistake")
	ErrCode     = errors.New("that code is not valid: it may be mistyped, used or expired")
	ErrClosed   = errors.New("this server is closed: its owner adds people by hand")
	ErrOwned    = errors.New("this server has an owner already")
)

// NameError says why a name cannot be had: taken, confusable, or not a name.
type NameError struct {
	Name   string
	Reason string // a sentence
}

func (e *NameError) Error() string { return e.Reason }

// Open reads the folder and starts to watch it until Close.
func Open(ctx context.Context, opts Options) (*Keyring, error) { return &Keyring{}, nil }

// Keyring holds all identities. All its methods may be called at once.
type Keyring struct{}

// Close stops watching.
func (k *Keyring) Close() error { return nil }

// Reload reads folder, CAs and deny list again (SIGHUP) and puts a new registration in force.
func (k *Keyring) Reload(opts Options) error { return nil }

// Acceptable answers a key that is merely offered (nothing is proven yet): whether the
// handshake should go on with it. A known key, a valid certificate: yes. An
// unknown key: yes if user is free to be claimed, no if user is somebody else's
// name or cannot be a name, so that the client goes on to its next key; second says that the client
// has no further keys (it was through all of them once), then yes.
// Revoked keys, expired and foreign certificates: never.
func (k *Keyring) Acceptable(user string, key ssh.PublicKey, second bool) bool { return false }

// Identify says whose verified key this is. Errors: ErrStranger, ErrRevoked, or a sentence about a certificate.
// If the server has no owner and from is loopback, a known identity becomes the owner.
func (k *Keyring) Identify(user string, key ssh.PublicKey, from netip.Addr) (Identity, error) {
	return Identity{}, ErrStranger
}

// Revoked registers fn, called from one goroutine, for each key that is no longer
// valid (file removed, deny list, certificate expired). The face ends the sessions of that fingerprint.
func (k *Keyring) Revoked(fn func(fingerprint string)) (cancel func()) { return func() {} }

// Fresh reports whether the server has no identity and no owner yet.
func (k *Keyring) Fresh() bool { return false }

// OwnerCode is the code that makes its bearer the owner from another machine; "" once there is an owner.
func (k *Keyring) OwnerCode() string { return "" }

// Available says why a name cannot be claimed (*NameError), or nil.
func (k *Keyring) Available(ctx context.Context, name string) (text.Name, error) {
	return text.Name{}, nil
}

// Claim makes the bearer of a verified key an identity, by what the server
// allows: open registration, the first key over loopback (owner), the owner's
// code, or an invite code. It writes NAME.pub. Errors: *NameError, ErrCode, ErrClosed, ErrStranger (invite needed).
func (k *Keyring) Claim(ctx context.Context, name string, key ssh.PublicKey, code string, from netip.Addr) (Identity, error) {
	return Identity{}, ErrClosed
}

// Knock leaves a request to be let in, and returns a channel that is closed when it has been
// answered. Errors: *NameError, ErrClosed; a second knock of the same key is the same knock.
func (k *Keyring) Knock(ctx context.Context, name string, key ssh.PublicKey, from netip.Addr) (<-chan struct{}, error) {
	return nil, ErrClosed
}

// Knocks lists who waits, oldest first.
func (k *Keyring) Knocks(ctx context.Context) ([]Knock, error) { return nil, nil }

// Approve lets a knocking name in.
func (k *Keyring) Approve(ctx context.Context, by, name text.Name) (Identity, error) {
	return Identity{}, nil
}

// Deny turns a knocking name away.
func (k *Keyring) Deny(ctx context.Context, by, name text.Name) error { return nil }

// NewInvite makes an invite code: single use, valid for the time given.
func (k *Keyring) NewInvite(ctx context.Context, by text.Name, valid time.Duration) (code string, err error) {
	return "", nil
}

// Lookup says whether a name is an identity here and what its role is.
func (k *Keyring) Lookup(name text.Name) (Identity, bool) { return Identity{}, false }

// Names lists all identities by name.
func (k *Keyring) Names() []text.Name { return nil }

// Keys lists the keys of one identity.
func (k *Keyring) Keys(name text.Name) []Key { return nil }

// Add gives an identity one more key, as NAME@DEVICE.pub. The key must not be anybody's.
func (k *Keyring) Add(ctx context.Context, name text.Name, device string, line string) (Key, error) {
	return Key{}, nil
}

// Remove takes a key from an identity, by fingerprint (or an unambiguous prefix of at least 6 characters after SHA256:).
// The last key cannot be removed.
func (k *Keyring) Remove(ctx context.Context, name text.Name, fingerprint string) error { return nil }

// Key is one key of an identity.
type Key struct {
	Device      text.Line
	Fingerprint string
	Type        string // ssh-ed25519 …
	File        string // the name of its file in the folder
	Added       time.Time
}

// Knock is somebody who waits to be let in.
type Knock struct {
	Name        text.Name
	Fingerprint string
	Key         string // authorized_keys line without comment
	From        netip.Addr
	Time        time.Time
}
