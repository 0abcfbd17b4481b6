package keys

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// Names that look alike and keys with two names: nothing is decided by chance, by order or by what was there before a restart.
func TestAmbiguity(t *testing.T) {
	t.Parallel()
	k1, k2, k3 := newKey(t), newKey(t), newKey(t)
	type claims map[string]ssh.PublicKey
	for _, c := range []struct {
		name   string
		claims claims
		files  map[string]string
		want   [3]string // whose k1, k2 and k3 are
		why    []string
	}{
		{"nothing to decide", nil,
			map[string]string{"alice.pub": line(k1), "bob.pub": line(k2)}, [3]string{"alice", "bob", ""}, nil},
		{"the same key twice for one name", nil,
			map[string]string{"alice.pub": line(k1), "alice@laptop.pub": line(k1) + line(k2)}, [3]string{"alice", "alice", ""}, nil},
		{"one name in two cases", nil,
			map[string]string{"Alice.pub": line(k1), "alice@laptop.pub": line(k2)}, [3]string{"alice", "alice", ""}, nil},
		{"two names that look alike, both new", nil,
			map[string]string{"alice.pub": line(k1), "al1ce.pub": line(k2), "bob.pub": line(k3)}, [3]string{"", "", "bob"},
			[]string{"alice.pub", "al1ce.pub", "looks like"}},
		{"two names that look alike, one known", claims{"alice": k3},
			map[string]string{"alice.pub": line(k1), "al1ce.pub": line(k2)}, [3]string{"alice", "", ""}, []string{"al1ce.pub", "looks like alice"}},
		{"a name that looks like one that is gone", claims{"alice": k3},
			map[string]string{"al1ce.pub": line(k1)}, [3]string{}, []string{"al1ce.pub", "looks like alice"}},
		{"a known name with a new key: the operator's choice", claims{"alice": k3},
			map[string]string{"alice.pub": line(k1)}, [3]string{"alice", "", ""}, nil},
		{"a name without a key takes nothing from others", nil,
			map[string]string{"alice.pub": line(k1), "al1ce.pub": "# later\n"}, [3]string{"alice", "", ""}, []string{"al1ce.pub: there is no key"}},
		{"one key, two new names", nil,
			map[string]string{"alice.pub": line(k1), "bob.pub": line(k1) + line(k2)}, [3]string{"", "bob", ""},
			[]string{"alice.pub and bob.pub", "nobody's"}},
		{"one key, two names, the first of one", claims{"alice": k1, "bob": k2},
			map[string]string{"alice.pub": line(k1), "bob.pub": line(k1) + line(k2)}, [3]string{"alice", "bob", ""},
			[]string{"alice.pub and bob.pub", "stays alice's"}},
		{"one key, two names, the first of both", claims{"alice": k1, "bob": k1},
			map[string]string{"alice.pub": line(k1), "bob.pub": line(k1)}, [3]string{}, []string{"nobody's"}},
		{"one key, two names, the first of neither", claims{"alice": k2, "bob": k3},
			map[string]string{"alice.pub": line(k1), "bob.pub": line(k1)}, [3]string{}, []string{"nobody's"}},
		{"a name that is refused shares no key", claims{"alice": k1},
			map[string]string{"alice.pub": line(k2), "al1ce.pub": line(k2)}, [3]string{"", "alice", ""}, []string{"al1ce.pub", "looks like"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, ByInvite)
			for n, key := range c.claims {
				w.check(w.ledger.ClaimName(t.Context(), NameClaim{Name: name(t, n), Role: Member, Fingerprint: fp(key), Time: time.Now()}))
			}
			for base, content := range c.files {
				w.put(base, content)
			}
			for round := range 2 { // what the first start records changes nothing at the second
				w.start()
				for i, key := range []ssh.PublicKey{k1, k2, k3} {
					if got := w.who(key); got != c.want[i] {
						t.Errorf("start %d: k%d is %q's, want %q", round+1, i+1, got, c.want[i])
					}
				}
				all := strings.Join(w.Problems(), "\n")
				for _, word := range c.why {
					if !strings.Contains(all, word) {
						t.Errorf("start %d: problems %q, want %q", round+1, all, word)
					}
				}
				if len(c.why) == 0 && all != "" {
					t.Errorf("start %d: problems %q", round+1, all)
				}
			}
		})
	}
}

