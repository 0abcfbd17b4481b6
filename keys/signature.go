package keys

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/pem"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"parley/text"
)

// A signature of a message is what `ssh-keygen -Y sign -n parley` makes of a file: OpenSSH's PROTOCOL.sshsig, version 1.

const (
	// SignatureNamespace is the -n of a signature: one made for files or for git counts for nothing here.
	SignatureNamespace = "parley"

	signatureBegin = "-----BEGIN SSH SIGNATURE-----"
	signatureType  = "SSH SIGNATURE"
	signatureMagic = "SSHSIG"
	// maxSignature is the longest armored signature, in bytes: one of a 16,384 bit RSA key fits.
	maxSignature = 8 << 10
)

var (
	errNoSignature  = errors.New("there is no signature behind the text: send the file and what ssh-keygen -Y sign made of it, as /help signed shows")
	errSignature    = errors.New("the signature cannot be read: send what ssh-keygen -Y sign wrote as it is")
	errNotTheSigned = errors.New("the signature is not of this text: sign the very file that you send, which ends in a newline, and change nothing afterwards")
)

// CutSignature parts what somebody sends into the text that was signed, every byte of it, and the armored signature behind it.
func CutSignature(sent string) (signed, armor string, err error) {
	i := strings.LastIndex(sent, "\n"+signatureBegin)
	if i < 0 {
		return "", "", errNoSignature
	}
	return sent[:i+1], sent[i+1:], nil
}

// sshsig is the body of an armored signature, behind its magic.
type sshsig struct {
	Version   uint32
	PublicKey []byte
	Namespace string
	Reserved  string
	Hash      string
	Signature []byte
}

// signedData is what is signed, behind the magic.
type signedData struct {
	Namespace string
	Reserved  string
	Hash      string
	Sum       []byte
}

// VerifySignature checks that an armored signature of a text was made with a key that the identity has now, or has
// come with, in the namespace of this program. It returns the signature in the one form in which it is kept. Errors
// are sentences.
func (k *Keyring) VerifySignature(who Identity, signed, armor string) (kept string, err error) {
	key, sig, err := readSignature(armor)
	if err != nil {
		return "", err
	}
	fingerprint := ssh.FingerprintSHA256(key)
	if fingerprint != who.Fingerprint && !slices.ContainsFunc(k.Keys(who.Name), func(have Key) bool { return have.Fingerprint == fingerprint }) {
		return "", fmt.Errorf("the signature was made with the key %s, which is none of yours: /keys lists them", fingerprint)
	}
	if sig.Namespace != SignatureNamespace {
		return "", fmt.Errorf("the signature was made for %s: sign with ssh-keygen -Y sign -n %s", text.Quote(text.NewLine(sig.Namespace, maxComment).String()), SignatureNamespace)
	}
	if err := sig.verify(key, signed); err != nil {
		return "", err
	}
	return armored(sig), nil
}

// SignatureKey is the fingerprint of the key that made an armored signature; "" if it cannot be read.
func SignatureKey(armor string) string {
	key, _, err := readSignature(armor)
	if err != nil {
		return ""
	}
	return ssh.FingerprintSHA256(key)
}

func readSignature(armor string) (ssh.PublicKey, *sshsig, error) {
	if len(armor) > maxSignature {
		return nil, nil, errSignature
	}
	block, rest := pem.Decode([]byte(armor))
	if block == nil || block.Type != signatureType || len(block.Headers) > 0 || len(bytes.TrimSpace(rest)) > 0 {
		return nil, nil, errSignature
	}
	body, ok := bytes.CutPrefix(block.Bytes, []byte(signatureMagic))
	sig := &sshsig{}
	if !ok || ssh.Unmarshal(body, sig) != nil || sig.Version != 1 {
		return nil, nil, errSignature
	}
	key, err := ssh.ParsePublicKey(sig.PublicKey)
	if err != nil {
		return nil, nil, errSignature
	}
	if why := weakness(key); why != "" {
		return nil, nil, fmt.Errorf("the key of the signature is not taken: %s", why)
	}
	return key, sig, nil
}

func (s *sshsig) verify(key ssh.PublicKey, signed string) error {
	var h hash.Hash
	switch s.Hash {
	case "sha256":
		h = sha256.New()
	case "sha512":
		h = sha512.New()
	default:
		return errSignature
	}
	h.Write([]byte(signed))
	var made ssh.Signature
	if ssh.Unmarshal(s.Signature, &made) != nil {
		return errSignature
	}
	if made.Format == ssh.KeyAlgoRSA { // SHA-1; PROTOCOL.sshsig forbids it
		return errSignature
	}
	data := append([]byte(signatureMagic), ssh.Marshal(signedData{s.Namespace, s.Reserved, s.Hash, h.Sum(nil)})...)
	if key.Verify(data, &made) != nil {
		return errNotTheSigned
	}
	return nil
}

// armorWidth is how long the lines of ssh-keygen's armor are, in bytes.
const armorWidth = 70

// armored is a signature as ssh-keygen writes it, whatever its sender's line ends were.
func armored(s *sshsig) string {
	body := append([]byte(signatureMagic), ssh.Marshal(*s)...)
	lines := strings.Split(string(pem.EncodeToMemory(&pem.Block{Type: signatureType, Bytes: body})), "\n")
	joined := strings.Join(lines[1:len(lines)-2], "")
	var b strings.Builder
	b.WriteString(signatureBegin + "\n")
	for line := range slices.Chunk([]byte(joined), armorWidth) {
		b.Write(line)
		b.WriteByte('\n')
	}
	b.WriteString("-----END SSH SIGNATURE-----\n")
	return b.String()
}

// Signer is a line of ssh-keygen's file of allowed signers.
func Signer(name text.Name, public string) string {
	return name.String() + ` namespaces="` + SignatureNamespace + `" ` + public
}
