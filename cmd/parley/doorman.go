package main

import (
	"context"
	"fmt"
	"net/netip"

	"golang.org/x/crypto/ssh"

	"parley/keys"
	"parley/rooms"
	"parley/text"
)

// doorman is the keyring as the SSH face uses it; it tells the owners who are
// here that somebody has knocked.
type doorman struct {
	*keys.Keyring
	rooms *rooms.Manager
}

func (d doorman) Knock(ctx context.Context, name string, key ssh.PublicKey, from netip.Addr) (<-chan struct{}, error) {
	answered, err := d.Keyring.Knock(ctx, name, key, from)
	if err != nil {
		return nil, err
	}
	line := text.NewLine(fmt.Sprintf("%s has knocked, with key %s: /approve %s or /deny %s", name, ssh.FingerprintSHA256(key), name, name), 300)
	for _, n := range d.Names() {
		if id, ok := d.Lookup(n); ok && id.Role == keys.Owner {
			d.rooms.Notify(n, line, nil)
		}
	}
	return answered, nil
}
