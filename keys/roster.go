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
	people map[string]*person   // by name
	keys   map[string]*proof    // by fingerprint
	held   map[string]text.Name // by skeleton: every name that a file asks for, admitted or not
	names  []text.Name          // of people, sorted
	files  int                  // all of them, let in or not
	// mentioned has the fingerprints of every key in the folder, let in or not.
	mentioned map[string]struct{}
	problems  []string // sentences about what is not let in, sorted
}

// person is one identity that has key files.
type person struct {
	name   text.Name
	proofs []*proof // in the order of files and lines
}

// proof is one key that proves a name.
type proof struct {
	name  text.Name
	file  *file
	key   ssh.PublicKey
	shown Key
}

// resolve decides what a set of files means. It depends on the files and on the claims only, never on their
// order or on what was in force before, so that a restart changes nobody's identity:
//
//   - Of several names that look alike, the one that the ledger has is admitted;
//     if it has none of them, none is.
//   - Of several names with the same key, the one that the ledger has with that key as its first is
//     admitted with it; if that is not exactly one, the key is nobody's.
func resolve(files map[string]*file, claimed func(skeleton string) (NameClaim, bool)) *roster {
	r := &roster{
		people:    make(map[string]*person, len(files)),
		keys:      make(map[string]*proof, len(files)),
		held:      make(map[string]text.Name, len(files)),
		files:     len(files),
		mentioned: make(map[string]struct{}, len(files)),
	}
	sorted := make([]*file, 0, len(files))
	for _, f := range files {
		sorted = append(sorted, f)
		r.problems = append(r.problems, f.problems...)
	}
	slices.SortFunc(sorted, func(a, b *file) int { return strings.Compare(a.base, b.base) })
	admitted := r.unlike(sorted, claimed)
	r.prove(admitted, claimed)
	for _, p := range r.people {
		r.names = append(r.names, p.name)
	}
	slices.SortFunc(r.names, text.Name.Compare)
	slices.Sort(r.problems)
	return r
}

// unlike returns the files whose names are nobody else's.
func (r *roster) unlike(sorted []*file, claimed func(string) (NameClaim, bool)) []*file {
	type rivals struct {
		name    text.Name
		several bool
	}
	by := make(map[string]rivals, len(sorted))
	for _, f := range sorted {
		for _, x := range f.keys {
			r.mentioned[x.fingerprint] = struct{}{}
		}
		if f.name.IsZero() {
			continue
		}
		if _, ok := r.held[f.skeleton]; !ok {
			r.held[f.skeleton] = f.name
		}
		if len(f.keys) == 0 {
			continue
		}
		v, ok := by[f.skeleton]
		by[f.skeleton] = rivals{f.name, v.several || ok && v.name != f.name}
	}
	out := make([]*file, 0, len(sorted))
	for _, f := range sorted {
		if len(f.keys) == 0 {
			continue
		}
		c, ok := claimed(f.skeleton)
		switch {
		case ok && c.Name != f.name:
			r.problems = append(r.problems, fmt.Sprintf("%s is not let in: the name %s looks like %s, which is in use since %s: give the file another name",
				f.base, f.name, c.Name, c.Time.UTC().Format(time.DateOnly)))
		case !ok && by[f.skeleton].several:
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
	type rivals struct {
		name    text.Name
		several bool
	}
	by := make(map[string]*rivals, len(files))
	for _, f := range files {
		for _, k := range f.keys {
			if v, ok := by[k.fingerprint]; !ok {
				by[k.fingerprint] = &rivals{name: f.name}
			} else if v.name != f.name {
				v.several = true
			}
		}
	}
	for fp, v := range by {
		if v.several {
			v.name = firstOf(fp, files, claimed)
			r.problems = append(r.problems, shared(fp, files, v.name))
		}
	}
	for _, f := range files {
		for _, k := range f.keys {
			if by[k.fingerprint].name != f.name || r.keys[k.fingerprint] != nil {
				continue
			}
			r.admit(f, k)
		}
	}
}

// admit makes a key prove the name of its file.
func (r *roster) admit(f *file, k fileKey) {
	device := f.device
	if device.IsZero() {
		device = k.comment
	}
	p := &proof{name: f.name, file: f, key: k.key, shown: Key{
		Device: device, Fingerprint: k.fingerprint, Type: k.key.Type(), File: f.base, Added: f.state.info.ModTime(),
	}}
	r.keys[k.fingerprint] = p
	who := r.people[f.name.String()]
	if who == nil {
		who = &person{name: f.name}
		r.people[f.name.String()] = who
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
