package keys

import (
	"bytes"
	"crypto/rsa"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"parley/text"
)

const (
	// maxFile is the most that a key file may hold, in bytes: some 600 ed25519 keys.
	maxFile = 64 << 10
	// minRSA is the shortest RSA key let in, in bits (NIST SP 800-131A).
	minRSA = 2048
	// suffix ends the name of every key file.
	suffix = ".pub"
	// byteOrderMark is what some editors put before UTF-8.
	byteOrderMark = "\xef\xbb\xbf"
	// maxComment is how much of a key's comment is kept, in columns.
	maxComment = 40
)

// acceptedType reports whether keys of that type may log in. A type that x/crypto learns later is not let in by itself.
func acceptedType(t string) bool {
	switch t {
	case ssh.KeyAlgoED25519, ssh.KeyAlgoSKED25519, ssh.KeyAlgoSKECDSA256,
		ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521, ssh.KeyAlgoRSA:
		return true
	}
	return false
}

// weakness says why a plain key is not good enough to prove who somebody is, or "".
func weakness(key ssh.PublicKey) string {
	if _, ok := key.(*ssh.Certificate); ok {
		return "it is a certificate, not a key"
	}
	t := key.Type()
	if t == ssh.InsecureKeyAlgoDSA {
		return "DSA keys are too weak: make a new one with ssh-keygen -t ed25519"
	}
	if !acceptedType(t) {
		return fmt.Sprintf("keys of type %s are not known here: make one with ssh-keygen -t ed25519", text.Quote(t))
	}
	if t != ssh.KeyAlgoRSA {
		return ""
	}
	c, ok := key.(ssh.CryptoPublicKey)
	if !ok {
		return "its length cannot be read"
	}
	r, ok := c.CryptoPublicKey().(*rsa.PublicKey)
	if !ok || r.N.BitLen() < minRSA {
		return fmt.Sprintf("an RSA key needs at least %d bits: make a new one with ssh-keygen -t ed25519", minRSA)
	}
	return ""
}

// fileKey is one key as it stands in a file.
type fileKey struct {
	key         ssh.PublicKey
	kind        string // key.Type()
	fingerprint string
	comment     text.Line
	line        int // counted from 1
}

// contents is what a file of keys says.
type contents struct {
	keys     []fileKey
	problems []string // sentences, each with its line, about what was not taken
	// partial is set for a file that may not be written to its end yet: it is
	// empty, or its last line is broken and has no newline.
	partial bool
}

// parseKeys reads public keys, one a line, in the format of authorized_keys.
// Blank lines and lines that start with # are passed over; CRLF and a byte order mark are no matter.
// A line with options is refused as a whole, because this program does not
// honour them and a restricted key must not be let in without its restriction;
// only those named in honoured pass. path is for the sentences.
func parseKeys(path string, data []byte, honoured ...string) contents {
	var c contents
	if why := wrongKind(data); why != "" {
		return contents{problems: []string{fmt.Sprintf("%s: %s", path, why)}}
	}
	data = bytes.TrimPrefix(data, []byte(byteOrderMark))
	c.partial = len(bytes.TrimSpace(data)) == 0
	number := 0
	for rest := data; len(rest) > 0; {
		line, after, ended := bytes.Cut(rest, []byte("\n"))
		number++
		rest = after
		line = bytes.Trim(bytes.TrimSuffix(line, []byte("\r")), " \t")
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		k, why := parseLine(line, honoured)
		if why != "" {
			c.problems = append(c.problems, fmt.Sprintf("%s:%d: %s", path, number, why))
			c.partial = c.partial || !ended
			continue
		}
		k.line = number
		if !slices.ContainsFunc(c.keys, func(o fileKey) bool { return o.fingerprint == k.fingerprint }) {
			c.keys = append(c.keys, k)
		}
	}
	return c
}

// parseLine reads one line that holds a key; why is a sentence if it is not let in.
func parseLine(line []byte, honoured []string) (k fileKey, why string) {
	if line[0] == '@' {
		return k, "lines that start with @ belong into known_hosts: put only the key here"
	}
	key, comment, options, _, err := ssh.ParseAuthorizedKey(line)
	// Options that come out empty, a lone comma, would be dropped silently.
	if err != nil || len(options) == 0 && !bytes.HasPrefix(line, []byte(key.Type())) {
		return k, "this is not a public key: put the one line of the .pub file here"
	}
	for _, o := range options {
		name, _, _ := strings.Cut(o, "=")
		if slices.Contains(honoured, name) {
			continue
		}
		if name == "cert-authority" {
			return k, "a certificate authority is not a key to log in with: name its file in keys.trusted_ca"
		}
		return k, fmt.Sprintf("the option %s is not honoured here, so the key is not let in: remove the option", text.Quote(text.NewLine(name, maxComment).String()))
	}
	if _, ok := key.(*ssh.Certificate); ok {
		return k, "this is a certificate, not a key: put the key of its CA into the file that keys.trusted_ca names"
	}
	if why := weakness(key); why != "" {
		return k, why
	}
	return fileKey{key: key, kind: key.Type(), fingerprint: ssh.FingerprintSHA256(key), comment: text.NewLine(comment, maxComment)}, ""
}

// wrongKind recognises files that people take for public keys.
func wrongKind(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}), bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return "this file is UTF-16: save it as UTF-8"
	case bytes.Contains(data, []byte("PRIVATE KEY-----")), bytes.HasPrefix(data, []byte("PuTTY-User-Key-File")):
		return "this is a private key: put its .pub file here instead, and make a new pair if others could read this one"
	case bytes.Contains(data, []byte("---- BEGIN SSH2 PUBLIC KEY ----")):
		return "this key is in the SSH2 format: convert it with ssh-keygen -i -f"
	case bytes.IndexByte(data, 0) >= 0:
		return "this is not a text file: a key file has one public key a line"
	}
	return ""
}

// fileName splits the name of a key file, NAME.pub or NAME@DEVICE.pub.
func fileName(base string) (name text.Name, device text.Line, err error) {
	stem := strings.TrimSuffix(base, suffix)
	who, dev, has := strings.Cut(stem, "@")
	if name, err = text.ParseName(who); err != nil {
		return text.Name{}, text.Line{}, err
	}
	if has && dev == "" {
		return text.Name{}, text.Line{}, fmt.Errorf("there is no device after the @: call it %s%s", who, suffix)
	}
	return name, text.NewLine(dev, maxComment), nil
}

// isKeyFile reports whether a file of that name is meant to hold keys. Hidden files are not:
// editors and this program put unfinished ones there.
func isKeyFile(base string) bool {
	return strings.HasSuffix(base, suffix) && base[0] != '.'
}
