package keys

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"parley/text"
)

// What who runs the server does to other people's keys.

// Enrol lets a key in as somebody, whatever the registration and the defcon level are: it gives an identity one more
// key, makes a new identity, or gives a name whose keys are all gone to a key again, role and all. Whether by may do
// so is the caller's to check. Errors: *NameError, ErrRevoked, ErrFolder, ErrStore, or a sentence about the key or the device.
func (k *Keyring) Enrol(ctx context.Context, by, name text.Name, device, line string) (Key, error) {
	key, err := oneKey(line)
	if err != nil {
		return Key{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, claimWait)
	defer cancel()
	k.changeMu.Lock()
	defer k.changeMu.Unlock()
	if len(k.Keys(name)) > 0 {
		return k.addDevice(by, name, device, key)
	}
	base, err := k.enrollable(name, device, key)
	if err != nil {
		return Key{}, err
	}
	if err := k.prepare(base, k.addedLine(by, key)); err != nil {
		return Key{}, k.fileFailed(base, err)
	}
	err = k.claimName(ctx, NameClaim{Name: name, Role: Member, Fingerprint: key.fingerprint, Time: k.clock(), Force: true})
	if taken := (*NameError)(nil); errors.As(err, &taken) {
		k.discard(base)
		return Key{}, err
	}
	if err != nil {
		k.discard(base)
		return Key{}, k.storeFailed("record a name", err)
	}
	if err := k.publish(base); errors.Is(err, fs.ErrExist) {
		k.discard(base)
		return Key{}, fmt.Errorf("there is a file %s already that lets nobody in: parley keys says why", base)
	} else if err != nil {
		return Key{}, k.fileFailed(base, err)
	}
	return k.added(base, name, key)
}

// enrollable names the file of a name's first key, or says why it cannot have one.
func (k *Keyring) enrollable(name text.Name, device string, key fileKey) (base string, err error) {
	if _, err := text.ParseName(name.String()); err != nil {
		return "", &NameError{Name: name.String(), Reason: err.Error()}
	}
	base = name.String() + suffix
	if device != "" {
		if device, err = deviceName(device, key); err != nil {
			return "", err
		}
		base = name.String() + "@" + device + suffix
	}
	if !isKeyFile(base) || len(unfinished(base)) > maxBase {
		return "", &NameError{Name: name.String(), Reason: "that name is too long for the name of a file: choose a shorter one"}
	}
	if err := k.unlikeOthers(name); err != nil {
		return "", err
	}
	return base, k.addable(name, key)
}

// Revoke takes a key from somebody else, the last one too, and returns its fingerprint; what is connected with it ends.
// Errors: ErrNoPerson, ErrOutranked, ErrLastOwner, ErrFolder, or a sentence.
func (k *Keyring) Revoke(ctx context.Context, by Role, name text.Name, fingerprint string) (string, error) {
	return k.remove(ctx, name, fingerprint, func(last bool) error {
		k.mu.RLock()
		role := k.role(name)
		k.mu.RUnlock()
		switch {
		case !by.Governs(role):
			return ErrOutranked
		case last && role == Owner && k.last(name):
			return ErrLastOwner
		}
		return nil
	})
}
