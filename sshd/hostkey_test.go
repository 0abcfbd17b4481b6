package sshd

import (
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"
)

func TestHostKeysAreMadeOnceAndForThisUserOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	paths := []string{filepath.Join(dir, "ssh_host_ed25519_key"), filepath.Join(dir, "ssh_host_ecdsa_key")}
	if _, err := HostKeys(paths, false); err == nil {
		t.Error("keys that are not there were read")
	}
	first, err := HostKeys(paths, true)
	if err != nil {
		t.Fatal(err)
	}
	for i, kind := range []string{gossh.KeyAlgoED25519, gossh.KeyAlgoECDSA256} {
		if got := first[i].PublicKey().Type(); got != kind {
			t.Errorf("%s is a %s", paths[i], got)
		}
		info, err := os.Stat(paths[i])
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", paths[i], info.Mode(), err)
		}
	}
	second, err := HostKeys(paths, true)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := Fingerprints(first), Fingerprints(second); a[0] != b[0] || a[1] != b[1] {
		t.Errorf("the keys changed from %v to %v", a, b)
	}
	if got := Fingerprints(first); !strings.HasPrefix(got[0], "SHA256:") || !strings.HasSuffix(got[0], " (ED25519)") || !strings.HasSuffix(got[1], " (ECDSA)") {
		t.Errorf("fingerprints %v", got)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 2 {
		t.Errorf("the folder holds %v, %v", left, err)
	}
}

func TestBadHostKeysAreNamed(t *testing.T) {
	write := func(name string, key any, mode os.FileMode) string {
		path := filepath.Join(t.TempDir(), name)
		raw := []byte("nonsense")
		if key != nil {
			block, err := gossh.MarshalPrivateKey(key, "")
			if err != nil {
				t.Fatal(err)
			}
			raw = pem.EncodeToMemory(block)
		}
		if err := os.WriteFile(path, raw, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	locked, err := gossh.MarshalPrivateKeyWithPassphrase(newPrivateKey(t, "ed25519"), "", []byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	lockedPath := filepath.Join(t.TempDir(), "locked")
	if err := os.WriteFile(lockedPath, pem.EncodeToMemory(locked), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ path, want string }{
		{write("open", newPrivateKey(t, "ed25519"), 0o644), "chmod 600"},
		{write("short", newPrivateKey(t, "rsa1024"), 0o600), "less than 2048 bits"},
		{write("nonsense", nil, 0o600), "cannot be used"},
		{lockedPath, "ssh-keygen -p"},
	} {
		if _, err := HostKeys([]string{test.path}, true); err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), test.path) {
			t.Errorf("%s: %v", test.path, err)
		}
	}
}

func TestRSAHostKeyDoesNotSignWithSHA1(t *testing.T) {
	signer, err := withoutSHA1(newSigner(t, "rsa"))
	if err != nil {
		t.Fatal(err)
	}
	p := startPlace(t, func(o *Options) { o.HostKeys = []gossh.Signer{signer} })
	key := p.member("alice")
	for algorithm, want := range map[string]bool{gossh.KeyAlgoRSA: false, gossh.KeyAlgoRSASHA256: true, gossh.KeyAlgoRSASHA512: true} {
		cfg := clientConfig("alice", gossh.PublicKeys(key))
		cfg.HostKeyAlgorithms = []string{algorithm}
		c, err := gossh.Dial("tcp", p.addr, cfg)
		if (err == nil) != want {
			t.Errorf("%s: %v", algorithm, err)
		}
		if err == nil {
			c.Close()
		}
	}
}
