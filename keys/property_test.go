package keys

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"pgregory.net/rapid"
)

// picture is everything that a keyring says about a set of keys.
func picture(k *Keyring, keys []ssh.PublicKey) []string {
	var out []string
	for i, key := range keys {
		id, err := k.Identify("x", key, away)
		out = append(out, fmt.Sprintf("k%d: %s %s %v", i, id.Name, id.Device, err))
	}
	for _, n := range k.Names() {
		out = append(out, fmt.Sprint(n, k.Keys(n)))
	}
	return append(out, k.Problems()...)
}

// TestFolderProperty: after any sequence of changes, a server that saw them all says what one says that starts now.
func TestFolderProperty(t *testing.T) {
	t.Parallel()
	keys := make([]ssh.PublicKey, 5)
	for i := range keys {
		keys[i] = newKey(t)
	}
	bases := []string{"alice.pub", "al1ce.pub", "alice@laptop.pub", "bob.pub", "carol.pub", "b b.pub"}
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t, OpenToAll).start()
		defer w.halt()
		path := func(base string) string { return filepath.Join(w.dir, base) }
		content := func() string {
			var s string
			for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(keys)-1), 0, 3).Draw(rt, "keys") {
				s += line(keys[i])
			}
			if rapid.IntRange(0, 3).Draw(rt, "broken") == 0 {
				s += line(keys[0])[:30]
			}
			return s
		}
		for range rapid.IntRange(1, 12).Draw(rt, "changes") {
			base := rapid.SampledFrom(bases).Draw(rt, "file")
			switch rapid.IntRange(0, 8).Draw(rt, "change") {
			case 0, 1:
				w.put(base, content())
			case 2:
				os.Remove(path(base))
			case 3:
				os.Rename(path(base), path(rapid.SampledFrom(bases).Draw(rt, "to")))
			case 4:
				w.put("new.tmp", content())
				os.Rename(path("new.tmp"), path(base))
			case 5:
				os.Chmod(path(base), rapid.SampledFrom([]os.FileMode{0o644, 0o666}).Draw(rt, "mode"))
			case 6:
				w.Claim(t.Context(), rapid.SampledFrom([]string{"alice", "al1ce", "dave"}).Draw(rt, "name"),
					rapid.SampledFrom(keys).Draw(rt, "key"), "", away)
			case 7:
				os.RemoveAll(w.dir)
				os.Mkdir(w.dir, 0o755)
			case 8:
				os.Rename(w.dir, w.dir+".old")
				os.Mkdir(w.dir, 0o755)
				os.RemoveAll(w.dir + ".old")
			}
			if rapid.Bool().Draw(rt, "wait") {
				pause(t)
			}
		}
		var got, want []string
		if !within(t, 3*time.Second, func() bool {
			got = picture(w.Keyring, keys)
			o := w.opts
			o.Log = nil
			fresh, err := Read(t.Context(), o)
			if err != nil {
				rt.Fatal(err)
			}
			want = picture(fresh, keys)
			return slices.Equal(got, want)
		}) {
			rt.Fatalf("it says\n%q\nand a fresh start says\n%q", got, want)
		}
	})
}
