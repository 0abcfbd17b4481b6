package keys

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"parley/text"
)

const (
	// maxKeys is how many keys one identity may have through Add.
	maxKeys = 64
	// prefixLen is how much of a fingerprint names a key at least, after SHA256:.
	prefixLen = 6
	// maxDevice is the longest name of a device in a file's name, in bytes.
	maxDevice = 40
)

// Key is one key of an identity.
type Key struct {
	Device      text.Line
	Fingerprint string
	Type        string    // ssh-ed25519 …
	File        string    // the name of its file in the folder
	Added       time.Time // when that file changed last
	Public      string    // the key as authorized_keys has it, without a comment
}

// Add gives an identity one more key, as NAME@DEVICE.pub. The key must not be anybody's. device may
// be empty: then the key's comment or its fingerprint names it. line is the one line of a
// .pub file. Errors: ErrNoPerson, ErrRevoked, ErrFolder, or a sentence about the key or the device.
func (k *Keyring) Add(ctx context.Context, name text.Name, device string, line string) (Key, error) {
	key, err := oneKey(line)
	if err != nil {
		return Key{}, err
	}
	if err := ctx.Err(); err != nil {
		return Key{}, err
	}
	k.changeMu.Lock()
	defer k.changeMu.Unlock()
	k.mu.RLock()
	known := k.known(name)
	k.mu.RUnlock()
	if !known {
		return Key{}, ErrNoPerson
	}
	return k.addDevice(name, name, device, key)
}

// oneKey reads the line of a .pub file.
func oneKey(line string) (fileKey, error) {
	c := parseKeys("the key", []byte(line))
	if len(c.problems) > 0 {
		_, why, _ := strings.Cut(c.problems[0], ": ")
		return fileKey{}, fmt.Errorf("this key cannot be added: %s", why)
	}
	if len(c.keys) != 1 {
		return fileKey{}, errors.New("give one public key: the line in your .pub file")
	}
	return c.keys[0], nil
}

// addDevice writes NAME@DEVICE.pub. changeMu is held.
func (k *Keyring) addDevice(by, name text.Name, device string, key fileKey) (Key, error) {
	if err := k.addable(name, key); err != nil {
		return Key{}, err
	}
	device, err := deviceName(device, key)
	if err != nil {
		return Key{}, err
	}
	base := name.String() + "@" + device + suffix
	if len(unfinished(base)) > maxBase {
		return Key{}, errors.New("with that name it is too long for the name of a file: give a shorter device")
	}
	err = k.prepare(base, k.addedLine(by, key))
	if err == nil {
		err = k.publish(base)
	}
	if errors.Is(err, fs.ErrExist) {
		k.discard(base)
		return Key{}, fmt.Errorf("there is a device called %s already: give another name", device)
	}
	if err != nil {
		return Key{}, k.fileFailed(base, err)
	}
	return k.added(base, name, key)
}

// addedLine is the content of a file that by adds.
func (k *Keyring) addedLine(by text.Name, key fileKey) []byte {
	return keyLine(key.key, key.comment.String(), fmt.Sprintf("added by %s %s", by, k.clock().UTC().Format(time.RFC3339)))
}

// added puts a new file in force and returns its key.
func (k *Keyring) added(base string, name text.Name, key fileKey) (Key, error) {
	if _, err := k.refresh([]string{base}, false); err != nil {
		k.log.Error("the folder of keys was not read after a key was added", "err", err)
	}
	for _, have := range k.Keys(name) {
		if have.Fingerprint == key.fingerprint {
			return have, nil
		}
	}
	return Key{}, fmt.Errorf("the key was written to %s but is not let in: the server's log says why", base)
}

// addable says why a key cannot be added to an identity.
func (k *Keyring) addable(name text.Name, key fileKey) error {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if k.trust.denied.key(key.fingerprint) {
		return ErrRevoked
	}
	if p := k.roster.keys[key.fingerprint]; p != nil {
		if p.name == name {
			return fmt.Errorf("that key is one of %s's already", name)
		}
		return errors.New("that key is somebody else's: make a new one with ssh-keygen -t ed25519")
	}
	if _, there := k.roster.idle[key.fingerprint]; there {
		return errBadlyPlaced
	}
	if who := k.roster.people[name.String()]; who != nil && len(who.proofs) >= maxKeys {
		return fmt.Errorf("%s has %d keys: remove one first", name, maxKeys)
	}
	return nil
}

