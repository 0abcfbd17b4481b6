package keys

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Nothing that is wrong with one file keeps the others out, and each is named in a sentence.
func TestBadFiles(t *testing.T) {
	t.Parallel()
	good := newKey(t)
	for _, c := range []struct {
		name string
		make func(w *world, key string)
		why  []string // words of the sentence; none for a file that is let in
	}{
		{"plain", func(w *world, key string) { w.put("bob.pub", key) }, nil},
		{"a link in the folder", func(w *world, key string) {
			w.put("bob.key", key)
			w.check(os.Symlink("bob.key", filepath.Join(w.dir, "bob.pub")))
		}, nil},
		{"a link into a folder in the folder", func(w *world, key string) {
			w.check(os.Mkdir(filepath.Join(w.dir, "..data"), 0o755))
			w.put("..data/bob.pub", key)
			w.check(os.Symlink("..data/bob.pub", filepath.Join(w.dir, "bob.pub")))
		}, nil},
		{"a link out of the folder", func(w *world, key string) {
			w.put("../secret", key)
			w.check(os.Symlink("../secret", filepath.Join(w.dir, "bob.pub")))
		}, []string{"bob.pub", "leads out of the folder"}},
		{"an absolute link", func(w *world, key string) {
			w.put("../secret", key)
			w.check(os.Symlink(filepath.Join(filepath.Dir(w.dir), "secret"), filepath.Join(w.dir, "bob.pub")))
		}, []string{"bob.pub", "leads out of the folder"}},
		{"a link to nothing", func(w *world, key string) {
			w.check(os.Symlink("nothing", filepath.Join(w.dir, "bob.pub")))
		}, []string{"bob.pub", "no such file"}},
		{"a link to itself", func(w *world, key string) {
			w.check(os.Symlink("bob.pub", filepath.Join(w.dir, "bob.pub")))
		}, []string{"bob.pub", "symbolic links"}},
		{"a folder", func(w *world, key string) { w.check(os.Mkdir(filepath.Join(w.dir, "bob.pub"), 0o755)) }, []string{"bob.pub", "not a regular file"}},
		{"a pipe", func(w *world, key string) {
			w.check(syscall.Mkfifo(filepath.Join(w.dir, "bob.pub"), 0o644))
		}, []string{"bob.pub", "not a regular file"}},
		{"too large", func(w *world, key string) { w.put("bob.pub", key+strings.Repeat("#\n", maxFile/2)) }, []string{"bob.pub", "larger than 64 KiB"}},
		{"as large as may be", func(w *world, key string) { w.put("bob.pub", key+strings.Repeat("#", maxFile-len(key))) }, nil},
		{"writable by the group", func(w *world, key string) {
			w.put("bob.pub", key)
			w.check(os.Chmod(filepath.Join(w.dir, "bob.pub"), 0o664))
		}, []string{"bob.pub", "chmod go-w"}},
		{"writable by all", func(w *world, key string) {
			w.put("bob.pub", key)
			w.check(os.Chmod(filepath.Join(w.dir, "bob.pub"), 0o646))
		}, []string{"bob.pub", "chmod go-w"}},
		{"a name that is none", func(w *world, key string) { w.put("b b.pub", key) }, []string{"b b.pub"}},
		{"a guest's name", func(w *world, key string) { w.put("guest-1.pub", key) }, []string{"guest-1.pub", "guests"}},
		{"only comments", func(w *world, key string) { w.put("bob.pub", "# later\n") }, []string{"bob.pub", "no key"}},
		{"empty", func(w *world, key string) { w.put("bob.pub", "") }, []string{"bob.pub", "no key"}},
		{"an option", func(w *world, key string) { w.put("bob.pub", "restrict "+key) }, []string{"bob.pub:1", `"restrict"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, ByInvite)
			w.put("alice.pub", line(good))
			bob := newKey(t)
			c.make(w, line(bob))
			w.start()
			want := "bob"
			if c.why != nil {
				want = ""
				if !w.complains(c.why...) {
					t.Errorf("problems %q, want the words %q", w.Problems(), c.why)
				}
				if !strings.Contains(w.log.String(), "a key is not let in") {
					t.Errorf("the log has nothing:\n%s", w.log)
				}
			}
			if got := w.who(bob); got != want {
				t.Errorf("the key is %q's, want %q", got, want)
			}
			if w.who(good) != "alice" {
				t.Error("another file went with it")
			}
		})
	}
}

func (w *world) check(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// Other files in the folder are nobody's business: this package's source, editors' left-overs, unfinished claims.
func TestOtherFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite)
	key := newKey(t)
	for _, base := range []string{"alice", "alice.pub~", "alice.pub.bak", ".alice.pub", ".alice.pub.swp", "#alice.pub#", ".pub", "doc.go"} {
		w.put(base, line(key))
	}
	w.start()
	if got := w.who(key); got != "" || len(w.Problems()) > 0 || !w.Fresh() {
		t.Errorf("the key is %q's, problems %q, fresh %v", got, w.Problems(), w.Fresh())
	}
}

// A file that nobody else should write to is believed again when that is mended, and the other way round.
func TestPermissionsChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite)
	key := newKey(t)
	w.put("alice.pub", line(key))
	w.start()
	path := filepath.Join(w.dir, "alice.pub")
	w.check(os.Chmod(path, 0o666))
	w.until("the key is revoked", func() bool { return w.revoked(fp(key)) })
	w.check(os.Chmod(path, 0o600))
	w.until("the key is back", func() bool { return w.who(key) == "alice" })
}

// Where everybody may add a file, nothing is believed.
func TestFolderWritableByAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite)
	w.check(os.Chmod(w.dir, 0o777))
	if k, err := Open(t.Context(), w.opts); err == nil {
		k.Close()
		t.Fatal("it starts")
	} else if !errors.Is(err, errOpenToAll) || !strings.Contains(err.Error(), "chmod o-w") {
		t.Errorf("the start says %v", err)
	}
	w.check(os.Chmod(w.dir, 0o755))
	a, b := newKey(t), newKey(t)
	w.put("alice.pub", line(a))
	w.start()
	w.check(os.Chmod(w.dir, 0o777))
	w.put("mallory.pub", line(b))
	w.until("the log says so", func() bool { return strings.Contains(w.log.String(), "chmod o-w") })
	if w.who(b) != "" || w.who(a) != "alice" {
		t.Error("a file of everybody's folder was believed, or the others are gone")
	}
	w.check(os.Chmod(w.dir, 0o755))
	w.until("it is read again", func() bool { return w.who(b) == "mallory" })
}

func TestFolderIsMade(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite)
	w.check(os.Remove(w.dir))
	w.start()
	if !w.Fresh() {
		t.Error("it is not fresh")
	}
	if info, err := os.Stat(w.dir); err != nil || info.Mode().Perm()&0o022 != 0 {
		t.Errorf("the folder is %v, %v", info, err)
	}
}

// A target that is swapped behind a link, as container platforms do, is read anew.
func TestLinkTargetSwapped(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite)
	a, b := newKey(t), newKey(t)
	for dir, key := range map[string]string{"..1": line(a), "..2": line(b)} {
		w.check(os.Mkdir(filepath.Join(w.dir, dir), 0o755))
		w.put(dir+"/alice.pub", key)
	}
	w.check(os.Symlink("..1", filepath.Join(w.dir, "..data")))
	w.check(os.Symlink("..data/alice.pub", filepath.Join(w.dir, "alice.pub")))
	w.start()
	if w.who(a) != "alice" {
		t.Fatalf("the key is %q's: %q", w.who(a), w.Problems())
	}
	w.check(os.Symlink("..2", filepath.Join(w.dir, "..tmp")))
	w.check(os.Rename(filepath.Join(w.dir, "..tmp"), filepath.Join(w.dir, "..data")))
	w.until("the other key is in force", func() bool { return w.who(b) == "alice" && w.revoked(fp(a)) })
}

// An unchanged file is not read again; one that changed within the clock's grain is.
func TestOnlyChangedFilesAreRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite)
	a, b := newKey(t), newKey(t)
	w.put("alice.pub", line(a))
	path := filepath.Join(w.dir, "alice.pub")
	old := time.Now().Add(-time.Hour)
	w.check(os.Chtimes(path, old, old))
	f := folder{dir: w.dir, files: map[string]*file{}}
	read := func() *file {
		t.Helper()
		if _, err := f.read(nil, true, time.Now()); err != nil {
			t.Fatal(err)
		}
		return f.files["alice.pub"]
	}
	first := read()
	if read() != first {
		t.Error("an unchanged file was read again")
	}
	w.put("alice.pub", line(b)) // the same length, and the same time stamp if the clock is coarse
	second := read()
	if second.keys[0].fingerprint != fp(b) {
		t.Error("a changed file was not read")
	}
	w.put("alice.pub", line(a))
	w.check(os.Chtimes(path, second.state.info.ModTime(), second.state.info.ModTime()))
	if got := read(); got.keys[0].fingerprint != fp(a) {
		t.Error("a second change within the clock's grain was not noticed")
	}
}

// When no file can be opened, because too many are open, keys stay.
func TestTransientErrorsRevokeNothing(t *testing.T) {
	t.Parallel()
	for _, err := range []error{syscall.EMFILE, syscall.EIO, &os.PathError{Op: "open", Path: "x", Err: syscall.ENFILE}} {
		if !transient(err) {
			t.Errorf("%v revokes keys", err)
		}
	}
	for _, err := range []error{os.ErrNotExist, syscall.EACCES, syscall.ELOOP, errOpenToAll, nil} {
		if transient(err) {
			t.Errorf("%v keeps keys", err)
		}
	}
}
