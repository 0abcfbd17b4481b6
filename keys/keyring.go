package keys

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fsnotify/fsnotify"

	"parley/text"
)

// Identity is who a verified key belongs to.
type Identity struct {
	Name        text.Name
	Role        Role
	Device      text.Line // from NAME@DEVICE.pub, the key's comment, or the certificate's key id
	Fingerprint string    // SHA256:… of the key, for a certificate of the key inside it
	Certificate bool
	Expires     time.Time // when a certificate ends; zero for a key

	certificate string // fingerprint of the whole certificate; "" for a key
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
	Revoked      string // file of fingerprints, public keys, "serial: N" and "id: KEY ID" lines; "" for none
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
	ErrDenied   = errors.New("your request was turned away: ask somebody who is here for an invite code")
	ErrNoKnock  = errors.New("nobody who waits asks for that name: they may have been answered already")
	ErrNoPerson = errors.New("nobody of that name is known here: check the spelling")
	ErrStore    = errors.New("the server cannot store anything right now: try again in a moment")
)

// NameError says why a name cannot be had: taken, confusable, or not a name.
type NameError struct {
	Name   string
	Reason string // a sentence
}

func (e *NameError) Error() string { return e.Reason }

// Knock is somebody who waits to be let in.
type Knock struct {
	Name        text.Name
	Fingerprint string
	Key         string // authorized_keys line without comment
	From        netip.Addr
	Time        time.Time
}

// Keyring holds all identities. All its methods may be called at once.
//
// Locks are taken in this order: changeMu, filesMu, mu. mu is never held across disk or ledger; filesMu never across
// the ledger, so that a stuck store does not keep a revoked key alive.
type Keyring struct {
	ledger Ledger
	log    *slog.Logger
	clock  func() time.Time
	code   string // makes its bearer the owner while there is none
	wrong  *attempts

	ctx    context.Context // ends with Close
	stop   context.CancelFunc
	done   sync.WaitGroup
	poke   chan struct{} // one slot: the watcher looks at its deadlines again
	record chan struct{} // one slot: the recorder writes new names into the ledger
	bell   *bell
	watch  *watcher
	defcon atomic.Int32 // a Defcon; see there

	changeMu sync.Mutex           // held by whoever makes identities: one at a time
	granted  map[string]grant     // by fingerprint: rights used up by claims that could not be finished. changeMu guards it
	turned   map[string]time.Time // by fingerprint: when a knock was denied. changeMu guards it

	filesMu sync.Mutex // guards what was read from disk
	folder  folder
	lists   struct{ authorities, denied list }

	raisedMu sync.Mutex
	raised   map[string]string // subject → the sentence logged last, so that each is logged once

	mu           sync.RWMutex // guards the rest, which is what answers are made from
	registration Registration
	roster       *roster                        // never nil
	trust        *trust                         // never nil
	claims       map[string]NameClaim           // by skeleton: the ledger's, as far as known
	owners       map[text.Name]struct{}         // those of claims that own the server
	vouched      map[vouchee]map[string]voucher // certificates that let somebody in, by their fingerprint
	expiry       time.Time                      // of the next of vouched to end; zero for none
	waiting      map[string]chan struct{}       // by fingerprint: who knocked and is connected
}

// vouchee is a key and the name that certificates gave it.
type vouchee struct {
	fingerprint string
	name        text.Name
}

// grant is a right that was used up but has not led to an identity yet.
type grant struct {
	role Role
	by   text.Name // who invited
	name text.Name // the name that the ledger has for this key already; zero for none
}

// Open reads the folder and starts to watch it until Close. A folder that does not
// exist is made. Errors: a folder that everybody may write to, a file of CAs or a deny
// list that cannot be read to its last line, a ledger that fails. A bad key file is no error: Problems lists them.
func Open(ctx context.Context, opts Options) (*Keyring, error) {
	return open(ctx, opts, fsnotify.NewWatcher)
}

// open is Open with another way to watch, for tests.
func open(ctx context.Context, opts Options, newWatcher func() (*fsnotify.Watcher, error)) (*Keyring, error) {
	if err := os.MkdirAll(opts.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("the folder of keys cannot be made: %w", err)
	}
	k, err := newKeyring(ctx, opts, newWatcher)
	if err != nil {
		return nil, err
	}
	if err := k.finishClaims(); err != nil {
		return nil, err
	}
	if err := k.begin(ctx, opts); err != nil {
		return nil, errors.Join(err, k.Close())
	}
	k.done.Go(k.watch.run)
	k.done.Go(func() { k.bell.run(k.ctx) })
	k.done.Go(k.recorder)
	return k, nil
}