// deviceName is a device as it may stand in a file's name: letters, digits, '-', '_' and '.'.
func deviceName(asked string, key fileKey) (string, error) {
	if asked == "" {
		asked = strings.Map(fileSafe, key.comment.String())
		asked = strings.Trim(asked[:min(len(asked), maxDevice)], "-.")
		if asked == "" {
			asked = strings.Trim(strings.Map(fileSafe, key.fingerprint[len("SHA256:"):][:8]), "-.")
		}
		return asked, nil
	}
	if len(asked) > maxDevice || strings.Map(fileSafe, asked) != asked || strings.Trim(asked, "-.") == "" {
		return "", fmt.Errorf("a device's name has at most %d letters, digits, '-', '_' and '.': choose another name", maxDevice)
	}
	return asked, nil
}

// fileSafe replaces what does not belong into a file's name.
func fileSafe(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
		return r
	}
	return '-'
}

// Remove takes a key from an identity, by fingerprint (or an unambiguous prefix of at least 6 characters after SHA256:).
// The last key cannot be removed. Errors: ErrNoPerson, ErrFolder, or a sentence.
func (k *Keyring) Remove(ctx context.Context, name text.Name, fingerprint string) error {
	_, err := k.remove(ctx, name, fingerprint, func(last bool) error {
		if last {
			return errors.New("that is your last key, and without it you could not come back: add another one first")
		}
		return nil
	})
	return err
}

// remove takes a key away unless refuse, which is told whether it is the last one, has an objection. It returns the key's fingerprint.
func (k *Keyring) remove(ctx context.Context, name text.Name, fingerprint string, refuse func(last bool) error) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	k.changeMu.Lock()
	defer k.changeMu.Unlock()
	have := k.Keys(name)
	if len(have) == 0 {
		return "", ErrNoPerson
	}
	fp, err := pick(have, fingerprint)
	if err == nil {
		err = refuse(len(have) == 1)
	}
	if err != nil {
		return "", err
	}
	files := k.filesWith(name, fp)
	for _, base := range files {
		if err := k.cut(base, fp); err != nil {
			return "", k.fileFailed(base, err)
		}
	}
	if _, err := k.refresh(files, false); err != nil {
		return "", k.fileFailed(strings.Join(files, " "), err)
	}
	return fp, nil
}

// Find returns the fingerprint of the one key of an identity that a person means by the beginning of it, as Remove reads
// it. Errors: ErrNoPerson, or a sentence.
func (k *Keyring) Find(name text.Name, fingerprint string) (string, error) {
	have := k.Keys(name)
	if len(have) == 0 {
		return "", ErrNoPerson
	}
	return pick(have, fingerprint)
}

// pick finds the one key that a person means.
func pick(have []Key, asked string) (string, error) {
	const algorithm = "SHA256:"
	asked = strings.TrimPrefix(asked, algorithm)
	if len(asked) < prefixLen {
		return "", fmt.Errorf("name the key by at least %d characters of its fingerprint after SHA256:", prefixLen)
	}
	var found []string
	for _, h := range have {
		if strings.HasPrefix(h.Fingerprint, algorithm+asked) {
			found = append(found, h.Fingerprint)
		}
	}
	switch len(found) {
	case 0:
		return "", errors.New("none of these keys has that fingerprint: /keys lists them")
	case 1:
		return found[0], nil
	}
	return "", errors.New("several of these keys start like that: give more of the fingerprint")
}

// filesWith names the files of an identity that have a key.
func (k *Keyring) filesWith(name text.Name, fingerprint string) []string {
	k.filesMu.Lock()
	defer k.filesMu.Unlock()
	var out []string
	for base, f := range k.folder.files {
		if f.name == name && slices.ContainsFunc(f.keys, func(x fileKey) bool { return x.fingerprint == fingerprint }) {
			out = append(out, base)
		}
	}
	return out
}

// cut takes one key out of a file, and the file away with its last one. All other lines stay as they are.
func (k *Keyring) cut(base, fingerprint string) error {
	root, err := os.OpenRoot(k.folder.dir)
	if err != nil {
		return err
	}
	defer root.Close()
	data, _, err := readPlain(root, base, maxFile)
	if err != nil {
		return err
	}
	data = bytes.TrimPrefix(data, []byte(byteOrderMark))
	c := parseKeys(base, data)
	if !slices.ContainsFunc(c.keys, func(x fileKey) bool { return x.fingerprint != fingerprint }) && len(c.problems) == 0 {
		return errors.Join(root.Remove(base), syncDir(root))
	}
	var kept strings.Builder
	for line := range strings.SplitAfterSeq(string(data), "\n") {
		if key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(line)); err == nil && ssh.FingerprintSHA256(key) == fingerprint {
			continue
		}
		kept.WriteString(line)
	}
	if err := writeNew(root, unfinished(base), []byte(kept.String())); err != nil {
		return err
	}
	return errors.Join(root.Rename(unfinished(base), base), syncDir(root))
}
