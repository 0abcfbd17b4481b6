package keys

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/crypto/ssh"
)

// ErrFolder is the answer when a key file cannot be written; the log says why.
var ErrFolder = errors.New("the server cannot write the key into its folder right now: try again in a moment, or tell the server's owner")

// maxBase is the longest name of a file, in bytes, that common file systems take.
const maxBase = 255

// unfinished names the hidden file that a claim is prepared in.
func unfinished(base string) string { return "." + base + ".claim" }

// keyLine is a key file with one key, and a line above it that says how it came to be.
func keyLine(key ssh.PublicKey, comment, note string) []byte {
	line := strings.TrimSuffix(string(ssh.MarshalAuthorizedKey(key)), "\n")
	if comment != "" {
		line += " " + comment
	}
	return fmt.Appendf(nil, "# %s\n%s\n", note, line)
}

// prepare writes a key file under its hidden name and makes it durable. changeMu is held.
func (k *Keyring) prepare(base string, data []byte) error {
	root, err := os.OpenRoot(k.folder.dir)
	if err != nil {
		return err
	}
	defer root.Close()
	return writeNew(root, unfinished(base), data)
}

// writeNew writes a file that replaces a left-over of the same name, and makes it durable.
func writeNew(root *os.Root, base string, data []byte) error {
	if err := root.Remove(base); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := root.OpenFile(base, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		root.Remove(base)
	}
	return err
}

// publish gives a prepared file its name, which no file has yet (fs.ErrExist), and makes that durable. changeMu is held.
func (k *Keyring) publish(base string) error {
	root, err := os.OpenRoot(k.folder.dir)
	if err != nil {
		return err
	}
	defer root.Close()
	if err := root.Link(unfinished(base), base); err != nil {
		return err
	}
	return errors.Join(root.Remove(unfinished(base)), syncDir(root))
}

// discard drops a prepared file. A left-over that cannot be dropped is dropped by the next start.
func (k *Keyring) discard(base string) {
	if root, err := os.OpenRoot(k.folder.dir); err == nil {
		root.Remove(unfinished(base))
		root.Close()
	}
}

// syncDir makes the names in a folder durable.
func syncDir(root *os.Root) error {
	d, err := root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// fileFailed logs why a file could not be written and returns the sentence for the person who waits for it.
func (k *Keyring) fileFailed(base string, err error) error {
	k.log.Error("a key file could not be written", "file", base, "err", err)
	return ErrFolder
}

// finishClaims finishes the claims that a crash interrupted after the ledger had recorded them, and drops those that it had not.
func (k *Keyring) finishClaims() error {
	root, err := os.OpenRoot(k.folder.dir)
	if err != nil {
		return fmt.Errorf("the folder of keys cannot be read: %w", err)
	}
	defer root.Close()
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return fmt.Errorf("the folder of keys cannot be listed: %w", err)
	}
	for _, e := range entries {
		base, ok := strings.CutSuffix(strings.TrimPrefix(e.Name(), "."), ".claim")
		if !ok || e.Name() != unfinished(base) || !isKeyFile(base) {
			continue
		}
		if !k.decided(root, base) {
			k.discard(base)
			continue
		}
		if err := k.publish(base); err != nil {
			k.discard(base)
			k.log.Error("a claim that was interrupted could not be finished", "file", base, "err", err)
		}
	}
	return nil
}

// decided reports whether the ledger gave the name of a prepared file to the key in it.
func (k *Keyring) decided(root *os.Root, base string) bool {
	name, _, err := fileName(base)
	if err != nil {
		return false
	}
	data, _, err := readPlain(root, unfinished(base), maxFile)
	if err != nil {
		return false
	}
	c := parseKeys(base, data)
	claim, ok := k.claimOf(name.Skeleton())
	return ok && len(c.keys) == 1 && claim.Name == name && claim.Fingerprint == c.keys[0].fingerprint
}
