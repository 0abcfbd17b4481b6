package sshd

import (
	"cmp"
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"parley/keys"
	"parley/text"
)

const (
	minRSABits   = 2048
	maxAuthTries = 20 // an agent may hold many keys; each refused one is a try
)

// handshake is what is known of a login while it runs. Of it, only what keyVerified
// sets decides anything afterwards.
type handshake struct {
	asked   string   // the user name of the last step
	refused []string // fingerprints of the keys that were refused
	told    bool     // the client was shown how to come in
	waits   string   // fingerprint of a stranger's proven key that waits for what else the client has

	verified    gossh.PublicKey // as presented: maybe a certificate
	fingerprint string          // of the key itself
	user        string
	client      string
}

var (
	errRefused = errors.New("key refused")
	errKeyless = errors.New("no acceptable key was offered")
)

// algorithms are what the server negotiates: what OpenSSH, PuTTY, dropbear, paramiko,
// asyncssh, libssh and ssh2 of node can all do, without SHA-1, CBC, NIST curves in the
// key exchange, and classic Diffie-Hellman, of which a few requests a second burn a core.
func algorithms() gossh.Config {
	return gossh.Config{
		KeyExchanges: []string{
			gossh.KeyExchangeMLKEM768X25519,
			gossh.KeyExchangeCurve25519, // x/crypto adds curve25519-sha256@libssh.org
		},
		Ciphers: []string{
			gossh.CipherAES256GCM, gossh.CipherAES128GCM, gossh.CipherChaCha20Poly1305,
			gossh.CipherAES256CTR, gossh.CipherAES128CTR,
		},
		MACs: []string{gossh.HMACSHA256ETM, gossh.HMACSHA512ETM},
	}
}

// userKeyAlgorithms are the signatures that prove a user's key: no SHA-1, no DSA.
func userKeyAlgorithms() []string {
	return []string{
		gossh.KeyAlgoED25519, gossh.KeyAlgoSKED25519,
		gossh.KeyAlgoECDSA256, gossh.KeyAlgoECDSA384, gossh.KeyAlgoECDSA521, gossh.KeyAlgoSKECDSA256,
		gossh.KeyAlgoRSASHA256, gossh.KeyAlgoRSASHA512,
	}
}

// serverConfig makes the configuration of one connection; the library adds host keys and version.
func (s *Server) serverConfig(ctx ssh.Context) *gossh.ServerConfig {
	c := connOf(ctx)
	return &gossh.ServerConfig{
		Config:                      s.algorithms,
		PublicKeyAuthAlgorithms:     s.userKeys,
		MaxAuthTries:                maxAuthTries,
		PublicKeyCallback:           c.keyOffered,
		VerifiedPublicKeyCallback:   c.keyVerified,
		KeyboardInteractiveCallback: c.noKey,
		AuthLogCallback:             c.authLog,
	}
}

// keyOffered answers a key that is merely offered, nothing being proven yet. A client that
// offers a key again has been through all that it has.
func (c *conn) keyOffered(meta gossh.ConnMetadata, key gossh.PublicKey) (p *gossh.Permissions, err error) {
	defer c.server.recovered(c, "public key", func() { p, err = nil, errRefused })
	h, fp := &c.handshake, gossh.FingerprintSHA256(bare(key))
	h.asked = meta.User()
	if _, cert := key.(*gossh.Certificate); fp == h.waits && !cert {
		return nil, errRefused // go on to the next one
	}
	if !strong(key) || !c.server.opts.Keys.Acceptable(meta.User(), key, slices.Contains(h.refused, fp)) {
		h.refused = append(h.refused, fp) // at most maxAuthTries: a refusal is a try
		return nil, errRefused
	}
	p = &gossh.Permissions{}
	if cert, ok := key.(*gossh.Certificate); ok {
		p.CriticalOptions = cert.CriticalOptions // x/crypto enforces source-address from here
	}
	return p, nil
}

// strong refuses RSA keys that are too short, also inside a certificate.
func strong(key gossh.PublicKey) bool {
	k, ok := bare(key).(gossh.CryptoPublicKey)
	if !ok {
		return true // a security key: its algorithms have one strength
	}
	if r, ok := k.CryptoPublicKey().(*rsa.PublicKey); ok {
		return r.N.BitLen() >= minRSABits
	}
	return true
}

// keyVerified keeps the key whose signature was just verified: the only source of an identity. Where certificates let
// people in, a key that nobody knows is only a first step, because OpenSSH offers a certificate after its key: the client is
// asked for its other keys, and if none does better, keyboard-interactive without a question lets the stranger in.
func (c *conn) keyVerified(meta gossh.ConnMetadata, key gossh.PublicKey, p *gossh.Permissions, _ string) (out *gossh.Permissions, err error) {
	defer c.server.recovered(c, "public key", func() { out, err = nil, errRefused })
	h, fp := &c.handshake, gossh.FingerprintSHA256(bare(key))
	stranger := false
	if _, cert := key.(*gossh.Certificate); !cert && c.server.opts.Keys.Certifies() {
		_, who := c.server.opts.Keys.Identify(meta.User(), key, c.addr)
		stranger = errors.Is(who, keys.ErrStranger)
	}
	if stranger && h.waits != "" {
		return nil, errRefused // one is enough, and it keeps its place
	}
	h.verified, h.fingerprint = key, fp
	h.user, h.client = meta.User(), string(meta.ClientVersion())
	if stranger {
		h.waits = fp
		return nil, &gossh.PartialSuccessError{Next: gossh.ServerAuthCallbacks{
			PublicKeyCallback: c.keyOffered, KeyboardInteractiveCallback: c.strangerStays,
		}}
	}
	return p, nil
}

