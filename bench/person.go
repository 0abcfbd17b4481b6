package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"

	gossh "golang.org/x/crypto/ssh"
)

// person is somebody with a name and a key.
type person struct {
	name    string
	key     gossh.Signer
	private ed25519.PrivateKey
}

func newPerson(i int) (*person, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	key, err := gossh.NewSignerFromKey(private)
	return &person{name: fmt.Sprintf("user%05d", i), key: key, private: private}, err
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
