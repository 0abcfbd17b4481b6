package keys

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha512"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

// signAs makes what ssh-keygen -Y sign makes; algorithm is "" for the key's own.
func signAs(t testing.TB, by ssh.Signer, namespace, algorithm, message string) string {
	t.Helper()
	sum := sha512.Sum512([]byte(message))
	s := &sshsig{Version: 1, PublicKey: by.PublicKey().Marshal(), Namespace: namespace, Hash: "sha512"}
	data := append([]byte(signatureMagic), ssh.Marshal(signedData{s.Namespace, "", s.Hash, sum[:]})...)
	made, err := by.(ssh.AlgorithmSigner).SignWithAlgorithm(rand.Reader, data, algorithm)
	if err != nil {
		t.Fatal(err)
	}
	s.Signature = ssh.Marshal(*made)
	return armored(s)
}

// signerOf wraps a private key.
func signerOf(t testing.TB, key any, err error) ssh.Signer {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	s, err := ssh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSignatures(t *testing.T) {
	t.Parallel()
	w := owned(t, ByInvite)
	alice := name(t, "alice")
	ed := newSigner(t)
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ec := signerOf(t, ecKey, err)
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	rs := signerOf(t, rsaKey, err)
	for device, key := range map[string]ssh.Signer{"ed": ed, "ec": ec, "rs": rs} {
		if _, err := w.Add(t.Context(), alice, device, line(key.PublicKey())); err != nil {
			t.Fatal(err)
		}
	}
	who := Identity{Name: alice}
	const message = "deploy is green\n"
	for what, armor := range map[string]string{
		"ed25519": signAs(t, ed, "parley", "", message),
		"ecdsa":   signAs(t, ec, "parley", "", message),
		"rsa":     signAs(t, rs, "parley", ssh.KeyAlgoRSASHA512, message),
		"crlf":    strings.ReplaceAll(signAs(t, ed, "parley", "", message), "\n", "\r\n"),
	} {
		kept, err := w.VerifySignature(who, message, armor)
		if err != nil || kept != strings.ReplaceAll(armor, "\r", "") || SignatureKey(kept) == "" {
			t.Errorf("%s: %q, %v", what, kept, err)
		}
	}
	stranger := newSigner(t)
	for what, c := range map[string]struct{ message, armor, want string }{
		"another text":      {"deploy is red\n", signAs(t, ed, "parley", "", message), "not of this text"},
		"no newline":        {"deploy is green", signAs(t, ed, "parley", "", message), "not of this text"},
		"another namespace": {message, signAs(t, ed, "file", "", message), "-n parley"},
		"another key":       {message, signAs(t, stranger, "parley", "", message), "none of yours"},
		"sha-1":             {message, signAs(t, rs, "parley", ssh.KeyAlgoRSA, message), "cannot be read"},
		"cut short":         {message, signAs(t, ed, "parley", "", message)[:200], "cannot be read"},
		"nothing":           {message, "", "cannot be read"},
		"too long":          {message, strings.Repeat("A", maxSignature+1), "cannot be read"},
		"something behind":  {message, signAs(t, ed, "parley", "", message) + "and more", "cannot be read"},
		"a private key":     {message, "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n", "cannot be read"},
	} {
		if _, err := w.VerifySignature(who, c.message, c.armor); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", what, err, c.want)
		}
	}
	// Who comes with a certificate signs with the key that it is for.
	if _, err := w.VerifySignature(Identity{Name: alice, Fingerprint: fp(stranger.PublicKey())}, message, signAs(t, stranger, "parley", "", message)); err != nil {
		t.Errorf("the key of a certificate: %v", err)
	}
}

func TestCutSignature(t *testing.T) {
	t.Parallel()
	armor := signAs(t, newSigner(t), "parley", "", "hello\n")
	signed, got, err := CutSignature("hello\n" + armor)
	if err != nil || signed != "hello\n" || got != armor {
		t.Errorf("cut into %q and %q, %v", signed, got, err)
	}
	// Only the last signature is one: a text may quote another.
	if signed, _, err = CutSignature("see\n" + armor + armor); err != nil || signed != "see\n"+armor {
		t.Errorf("cut into %q, %v", signed, err)
	}
	for _, sent := range []string{"", "hello\n", "hello " + armor, armor} {
		if _, _, err := CutSignature(sent); err == nil {
			t.Errorf("%q has a signature", sent)
		}
	}
}

func FuzzSignature(f *testing.F) {
	f.Add("hello\n" + signAs(f, newSigner(f), "parley", "", "hello\n"))
	f.Add("x\n" + signatureBegin + "\nAAAA\n-----END SSH SIGNATURE-----\n")
	f.Fuzz(func(t *testing.T, sent string) {
		signed, armor, err := CutSignature(sent)
		if err != nil {
			return
		}
		if !strings.HasSuffix(signed, "\n") || signed+armor != sent {
			t.Fatalf("%q is not %q and %q", sent, signed, armor)
		}
		_, s, err := readSignature(armor)
		if err != nil {
			return
		}
		if _, again, err := readSignature(armored(s)); err != nil || string(again.Signature) != string(s.Signature) {
			t.Fatalf("what is kept of %q reads otherwise: %v", armor, err)
		}
	})
}
