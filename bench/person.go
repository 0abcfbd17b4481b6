package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	gossh "golang.org/x/crypto/ssh"

	"parley/rooms"
	"parley/text"
)

// person is somebody with a name and a key.
type person struct {
	name    string
	key     gossh.Signer
	private ed25519.PrivateKey
}

func nameOf(i int) string { return fmt.Sprintf("user%05d", i) }

func newPerson(i int) (*person, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	key, err := gossh.NewSignerFromKey(private)
	return &person{name: nameOf(i), key: key, private: private}, err
}

// admit writes the key files that let people into Parley.
func admit(dir string, people []*person) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	for _, p := range people {
		if err := os.WriteFile(filepath.Join(dir, p.name+".pub"), gossh.MarshalAuthorizedKey(p.key.PublicKey()), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// identityFile writes the private key as ssh -i wants it.
func (p *person) identityFile(path string) error {
	block, err := gossh.MarshalPrivateKey(p.private, p.name)
	if err != nil {
		return err
	}
	return os.WriteFile(path, pem.EncodeToMemory(block), 0o600)
}

// populate makes the room with n members.
func populate(ctx context.Context, m *rooms.Manager, n int) ([]rooms.Actor, rooms.ID, error) {
	name, err := text.ParseRoomName("#general")
	if err != nil {
		return nil, 0, err
	}
	people := make([]rooms.Actor, n)
	for i := range people {
		if people[i].Name, err = text.ParseName(nameOf(i)); err != nil {
			return nil, 0, err
		}
	}
	r, err := m.Create(ctx, people[0], rooms.Room{Name: name, Kind: rooms.Public})
	if err != nil {
		return nil, 0, err
	}
	const atOnce = 256
	errs := make([]error, atOnce)
	var wg sync.WaitGroup
	for w := range atOnce {
		wg.Go(func() {
			for i := 1 + w; i < n && errs[w] == nil; i += atOnce {
				_, errs[w] = m.Join(ctx, people[i], r.ID)
			}
		})
	}
	wg.Wait()
	return people, r.ID, firstOf(errs...)
}
