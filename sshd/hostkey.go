package sshd

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	gossh "golang.org/x/crypto/ssh"
)

// HostKeys reads the server's private keys. With create, a missing one is made, for this user
// only: an ECDSA key on P-256 where the file's name has "ecdsa" in it, an Ed25519 key otherwise.
func HostKeys(paths []string, create bool) ([]gossh.Signer, error) {
	var out []gossh.Signer
	for _, path := range paths {
		signer, err := readHostKey(path)
		if errors.Is(err, fs.ErrNotExist) && create {
			if err = createHostKey(path); err == nil {
				signer, err = readHostKey(path)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("the host key %s cannot be used: %w", path, err)
		}
		out = append(out, signer)
	}
	return out, nil
}

// Fingerprints are the host keys as OpenSSH shows them when it asks whether to go on:
// "SHA256:… (ED25519)".
func Fingerprints(signers []gossh.Signer) []string {
	out := make([]string, len(signers))
	for i, s := range signers {
		kind, _, _ := strings.Cut(strings.TrimPrefix(s.PublicKey().Type(), "ssh-"), "-")
		out[i] = gossh.FingerprintSHA256(s.PublicKey()) + " (" + strings.ToUpper(kind) + ")"
	}
	return out
}

func readHostKey(path string) (gossh.Signer, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("others may read it; run: chmod 600 %s", path)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	signer, err := gossh.ParsePrivateKey(raw)
	var locked *gossh.PassphraseMissingError
	if errors.As(err, &locked) {
		return nil, errors.New("it has a passphrase, which nobody is there to type; remove it with: ssh-keygen -p -f " + path)
	}
	if err != nil {
		return nil, err
	}
	if signer.PublicKey().Type() != gossh.KeyAlgoRSA {
		return signer, nil
	}
	if !strong(signer.PublicKey()) {
		return nil, fmt.Errorf("it is an RSA key of less than %d bits; make another with: ssh-keygen -t ed25519", minRSABits)
	}
	return withoutSHA1(signer)
}

// withoutSHA1 keeps an RSA host key from signing with SHA-1, which it does by default.
func withoutSHA1(signer gossh.Signer) (gossh.Signer, error) {
	s, ok := signer.(gossh.AlgorithmSigner)
	if !ok {
		return nil, errors.New("it cannot sign with SHA-2")
	}
	return gossh.NewSignerWithAlgorithms(s, []string{gossh.KeyAlgoRSASHA512, gossh.KeyAlgoRSASHA256})
}

// createHostKey makes a key file that is either complete or not there, and never replaces one.
func createHostKey(path string) error {
	var key crypto.PrivateKey
	var err error
	if strings.Contains(filepath.Base(path), "ecdsa") {
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	} else {
		_, key, err = ed25519.GenerateKey(rand.Reader)
	}
	if err != nil {
		return err
	}
	block, err := gossh.MarshalPrivateKey(key, "parley host key")
	if err != nil {
		return err
	}
	var encoded bytes.Buffer
	if err := pem.Encode(&encoded, block); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return writeOnce(path, encoded.Bytes())
}

// writeOnce writes a file for this user only. A link, unlike a rename, fails where a
// file has appeared meanwhile; then that one counts.
func writeOnce(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".host-key-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(content)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
