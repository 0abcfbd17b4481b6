package keys

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
)

func TestFilesComeAndGo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite).start()
	a, b := newKey(t), newKey(t)
	w.put("alice.pub", line(a))
	w.put("alice@laptop.pub", line(b))
	w.until("both keys are let in", func() bool { return w.who(a) == "alice" && w.who(b) == "alice" })
	id, err := w.Identify("whoever", b, away)
	if err != nil || id.Device.String() != "laptop" || id.Fingerprint != fp(b) || id.Role != Member {
		t.Errorf("the second key is %+v, %v", id, err)
	}
	w.remove("alice@laptop.pub")
	w.until("the key is told to be revoked", func() bool { return w.revoked(fp(b)) })
	if _, err := w.Identify("alice", b, away); !errors.Is(err, ErrStranger) {
		t.Errorf("the removed key gets %v", err)
	}
	if w.who(a) != "alice" || w.revoked(fp(a)) {
		t.Error("the other key went too")
	}
}

func TestALineRemovedRevokesItsKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite)
	a, b := newKey(t), newKey(t)
	w.put("alice.pub", line(a)+line(b))
	w.start()
	w.put("alice.pub", line(a))
	w.until("the key is told to be revoked", func() bool { return w.revoked(fp(b)) })
	if w.who(a) != "alice" || w.revoked(fp(a)) || w.who(b) != "" {
		t.Error("the wrong key went")
	}
}

func TestAtomicReplace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite)
	a, b := newKey(t), newKey(t)
	w.put("alice.pub", line(a))
	w.start()
	w.put("new.tmp", line(b))
	if err := os.Rename(filepath.Join(w.dir, "new.tmp"), filepath.Join(w.dir, "alice.pub")); err != nil {
		t.Fatal(err)
	}
	w.until("the new key is in force", func() bool { return w.who(b) == "alice" && w.revoked(fp(a)) })
}

// A key that moves to another name ends what it did under the first one.
func TestAKeyThatChangesItsNameIsRevoked(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite)
	a := newKey(t)
	w.put("alice.pub", line(a))
	w.start()
	if err := os.Rename(filepath.Join(w.dir, "alice.pub"), filepath.Join(w.dir, "bob.pub")); err != nil {
		t.Fatal(err)
	}
	w.until("the key is bob's", func() bool { return w.who(a) == "bob" && w.revoked(fp(a)) })
}

// An editor empties a file and writes it again: whoever is connected stays.
func TestHalfWrittenFileKeepsItsKeys(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite)
	a, b := newKey(t), newKey(t)
	w.put("alice.pub", line(a))
	w.start()
	for _, half := range []string{"", "ssh-ed2", line(a)[:40]} {
		w.put("alice.pub", half)
		w.until("the unfinished file is read", func() bool {
			w.filesMu.Lock()
			defer w.filesMu.Unlock()
			return !w.folder.files["alice.pub"].deadline.IsZero()
		})
		if w.who(a) != "alice" {
			t.Fatalf("%q lost the key at once", half)
		}
		w.put("alice.pub", line(a)+line(b))
		w.until("the whole file is read", func() bool { return w.who(b) == "alice" })
		w.put("alice.pub", line(a))
		w.until("the second key is gone", func() bool { return w.who(b) == "" })
	}
	if w.revoked(fp(a)) {
		t.Error("the key was told to be revoked")
	}
	w.put("alice.pub", "")
	w.until("a file that stays empty has no keys", func() bool { return w.revoked(fp(a)) && w.who(a) == "" })
	w.put("alice.pub", line(a))
	w.until("the key is back", func() bool { return w.who(a) == "alice" })
}

func TestFolderRemovedAndMadeAgain(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"removed", "moved away"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, ByInvite)
			a, b := newKey(t), newKey(t)
			w.put("alice.pub", line(a))
			w.start()
			var err error
			if how == "removed" {
				err = os.RemoveAll(w.dir)
			} else {
				err = os.Rename(w.dir, w.dir+".old")
			}
			if err != nil {
				t.Fatal(err)
			}
			w.until("the key is revoked", func() bool { return w.revoked(fp(a)) })
			if err := os.Mkdir(w.dir, 0o755); err != nil {
				t.Fatal(err)
			}
			w.put("bob.pub", line(b))
			w.until("the new folder is read", func() bool { return w.who(b) == "bob" })
			w.until("the new folder is watched", func() bool {
				w.watch.mu.Lock()
				defer w.watch.mu.Unlock()
				return len(w.watch.lost) == 0
			})
			w.remove("bob.pub")
			w.until("the key is revoked", func() bool { return w.revoked(fp(b)) })
		})
	}
}

// A system without a watch to give is read every second.
func TestWithoutAWatch(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite)
	k, err := open(t.Context(), w.opts, func() (*fsnotify.Watcher, error) { return nil, errors.New("no watches left") })
	if err != nil {
		t.Fatal(err)
	}
	w.use(k)
	a := newKey(t)
	w.put("alice.pub", line(a))
	w.until("the key is let in", func() bool { return w.who(a) == "alice" })
	w.remove("alice.pub")
	w.until("the key is revoked", func() bool { return w.revoked(fp(a)) })
}

// While nothing changes, nothing runs.
func TestSleepsWhileNothingChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite).start()
	a := newKey(t)
	w.put("alice.pub", line(a))
	w.until("the key is let in", func() bool { return w.who(a) == "alice" })
	k := w.Keyring
	w.halt() // what the watcher's goroutine owned may be looked at now
	if d := k.watch.sleep(); d < 24*time.Hour {
		t.Errorf("the watcher wakes in %v", d)
	}
}
