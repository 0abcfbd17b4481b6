package keys

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"parley/text"
)

// roster is who the folder admits. It is never changed after it was made.
type roster struct {
	people   map[string]*person   // by name
	keys     map[string]*proof    // by fingerprint
	held     map[string]text.Name // by skeleton: every name that a file asks for, admitted or not
	idle     map[string]struct{}  // fingerprints of keys in the folder that prove nothing
	names    []text.Name          // of people, sorted
	problems []string             // sentences about what is not let in, sorted
	files    int                  // all of them, let in or not
}

// person is one identity that has key files.
type person struct {
	name   text.Name
	proofs []*proof // in the order of files and lines
}

// proof is one key that proves a name.
type proof struct {
	name  text.Name
	shown Key
}

// resolve decides what a set of files means. It depends on the files and on the claims only, never on their
// order or on what was in force before, so that a restart changes nobody's identity:
//
//   - Of several names that look alike, the one that the ledger has is admitted;
//     if it has none of them, none is.
//   - Of several names with the same key, the one that the ledger has with that key as its first is
//     admitted with it; if that is not exactly one, the key is nobody's.
//
// It runs for each change of the folder, so what is rare, two names or two keys alike, costs the others nothing.
func resolve(files map[string]*file, claimed func(skeleton string) (NameClaim, bool)) *roster {
	r := &roster{
		people: make(map[string]*person, len(files)),
		keys:   make(map[string]*proof, len(files)),
		held:   make(map[string]text.Name, len(files)),
		idle:   map[string]struct{}{},
		files:  len(files),
	}
	sorted := make([]*file, 0, len(files))
	for _, f := range files {
		sorted = append(sorted, f)
		r.problems = append(r.problems, f.problems...)
	}
	slices.SortFunc(sorted, func(a, b *file) int { return strings.Compare(a.base, b.base) })
	r.prove(r.unlike(sorted, claimed), claimed)
	for _, f := range sorted {
		if f.name.IsZero() || r.people[f.name.String()] == nil {
			r.rest(f)
		}
	}
	slices.SortFunc(r.names, text.Name.Compare)
	slices.Sort(r.problems)
	return r
}

// unlike returns the files whose names are nobody else's.
func (r *roster) unlike(sorted []*file, claimed func(string) (NameClaim, bool)) []*file {
	alike := map[string]bool{} // skeletons that several names with keys have
	with := make(map[string]text.Name, len(sorted))
	for _, f := range sorted {
		if f.name.IsZero() {
			continue
		}
		if _, ok := r.held[f.skeleton]; !ok {
			r.held[f.skeleton] = f.name
		}
		if len(f.keys) == 0 {
			continue
		}
		if n, ok := with[f.skeleton]; !ok {
			with[f.skeleton] = f.name
		} else if n != f.name {
			alike[f.skeleton] = true
		}
	}
	out := make([]*file, 0, len(sorted))
	for _, f := range sorted {
		if f.name.IsZero() || len(f.keys) == 0 {
			continue
		}
		c, ok := claimed(f.skeleton)
		switch {
		case ok && c.Name != f.name:
			r.problems = append(r.problems, fmt.Sprintf("%s is not let in: the name %s looks like %s, which is in use since %s: give the file another name",
				f.base, f.name, c.Name, c.Time.UTC().Format(time.DateOnly)))
		case ok && c.Role == Hook:
			r.problems = append(r.problems, fmt.Sprintf("%s is not let in: the name %s is that of a hook, a program that posts, since %s: give the file another name",
				f.base, f.name, c.Time.UTC().Format(time.DateOnly)))
		case !ok && alike[f.skeleton]:
			r.problems = append(r.problems, fmt.Sprintf("%s is not let in: the name %s looks like that of another file here, and nothing says which was first: keep one and rename the others",
				f.base, f.name))
		default:
			out = append(out, f)
		}
	}
	return out
}

// prove gives each key to the one name that it proves.
func (r *roster) prove(files []*file, claimed func(string) (NameClaim, bool)) {
	first := make(map[string]text.Name, len(files))
	disputed := map[string]text.Name{} // what several names have → whose it is, zero for nobody's
	for _, f := range files {
		for _, k := range f.keys {
			if n, ok := first[k.fingerprint]; !ok {
				first[k.fingerprint] = f.name
			} else if n != f.name {
				disputed[k.fingerprint] = text.Name{}
			}
		}
	}
	for fp := range disputed {
		disputed[fp] = firstOf(fp, files, claimed)
		r.problems = append(r.problems, shared(fp, files, disputed[fp]))
	}
	for _, f := range files {
		for _, k := range f.keys {
			if n, ok := disputed[k.fingerprint]; ok && n.IsZero() {
				r.idle[k.fingerprint] = struct{}{}
			} else if !ok || n == f.name {
				r.admit(f, k)
			}
		}
	}
}

// rest notes the keys of a file that prove nothing.
func (r *roster) rest(f *file) {
	for _, k := range f.keys {
		if r.keys[k.fingerprint] == nil {
			r.idle[k.fingerprint] = struct{}{}
		}
	}
}

// admit makes a key prove the name of its file.
func (r *roster) admit(f *file, k fileKey) {
	if r.keys[k.fingerprint] != nil {
		return // twice for one name
	}
	device := f.device
	if device.IsZero() {
		device = k.comment
	}
	p := &proof{name: f.name, shown: Key{
		Device: device, Fingerprint: k.fingerprint, Type: k.kind, File: f.base, Added: f.state.info.ModTime(),
		Public: strings.TrimSpace(string(ssh.MarshalAuthorizedKey(k.key))),
	}}
	r.keys[k.fingerprint] = p
	who := r.people[f.name.String()]
	if who == nil {
		who = &person{name: f.name}
		r.people[f.name.String()] = who
		r.names = append(r.names, f.name)
	}
	who.proofs = append(who.proofs, p)
}

// holders are the files that have a key, with their names.
func holders(fingerprint string, files []*file) []*file {
	var out []*file
	for _, f := range files {
		if slices.ContainsFunc(f.keys, func(k fileKey) bool { return k.fingerprint == fingerprint }) {
			out = append(out, f)
		}
	}
	return out
}

// firstOf is the one name of those with a key that the ledger has with it; zero if that is not exactly one.
func firstOf(fingerprint string, files []*file, claimed func(string) (NameClaim, bool)) text.Name {
	var first text.Name
	for _, f := range holders(fingerprint, files) {
		c, ok := claimed(f.skeleton)
		if !ok || c.Fingerprint != fingerprint || c.Name == first {
			continue
		}
		if !first.IsZero() {
			return text.Name{}
		}
		first = c.Name
	}
	return first
}

// shared says that several names have the same key and whose it is for that.
func shared(fingerprint string, files []*file, first text.Name) string {
	var in []string
	for _, f := range holders(fingerprint, files) {
		in = append(in, f.base)
	}
	whose := "so it is nobody's"
	if !first.IsZero() {
		whose = fmt.Sprintf("so it stays %s's, who had it first", first)
	}
	return fmt.Sprintf("%s have the same key %s, %s: remove it from all but one", strings.Join(in, " and "), fingerprint, whose)
}
