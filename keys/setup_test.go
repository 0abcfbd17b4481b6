package keys

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/crypto/ssh"

	"parley/text"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	local = netip.MustParseAddr("127.0.0.1")
	away  = netip.MustParseAddr("203.0.113.7")
)

// newSigner makes an ed25519 key.
func newSigner(t testing.TB) ssh.Signer {
	t.Helper()
	_, priv, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s, err := ssh.NewSignerFromKey(priv)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func newKey(t testing.TB) ssh.PublicKey {
	t.Helper()
	return newSigner(t).PublicKey()
}

// nth makes the ith of 13,824 names of which none looks like another.
func nth(i int) string {
	const consonants, vowels = "kdfgtz", "aeou"
	var b []byte
	for range 3 {
		b = append(b, consonants[i%6], vowels[i/6%4])
		i /= 24
	}
	return string(b)
}

// line is a key as the one line of a .pub file.
func line(key ssh.PublicKey) string { return string(ssh.MarshalAuthorizedKey(key)) }

func fp(key ssh.PublicKey) string { return ssh.FingerprintSHA256(key) }

func name(t testing.TB, s string) text.Name {
	t.Helper()
	n, err := text.ParseName(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// world is one server's keys: a folder, a ledger, a log and the keyring over them.
type world struct {
	*Keyring
	t      testing.TB
	dir    string
	ledger *memLedger
	log    *logBuffer
	opts   Options
	now    *fakeClock

	goneMu sync.Mutex
	gone   []string // what Revoked told
}

// fakeClock is a clock that stands until it is moved.
type fakeClock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *fakeClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *fakeClock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// logBuffer is a log that may be read while it is written.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newWorld makes a server that is not started yet.
func newWorld(t testing.TB, r Registration) *world {
	t.Helper()
	w := &world{t: t, dir: filepath.Join(t.TempDir(), "keys"), ledger: newLedger(), log: &logBuffer{}}
	w.now = &fakeClock{t: time.Now()}
	w.opts = Options{
		Dir: w.dir, Registration: r, Ledger: w.ledger, Clock: w.now.now,
		Log: slog.New(slog.NewTextHandler(w.log, nil)),
	}
	if err := os.Mkdir(w.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return w
}

// start opens the keyring; a running one is closed first.
func (w *world) start() *world {
	w.t.Helper()
	w.halt()
	k, err := Open(w.t.Context(), w.opts)
	if err != nil {
		w.t.Fatal(err)
	}
	w.use(k)
	return w
}

func (w *world) use(k *Keyring) {
	w.Keyring = k
	k.Revoked(func(f string) {
		w.goneMu.Lock()
		defer w.goneMu.Unlock()
		w.gone = append(w.gone, f)
	})
	w.t.Cleanup(func() { k.Close() })
}

func (w *world) halt() {
	w.t.Helper()
	if w.Keyring == nil {
		return
	}
	if err := w.Keyring.Close(); err != nil {
		w.t.Fatal(err)
	}
	w.Keyring = nil
}

// put writes a file of the folder; a relative name may lead elsewhere.
func (w *world) put(base, content string) {
	w.t.Helper()
	path := filepath.Join(w.dir, base)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) remove(base string) {
	w.t.Helper()
	if err := os.Remove(filepath.Join(w.dir, base)); err != nil {
		w.t.Fatal(err)
	}
}

// who is the name that a key proves, "" for a stranger's.
func (w *world) who(key ssh.PublicKey) string {
	id, err := w.Identify("x", key, away)
	if err != nil {
		return ""
	}
	return id.Name.String()
}

func (w *world) revoked(fingerprint string) bool {
	w.goneMu.Lock()
	defer w.goneMu.Unlock()
	return slices.Contains(w.gone, fingerprint)
}

// until waits for a condition, at most for the two seconds in which every change must be in force.
func (w *world) until(what string, cond func() bool) {
	w.t.Helper()
	if !within(w.t, 2*time.Second, cond) {
		w.t.Fatalf("not within two seconds: %s\nproblems: %q\nlog:\n%s", what, w.Problems(), w.log)
	}
}

// within reports whether a condition comes true in time.
func within(t testing.TB, d time.Duration, cond func() bool) bool {
	for end := time.Now().Add(d); !cond(); {
		if time.Now().After(end) {
			return false
		}
		pause(t)
	}
	return true
}

// pause lets a moment pass between two looks at a condition.
func pause(t testing.TB) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	<-ctx.Done()
}

// complains reports whether some problem of the folder has all the words.
func (w *world) complains(words ...string) bool {
	for _, p := range w.Problems() {
		if !slices.ContainsFunc(words, func(x string) bool { return !strings.Contains(p, x) }) {
			return true
		}
	}
	return false
}
