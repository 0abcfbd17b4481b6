package keys

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRename: a key gets a file of its own, with its comment, and nobody who is connected with it is put out.
func TestRename(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite)
	a, b := newKey(t), newKey(t)
	alice := name(t, "alice")
	w.put("alice.pub", "# the first\n"+strings.TrimSuffix(line(a), "\n")+" me@home\n# the other\n"+line(b))
	w.start()
	k, err := w.Rename(t.Context(), alice, fp(a), "laptop")
	if err != nil || k.File != "alice@laptop.pub" || k.Device.String() != "laptop" || k.Fingerprint != fp(a) {
		t.Fatalf("renamed to %+v, %v", k, err)
	}
	moved, err := os.ReadFile(filepath.Join(w.dir, "alice@laptop.pub"))
	if err != nil || !strings.HasPrefix(string(moved), "# the first\n") || !strings.Contains(string(moved), " me@home\n") {
		t.Errorf("the file is %q, %v", moved, err)
	}
	if k, err = w.Rename(t.Context(), alice, "laptop", "desk"); err != nil || k.File != "alice@desk.pub" {
		t.Fatalf("renamed again to %+v, %v", k, err)
	}
	if _, err := os.Stat(filepath.Join(w.dir, "alice@laptop.pub")); !os.IsNotExist(err) {
		t.Errorf("the old file: %v", err)
	}
	if w.who(a) != "alice" || w.who(b) != "alice" || w.revoked(fp(a)) {
		t.Error("a key was lost on the way")
	}
	for _, c := range []struct{ asked, device, why string }{
		{fp(b), "desk", "called desk already"},
		{fp(b), "../up", "a device's name"},
		{fp(b), "", "what the device is to be called"},
		{"phone", "x", "at least 6"},
	} {
		if _, err := w.Rename(t.Context(), alice, c.asked, c.device); err == nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%q to %q: %v; want %q", c.asked, c.device, err, c.why)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(w.dir, ".*")); len(left) > 0 {
		t.Errorf("left over: %q", left)
	}
}
