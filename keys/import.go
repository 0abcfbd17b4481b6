package keys

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"parley/text"
)

// Import is keys from elsewhere that shall prove a name, and what would become of them. Nothing is written before Keep.
type Import struct {
	Name  text.Name
	New   bool        // nobody of that name is here yet
	File  string      // where the keys go, in the folder
	Keys  []Candidate // in the order of their source
	Lines []string    // of the source that are no key, each a sentence with its line

	source string
	fresh  []fileKey
}

// Candidate is one key of an Import.
type Candidate struct {
	Type        string
	Fingerprint string
	Comment     text.Line
	Why         string // why it is not added, a sentence; "" if it is
}

// maxImports bounds how many files of keys from the same place one name has.
const maxImports = 20

// PlanImport looks at data, public keys one a line, and tells what Keep would do. source is where they come from, for a
// line above them; device names their file if the name has one already. Errors are sentences: a name that looks like
// somebody else's, data without a key.
func (k *Keyring) PlanImport(name text.Name, device, source string, data []byte) (*Import, error) {
	if len(data) > maxFile {
		return nil, fmt.Errorf("%s is longer than %d KiB, so it is no file of keys", source, maxFile>>10)
	}
	k.mu.RLock()
	other, held := k.roster.held[name.Skeleton()]
	known := k.known(name)
	k.mu.RUnlock()
	if held && other != name {
		return nil, fmt.Errorf("%s looks like %s, who is here already: give another name with --as", name, other)
	}
	c := parseKeys(source, data)
	p := &Import{Name: name, New: !known, Lines: c.problems, source: source}
	if len(c.keys) == 0 && len(c.problems) == 0 {
		return nil, fmt.Errorf("%s has no key in it", source)
	}
	for _, one := range c.keys {
		cand := Candidate{Type: one.kind, Fingerprint: one.fingerprint, Comment: one.comment}
		if err := k.addable(name, one); err != nil {
			cand.Why = err.Error()
		} else {
			p.fresh = append(p.fresh, one)
		}
		p.Keys = append(p.Keys, cand)
	}
	var err error
	p.File, err = k.importFile(name, device)
	return p, err
}

// importFile is the first name of a file that is free.
func (k *Keyring) importFile(name text.Name, device string) (string, error) {
	k.filesMu.Lock()
	defer k.filesMu.Unlock()
	base := name.String() + suffix
	for n := 1; n <= maxImports; n++ {
		if _, there := k.folder.files[base]; !there {
			return base, nil
		}
		base = name.String() + "@" + device + suffix
		if n > 1 {
			base = name.String() + "@" + device + "-" + strconv.Itoa(n) + suffix
		}
	}
	return "", fmt.Errorf("%s has %d files of keys from there: put them into one", name, maxImports)
}

// Fresh is how many keys Keep would add.
func (p *Import) Fresh() int { return len(p.fresh) }

// Keep writes the keys of an import that are not there yet into a file of the folder, whole or not at all. A server
// that watches the folder lets them in at once. Errors: ErrFolder, or a sentence.
func (k *Keyring) Keep(ctx context.Context, p *Import) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(p.fresh) == 0 {
		return errors.New("there is no key to add")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# from %s %s\n", text.NewLine(p.source, 200), k.clock().UTC().Format(time.RFC3339))
	for _, one := range p.fresh {
		b.WriteString(strings.TrimSuffix(string(ssh.MarshalAuthorizedKey(one.key)), "\n"))
		if !one.comment.IsZero() {
			b.WriteString(" " + one.comment.String())
		}
		b.WriteString("\n")
	}
	k.changeMu.Lock()
	defer k.changeMu.Unlock()
	err := k.prepare(p.File, []byte(b.String()))
	if err == nil {
		err = k.publish(p.File)
	}
	if errors.Is(err, fs.ErrExist) {
		k.discard(p.File)
		return fmt.Errorf("a file %s has come into the folder meanwhile: try again", p.File)
	}
	if err != nil {
		return k.fileFailed(p.File, err)
	}
	return nil
}
