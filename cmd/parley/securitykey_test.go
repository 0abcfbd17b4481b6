package main

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"
)

// application is what OpenSSH puts into security keys for ssh.
const application = "ssh:"

// securityKey stands in for a FIDO device, which a test cannot touch: it signs
// what such a device signs (PROTOCOL.u2f of OpenSSH).
type securityKey struct {
	public gossh.PublicKey
	sign   func(message []byte) []byte // the signature as it is in the blob
	flags  byte                        // 1: somebody touched the device
}

func (k *securityKey) PublicKey() gossh.PublicKey { return k.public }

func (k *securityKey) Sign(_ io.Reader, data []byte) (*gossh.Signature, error) {
	app, digest := sha256.Sum256([]byte(application)), sha256.Sum256(data)
	said := binary.BigEndian.AppendUint32([]byte{k.flags}, 7) // flags and counter
	message := append(append(append([]byte(nil), app[:]...), said...), digest[:]...)
	return &gossh.Signature{Format: k.public.Type(), Blob: k.sign(message), Rest: said}, nil
}

// newSecurityKeys makes one of each type.
func newSecurityKeys(t *testing.T) map[string]*securityKey {
	t.Helper()
	parse := func(wire any) gossh.PublicKey {
		key, err := gossh.ParsePublicKey(gossh.Marshal(wire))
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	edPub, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := ec.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return map[string]*securityKey{
		"ed25519": {
			public: parse(struct {
				Type        string
				Key         []byte
				Application string
			}{gossh.KeyAlgoSKED25519, edPub, application}),
			sign:  func(m []byte) []byte { return ed25519.Sign(ed, m) },
			flags: 1,
		},
		"ecdsa": {
			public: parse(struct {
				Type, Curve string
				Key         []byte
				Application string
			}{gossh.KeyAlgoSKECDSA256, "nistp256", point, application}),
			sign: func(m []byte) []byte {
				digest := sha256.Sum256(m)
				r, s, err := ecdsa.Sign(rand.Reader, ec, digest[:])
				if err != nil {
					t.Error(err)
				}
				return gossh.Marshal(struct{ R, S *big.Int }{r, s})
			},
			flags: 1,
		},
	}
}

// TestSecurityKeys lets in both types of FIDO keys, when they were touched.
func TestSecurityKeys(t *testing.T) {
	h := newHome(t, "")
	device := newSecurityKeys(t)
	for name, key := range device {
		file := filepath.Join(h.dir, "keys", name+".pub")
		if err := os.WriteFile(file, gossh.MarshalAuthorizedKey(key.public), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p := h.start()
	for name, key := range device {
		login := &gossh.ClientConfig{
			User: name, Auth: []gossh.AuthMethod{gossh.PublicKeys(key)},
			HostKeyCallback: gossh.InsecureIgnoreHostKey(), Timeout: patience,
		}
		out, err := command(dial(t, p, login), "whoami")
		if err != nil || !strings.HasPrefix(string(out), "you are "+name) || !strings.Contains(string(out), gossh.FingerprintSHA256(key.public)) {
			t.Errorf("%s: %q %v", name, out, err)
		}
		key.flags = 0
		if c, err := gossh.Dial("tcp", p.addrs["ssh.listen"], login); err == nil {
			c.Close()
			t.Errorf("%s: let in although nobody touched the key", name)
		}
	}
	p.stop()
}