// strangerStays lets in the bearer of a key that was proven in this handshake and that nobody knows.
func (c *conn) strangerStays(_ gossh.ConnMetadata, ask gossh.KeyboardInteractiveChallenge) (p *gossh.Permissions, err error) {
	defer c.server.recovered(c, "keyboard-interactive", func() { p, err = nil, errKeyless })
	if h := &c.handshake; h.verified == nil || h.waits == "" || h.waits != h.fingerprint {
		return nil, errKeyless
	}
	if _, err := ask("", "", nil, nil); err != nil {
		return nil, err
	}
	return &gossh.Permissions{}, nil
}

// noKey is keyboard-interactive, which a client tries when it has no further keys. It never lets
// anybody in: it tells, once, why and what to do. OpenSSH does not offer its keys again after
// it has been through them (it disables the method), so a second chance within this connection is no use.
func (c *conn) noKey(meta gossh.ConnMetadata, ask gossh.KeyboardInteractiveChallenge) (p *gossh.Permissions, err error) {
	defer c.server.recovered(c, "keyboard-interactive", func() { p, err = nil, errKeyless })
	if h := &c.handshake; !h.told {
		h.told = true
		if _, err := ask("", c.server.refusal(meta.User(), len(h.refused) > 0), nil, nil); err != nil {
			return nil, err
		}
	}
	return nil, errKeyless
}

const (
	makeKey = "Make one with\n\n    ssh-keygen -t ed25519\n\nand connect again.\n"

	badKeys = "None of the keys that your ssh offered may enter here. Refused are keys that were revoked,\n" +
		"certificates that have expired or that an unknown authority signed, RSA keys of less than\n" +
		"2048 bits, and DSA keys. Another one will do. "

	badName = "None of the keys that your ssh offered is known here, and with the name that you asked for\n" +
		"you cannot come in as somebody new: %s.\n" +
		"Connect with another name:  ssh NAME@HOST\n" +
		"If that name is yours already, add this machine's key to it where you are known: /keys add\n"

	closed = "This server is closed: its owner adds people by hand. To be added, send the owner the .pub file\n" +
		"of your key, which for an ed25519 key is ~/.ssh/id_ed25519.pub.\n"
)

// refusal is what somebody is told who cannot get in.
func (s *Server) refusal(user string, offered bool) string {
	if !offered {
		return s.name() + " knows people by their SSH key, and your ssh offered none. There is no password. " + makeKey
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	var bad *keys.NameError
	_, err := s.opts.Keys.Available(ctx, user)
	switch {
	case errors.Is(err, keys.ErrClosed):
		return closed
	case errors.As(err, &bad):
		return fmt.Sprintf(badName, strings.TrimRight(text.NewLine(bad.Reason, 400).String(), "."))
	}
	return badKeys + makeKey
}

// authLog is called by x/crypto after each step; the one without error is the last.
func (c *conn) authLog(meta gossh.ConnMetadata, method string, err error) {
	defer c.server.recovered(c, "login", func() { c.kill("panic") })
	if err != nil || method != "publickey" && method != "keyboard-interactive" {
		return
	}
	c.opened()
	c.server.count.handshakesOK.Add(1)
	h := &c.handshake
	id, err := c.whose()
	switch {
	case err == nil:
		c.known(id)
	case errors.Is(err, keys.ErrStranger):
		c.stranger(strangerStay)
	default: // a session will tell them why
		c.stranger(min(strangerStay, cmp.Or(c.server.limits().HandshakeTimeout, strangerStay)))
	}
	what := "login"
	if err != nil && !errors.Is(err, keys.ErrStranger) {
		what = "login refused: " + err.Error()
	}
	c.log(slog.LevelInfo, what,
		slog.String("user", c.user().String()),
		slog.String("name", id.Name.String()),
		slog.String("fingerprint", h.fingerprint),
		slog.Bool("certificate", id.Certificate),
		slog.String("client", c.client().String()))
}

// identify says who the verified key belongs to, as of now, and puts them on the connection.
func (c *conn) identify() (keys.Identity, error) {
	id, err := c.whose()
	if err != nil {
		return keys.Identity{}, err
	}
	c.known(id)
	return id, nil
}

// whose says who the verified key belongs to. Errors: those of Keys.Identify, and an *Ending for who is barred, stranger or not.
func (c *conn) whose() (keys.Identity, error) {
	id, err := c.server.opts.Keys.Identify(c.handshake.user, c.handshake.verified, c.addr)
	if err != nil && !errors.Is(err, keys.ErrStranger) {
		return keys.Identity{}, err
	}
	if e := c.barred(id.Name); e != nil {
		return keys.Identity{}, e
	}
	return id, err
}

// barred says why the connection may not be here, nil if it may.
func (c *conn) barred(name text.Name) *Ending {
	fingerprint := ""
	if c.loggedIn.Load() {
		fingerprint = c.handshake.fingerprint
	}
	return c.server.opts.Barred(name, fingerprint, c.addr)
}