// Read reads the folder once, as Open would, and writes nothing: neither to the folder, beside which a server may
// run, nor to the ledger. Nothing is watched. It is for looking at what is there.
func Read(ctx context.Context, opts Options) (*Keyring, error) {
	k, err := newKeyring(ctx, opts, nil)
	if err != nil {
		return nil, err
	}
	if err := k.configure(opts); err != nil {
		return nil, err
	}
	_, err = k.refresh(nil, true)
	return k, err
}

// newKeyring makes a keyring that knows the ledger's names and has read nothing else.
func newKeyring(ctx context.Context, opts Options, newWatcher func() (*fsnotify.Watcher, error)) (*Keyring, error) {
	dir, err := filepath.Abs(opts.Dir)
	if err != nil {
		return nil, fmt.Errorf("the folder of keys %s cannot be found: %w", opts.Dir, err)
	}
	k := &Keyring{
		ledger: opts.Ledger, log: opts.Log, clock: opts.Clock,
		code: NewCode(ownerLen), wrong: newAttempts(),
		poke: make(chan struct{}, 1), record: make(chan struct{}, 1), bell: newBell(),
		granted: map[string]grant{}, turned: map[string]time.Time{},
		folder: folder{dir: dir, files: map[string]*file{}}, raised: map[string]string{},
		roster: resolve(nil, noClaims), trust: &trust{}, claims: map[string]NameClaim{}, owners: map[text.Name]struct{}{},
		vouched: map[vouchee]map[string]voucher{}, waiting: map[string]chan struct{}{},
	}
	if k.log == nil {
		k.log = slog.New(slog.DiscardHandler)
	}
	if k.clock == nil {
		k.clock = time.Now
	}
	k.ctx, k.stop = context.WithCancel(context.WithoutCancel(ctx))
	k.watch = newWatch(k, newWatcher)
	return k, errors.Join(k.learnClaims(ctx), k.learnDefcon(ctx))
}

// begin is the first reading, before any goroutine runs. The watch is set first: a change in between is an event.
func (k *Keyring) begin(ctx context.Context, opts Options) error {
	if err := k.configure(opts); err != nil {
		return err
	}
	k.watch.arm()
	if _, err := k.refresh(nil, true); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, recordAtOpen)
	defer cancel()
	k.recordNames(ctx)
	return nil
}

// Close stops watching. What was known stays known; calls that are under way end by themselves.
func (k *Keyring) Close() error {
	k.stop()
	k.done.Wait()
	return k.watch.close()
}

// Reload reads folder, CAs and deny list again (SIGHUP) and puts a new registration in force. Dir, Ledger, Log and
// Clock are those of Open. An error names what could not be taken; it stays as it
// was, and all else is in force.
func (k *Keyring) Reload(opts Options) error {
	if err := k.configure(opts); err != nil {
		return err
	}
	_, err := k.refresh(nil, true)
	wake(k.poke)
	return err
}

// configure takes over the options that may change.
func (k *Keyring) configure(opts Options) error {
	ca, errCA := absolute(opts.TrustedCA)
	denied, errDenied := absolute(opts.Revoked)
	if err := errors.Join(errCA, errDenied); err != nil {
		return err
	}
	k.mu.Lock()
	k.registration = opts.Registration
	k.mu.Unlock()
	k.filesMu.Lock()
	defer k.filesMu.Unlock()
	k.lists.authorities = list{path: ca}
	k.lists.denied = list{path: denied}
	k.folder.skip = nil
	for _, p := range []string{ca, denied} {
		if filepath.Dir(p) == k.folder.dir {
			// The CA's key proves other people's names, not one of its own.
			k.folder.skip = append(k.folder.skip, filepath.Base(p))
			delete(k.folder.files, filepath.Base(p))
		}
	}
	k.watch.follow(k.folder.dir, ca, denied)
	return nil
}

// absolute makes a path independent of the working directory; "" stays "".
func absolute(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	return filepath.Abs(path)
}

// wake fills a one-slot channel.
func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func noClaims(string) (NameClaim, bool) { return NameClaim{}, false }
