package keys

import (
	"bytes"
	"crypto/dsa"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"math/big"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

// public makes an ssh key of any public key that crypto has.
func public(t testing.TB, key any) ssh.PublicKey {
	t.Helper()
	k, err := ssh.NewPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func rsaKey(t testing.TB, bits int) ssh.PublicKey {
	t.Helper()
	// Nobody signs with it, so any odd number of the length will do.
	n := new(big.Int).Lsh(big.NewInt(1), uint(bits-1))
	return public(t, &rsa.PublicKey{N: n.SetBit(n, 0, 1), E: 65537})
}

func ecdsaKey(t testing.TB, c elliptic.Curve) ssh.PublicKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(c, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return public(t, &k.PublicKey)
}

// dsaKey is a DSA key of the one size that ssh knows, made of numbers that only look right.
func dsaKey(t testing.TB) ssh.PublicKey {
	t.Helper()
	n := func(bits uint) *big.Int { return new(big.Int).SetBit(new(big.Int).Lsh(big.NewInt(1), bits-1), 0, 1) }
	return public(t, &dsa.PublicKey{Parameters: dsa.Parameters{P: n(1024), Q: n(160), G: big.NewInt(2)}, Y: big.NewInt(4)})
}

// skKey makes the wire form of a security key's ed25519 key.
func skKey(t testing.TB) ssh.PublicKey {
	t.Helper()
	raw := struct{ Type, Key, Application string }{ssh.KeyAlgoSKED25519, strings.Repeat("k", 32), "ssh:"}
	k, err := ssh.ParsePublicKey(ssh.Marshal(raw))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func skECDSAKey(t testing.TB) ssh.PublicKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := k.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	raw := struct{ Type, Curve, Key, Application string }{ssh.KeyAlgoSKECDSA256, "nistp256", string(point), "ssh:"}
	sk, err := ssh.ParsePublicKey(ssh.Marshal(raw))
	if err != nil {
		t.Fatal(err)
	}
	return sk
}

func TestKeyTypes(t *testing.T) {
	for _, c := range []struct {
		name string
		key  ssh.PublicKey
		why  string // "" is let in
	}{
		{"ed25519", newKey(t), ""},
		{"ecdsa 256", ecdsaKey(t, elliptic.P256()), ""},
		{"ecdsa 384", ecdsaKey(t, elliptic.P384()), ""},
		{"ecdsa 521", ecdsaKey(t, elliptic.P521()), ""},
		{"rsa 2048", rsaKey(t, 2048), ""},
		{"rsa 4096", rsaKey(t, 4096), ""},
		{"sk ed25519", skKey(t), ""},
		{"sk ecdsa", skECDSAKey(t), ""},
		{"rsa 2047", rsaKey(t, 2047), "at least 2048 bits"},
		{"rsa 1024", rsaKey(t, 1024), "at least 2048 bits"},
		{"dsa", dsaKey(t), "DSA keys are too weak"},
		{"a certificate", certificate(t, newSigner(t), newKey(t), nil), "certificate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := parseKeys("alice.pub", []byte(line(c.key)))
			if c.why == "" {
				if len(got.keys) != 1 || got.keys[0].fingerprint != fp(c.key) || len(got.problems) != 0 {
					t.Errorf("got %d keys, problems %q", len(got.keys), got.problems)
				}
				return
			}
			if len(got.keys) != 0 || len(got.problems) != 1 || !strings.Contains(got.problems[0], "alice.pub:1: ") || !strings.Contains(got.problems[0], c.why) {
				t.Errorf("got %d keys, problems %q, want %q", len(got.keys), got.problems, c.why)
			}
		})
	}
}

func TestKeyLines(t *testing.T) {
	a, b := strings.TrimSuffix(line(newKey(t)), "\n"), strings.TrimSuffix(line(newKey(t)), "\n")
	for _, c := range []struct {
		name, content string
		keys          []string
		why           []string // one for each problem
	}{
		{"two lines", a + "\n" + b + "\n", []string{a, b}, nil},
		{"no newline at the end", a, []string{a}, nil},
		{"comments and blank lines", "# " + b + "\n\n \t\n" + a + " alice@laptop\n#\n", []string{a}, nil},
		{"CRLF", a + "\r\n" + b + "\r\n", []string{a, b}, nil},
		{"byte order mark", "\ufeff" + a + "\n", []string{a}, nil},
		{"leading blanks", " \t" + a, []string{a}, nil},
		{"a comment in Latin-1", a + " andr\xe9\n", []string{a}, nil},
		{"the same key twice", a + "\n" + a + " again\n", []string{a}, nil},
		{"an option", "restrict " + a + "\n" + b, []string{b}, []string{`f.pub:1: the option "restrict"`}},
		{"options with quotes", `command="echo a b",no-pty ` + a, nil, []string{`the option "command"`}},
		{"from", `from="10.0.0.0/8" ` + a, nil, []string{`the option "from"`}},
		{"expiry-time", `expiry-time="20200101" ` + a, nil, []string{`the option "expiry-time"`}},
		{"no-touch-required", `no-touch-required ` + a, nil, []string{`the option "no-touch-required"`}},
		{"an option after a tab", "restrict\t" + a, nil, []string{`the option "restrict"`}},
		{"cert-authority", "cert-authority " + a, nil, []string{"keys.trusted_ca"}},
		{"@cert-authority", "@cert-authority * " + a, nil, []string{"known_hosts"}},
		{"@revoked", "@revoked * " + a, nil, []string{"known_hosts"}},
		{"an empty option", ", " + a, nil, []string{"not a public key"}},
		{"junk between keys", a + "\nhello there\n" + b, []string{a, b}, []string{"f.pub:2: this is not a public key"}},
		{"a cut line", a[:50], nil, []string{"not a public key"}},
		{"the wrong type in front", strings.Replace(a, "ssh-ed25519", "ssh-rsa", 1), nil, []string{"not a public key"}},
		{"a control character in an option", "\x1b]0;x\a " + a, nil, []string{"not honoured"}},
		{"private key", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n", nil, []string{"private key"}},
		{"PuTTY's private key", "PuTTY-User-Key-File-3: ssh-ed25519\n", nil, []string{"private key"}},
		{"SSH2 format", "---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n", nil, []string{"ssh-keygen -i"}},
		{"UTF-16", "\xff\xfes\x00s\x00h\x00", nil, []string{"UTF-16"}},
		{"binary", a + "\n\x00", nil, []string{"not a text file"}},
		{"nothing", "", nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := parseKeys("f.pub", []byte(c.content))
			var keys []string
			for _, k := range got.keys {
				keys = append(keys, authorizedLine(k.key))
			}
			if !slices.Equal(keys, c.keys) {
				t.Errorf("keys %q, want %q", keys, c.keys)
			}
			if len(got.problems) != len(c.why) {
				t.Fatalf("problems %q, want %q", got.problems, c.why)
			}
			for i, p := range got.problems {
				if !strings.Contains(p, c.why[i]) {
					t.Errorf("problem %q, want %q", p, c.why[i])
				}
				if strings.ContainsAny(p, "\x1b\a\n") {
					t.Errorf("problem %q has control characters", p)
				}
			}
		})
	}
}

func TestFileNames(t *testing.T) {
	for _, c := range []struct{ base, name, device string }{
		{"alice.pub", "alice", ""},
		{"Alice.pub", "alice", ""},
		{"alice@laptop.pub", "alice", "laptop"},
		{"alice@work@home.pub", "alice", "work@home"},
		{"alice@.pub", "", ""},
		{"@laptop.pub", "", ""},
		{"a b.pub", "", ""},
		{"guest-7.pub", "", ""},
	} {
		n, d, err := fileName(c.base)
		if n.String() != c.name || d.String() != c.device || (err == nil) != (c.name != "") {
			t.Errorf("%s is %q at %q, %v; want %q at %q", c.base, n, d, err, c.name, c.device)
		}
	}
}

// FuzzParseFile: whatever a file holds, each key that it lets in stands
// on a line of its own without options and is strong enough, and each sentence is safe to print.
func FuzzParseFile(f *testing.F) {
	a := line(newKey(f))
	for _, s := range []string{
		a, "\ufeff" + a, "restrict " + a, `command="a b" ` + a, "# c\r\n" + a + " comment\r\n", a[:30], a + a, ", " + a,
		"cert-authority " + a, "@revoked * " + a, line(rsaKey(f, 1024)), line(certificate(f, newSigner(f), newKey(f), nil)),
		line(skKey(f)), "\"\\\" " + a, "\r" + a, a + "\x00", "---- BEGIN SSH2 PUBLIC KEY ----", strings.ReplaceAll(a, " ", "\t"),
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got := parseKeys("f.pub", data)
		for _, k := range got.keys {
			if why := weakness(k.key); why != "" {
				t.Errorf("a weak key is let in: %s", why)
			}
			raw := bytes.Split(data, []byte("\n"))[k.line-1]
			raw = bytes.TrimPrefix(raw, []byte(byteOrderMark))
			key, _, options, _, err := ssh.ParseAuthorizedKey(raw)
			if err != nil || len(options) > 0 || ssh.FingerprintSHA256(key) != k.fingerprint {
				t.Errorf("line %d, %q, lets in %s with options %q: %v", k.line, raw, k.fingerprint, options, err)
			}
			if strings.ContainsAny(k.comment.String(), "\x1b\n\r\a") {
				t.Errorf("comment %q", k.comment)
			}
		}
		for _, p := range got.problems {
			if strings.ContainsAny(p, "\x1b\n\r\a\x00") {
				t.Errorf("problem %q", p)
			}
		}
	})
}