// A file dropped in later neither takes a name that looks like somebody's, nor somebody's key.
func TestLaterFileTakesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite)
	a, m := newKey(t), newKey(t)
	w.put("alice.pub", line(a))
	w.start()
	w.put("al1ce.pub", line(m))
	w.put("mallory.pub", line(a)+line(m))
	w.until("both are noticed", func() bool { return w.who(m) == "mallory" && w.complains("al1ce.pub", "looks like alice") })
	if w.who(a) != "alice" || w.revoked(fp(a)) {
		t.Errorf("alice's key is %q's", w.who(a))
	}
	w.remove("alice.pub")
	w.until("the operator's other file has the key", func() bool { return w.who(a) == "mallory" && w.revoked(fp(a)) })
}

// The name of a file stays taken when the file is gone, for strangers and for names that look like it.
func TestNamesOutliveTheirFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t, OpenToAll)
	w.put("alice.pub", line(newKey(t)))
	w.start()
	w.remove("alice.pub")
	w.start()
	w.put("al1ce.pub", line(newKey(t)))
	w.until("the file is refused", func() bool { return w.complains("al1ce.pub", "looks like alice") })
	for _, n := range []string{"alice", "Alice", "al1ce"} {
		if _, err := w.Claim(t.Context(), n, newKey(t), "", away); err == nil {
			t.Errorf("a stranger claims %s", n)
		}
	}
}

// A ledger that fails while files come in keeps nobody out, and has their names as soon as it can.
func TestLedgerFailsWhileFilesCome(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite).start()
	w.ledger.failOn("ClaimName")
	a := newKey(t)
	w.put("alice.pub", line(a))
	w.until("the key is let in", func() bool { return w.who(a) == "alice" })
	w.until("the log says so", func() bool { return strings.Contains(w.log.String(), "not recorded yet") })
	w.ledger.failOn("")
	wake(w.record) // what the retry's timer does
	w.until("the name is recorded", func() bool {
		_, ok, err := w.ledger.NameOf(t.Context(), name(t, "alice").Skeleton())
		return ok && err == nil
	})
}

func TestLedgerFailsAtStart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ByInvite)
	w.ledger.failOn("Claims")
	if k, err := Open(t.Context(), w.opts); err == nil {
		k.Close()
		t.Error("it starts without knowing the names that are taken")
	}
}

// BenchmarkFirstLoad is the first reading of ten thousand files, and BenchmarkRescan the next one of a full folder.
func BenchmarkFirstLoad(b *testing.B) {
	w, f := full(b)
	for b.Loop() {
		f.files = map[string]*file{}
		if _, err := f.read(nil, true, w.now.now()); err != nil {
			b.Fatal(err)
		}
		if r := resolve(f.files, noClaims); len(r.people) != many {
			b.Fatalf("%d people: %q", len(r.people), r.problems)
		}
	}
}

func BenchmarkRescan(b *testing.B) {
	w, f := full(b)
	if _, err := f.read(nil, true, w.now.now()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := f.read(nil, true, w.now.now()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOneOfMany(b *testing.B) {
	w, f := full(b)
	if _, err := f.read(nil, true, w.now.now()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := f.read([]string{nth(7) + ".pub"}, false, w.now.now()); err != nil {
			b.Fatal(err)
		}
		resolve(f.files, noClaims)
	}
}

const many = 10_000

// full makes a folder of ten thousand files, an hour old.
func full(b *testing.B) (*world, *folder) {
	w := newWorld(b, ByInvite)
	for i := range many {
		w.put(nth(i)+".pub", line(newKey(b)))
	}
	w.now.move(time.Hour)
	return w, &folder{dir: w.dir, files: map[string]*file{}}
}
