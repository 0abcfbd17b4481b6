package keys

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/crypto/ssh"

	"parley/text"
)

// Rename calls the device of one key of an identity by another name: its file becomes NAME@DEVICE.pub, and a file that
// holds other keys too gives its line up to a new one. asked is the beginning of a fingerprint, as Remove reads it, or the
// name that the device has now. What is connected with the key stays. Errors: ErrNoPerson, ErrFolder, or a sentence.
func (k *Keyring) Rename(ctx context.Context, name text.Name, asked, device string) (Key, error) {
	if err := ctx.Err(); err != nil {
		return Key{}, err
	}
	k.changeMu.Lock()
	defer k.changeMu.Unlock()
	have := k.Keys(name)
	if len(have) == 0 {
		return Key{}, ErrNoPerson
	}
	fp, err := pickDevice(have, asked)
	if err != nil {
		return Key{}, err
	}
	if device == "" {
		return Key{}, errors.New("say what the device is to be called")
	}
	device, err = deviceName(device, fileKey{})
	if err != nil {
		return Key{}, err
	}
	files := k.filesWith(name, fp)
	base := name.String() + "@" + device + suffix
	if len(unfinished(base)) > maxBase {
		return Key{}, errors.New("with that name it is too long for the name of a file: give a shorter device")
	}
	err = k.move(files, base, fp)
	if errors.Is(err, fs.ErrExist) {
		return Key{}, fmt.Errorf("there is a device called %s already: give another name", device)
	}
	if err != nil {
		return Key{}, k.fileFailed(base, err)
	}
	if _, err := k.refresh(append(files, base), false); err != nil {
		return Key{}, k.fileFailed(base, err)
	}
	for _, now := range k.Keys(name) {
		if now.Fingerprint == fp {
			return now, nil
		}
	}
	return Key{}, fmt.Errorf("the key is in %s now but is not let in: the server's log says why", base)
}

// pickDevice finds the one key that a person means by a device's name, or by a fingerprint.
func pickDevice(have []Key, asked string) (string, error) {
	for _, h := range have {
		if !h.Device.IsZero() && h.Device.String() == asked {
			return h.Fingerprint, nil
		}
	}
	return pick(have, asked)
}

// move puts the line of a key into a file of its own, which is not there yet (fs.ErrExist), and then takes it out of the others. At each moment one of
// them has it: whoever is connected with the key is not put out. changeMu is held.
func (k *Keyring) move(files []string, base, fingerprint string) error {
	root, err := os.OpenRoot(k.folder.dir)
	if err != nil {
		return err
	}
	defer root.Close()
	line, err := lineOf(root, files[0], fingerprint)
	if err != nil {
		return err
	}
	err = k.prepare(base, line)
	if err == nil {
		err = k.publish(base)
	}
	if err != nil {
		k.discard(base)
		return err
	}
	for _, old := range files {
		if err := k.cut(old, fingerprint); err != nil {
			return err
		}
	}
	return nil
}

// lineOf is the line of a key with what belongs to it: options, comment, and the comment lines right above it.
func lineOf(root *os.Root, base, fingerprint string) ([]byte, error) {
	data, _, err := readPlain(root, base, maxFile)
	if err != nil {
		return nil, err
	}
	var above strings.Builder
	for line := range strings.SplitAfterSeq(string(bytes.TrimPrefix(data, []byte(byteOrderMark))), "\n") {
		if key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(line)); err == nil && ssh.FingerprintSHA256(key) == fingerprint {
			return []byte(above.String() + strings.TrimSuffix(line, "\n") + "\n"), nil
		}
		if strings.HasPrefix(line, "#") {
			above.WriteString(line)
		} else {
			above.Reset()
		}
	}
	return nil, fmt.Errorf("%s does not have the key any more", base)
}
