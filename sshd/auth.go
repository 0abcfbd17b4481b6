package sshd

import (
	"crypto/rsa"
	"errors"
	"log/slog"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"parley/keys"
	"parley/text"
)

const (
	minRSABits   = 2048
	maxAuthTries = 20 // an agent may hold many keys; each refused one is a try
)

// handshake is what is known of a login while it runs. Nothing in it but verified, fingerprint
// and user of the last step decides anything afterwards.
type handshake struct {
	refused     int  // keys that were refused
	second      bool // the client offers its keys a second time
	told        bool // the client was shown how to come in
	lastOffered string

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
		PublicKeyCallback:           c.firstPass,
		VerifiedPublicKeyCallback:   c.keyVerified,
		KeyboardInteractiveCallback: c.noKey,
		AuthLogCallback:             c.authLog,
	}
}

// firstPass answers a key that is offered, nothing being proven yet.
func (c *conn) firstPass(meta gossh.ConnMetadata, key gossh.PublicKey) (*gossh.Permissions, error) {
	return c.offered(meta, key, false)
}

// secondPass answers a client that had all its keys refused and offers them again.
func (c *conn) secondPass(meta gossh.ConnMetadata, key gossh.PublicKey) (*gossh.Permissions, error) {
	return c.offered(meta, key, true)
}

func (c *conn) offered(meta gossh.ConnMetadata, key gossh.PublicKey, second bool) (p *gossh.Permissions, err error) {
	defer c.server.recovered(c, "public key", func() { p, err = nil, errRefused })
	c.handshake.lastOffered = gossh.FingerprintSHA256(bare(key))
	if !strong(key) || !c.server.opts.Keys.Acceptable(meta.User(), key, second) {
		c.handshake.refused++
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

// keyVerified keeps the key whose signature was just verified: the only source of an identity.
func (c *conn) keyVerified(meta gossh.ConnMetadata, key gossh.PublicKey, p *gossh.Permissions, _ string) (*gossh.Permissions, error) {
	c.handshake.verified = key
	c.handshake.fingerprint = gossh.FingerprintSHA256(bare(key))
	c.handshake.user = meta.User()
	c.handshake.client = string(meta.ClientVersion())
	return p, nil
}

// noKey is keyboard-interactive, which a client tries when it has no further keys. It never lets
// anybody in. A client whose keys were all refused is asked for them once more, by a partial
// success after which OpenSSH starts over with its keys; a client without any is told how to make one.
func (c *conn) noKey(meta gossh.ConnMetadata, ask gossh.KeyboardInteractiveChallenge) (p *gossh.Permissions, err error) {
	defer c.server.recovered(c, "keyboard-interactive", func() { p, err = nil, errKeyless })
	h := &c.handshake
	if h.refused > 0 && !h.second {
		h.second = true
		return nil, &gossh.PartialSuccessError{Next: gossh.ServerAuthCallbacks{
			PublicKeyCallback:           c.secondPass,
			KeyboardInteractiveCallback: c.noKey,
		}}
	}
	if !h.told {
		h.told = true
		if _, err := ask("", c.server.keylessText(h.refused > 0), nil, nil); err != nil {
			return nil, err
		}
	}
	return nil, errKeyless
}

func (s *Server) keylessText(refused bool) string {
	if refused {
		return "None of the keys that your ssh offered may enter here. A key that is revoked, a certificate\n" +
			"that has expired or is of an unknown authority, RSA of less than 2048 bits and DSA are refused.\n" +
			"A new key is made by:\n\n    ssh-keygen -t ed25519\n\nThen connect again.\n"
	}
	return s.name() + " knows people by their SSH key, and your ssh offered none. Make one with\n\n" +
		"    ssh-keygen -t ed25519\n\nand connect again. There is no password.\n"
}

// authLog is called by x/crypto after each step; the one without error is the last.
func (c *conn) authLog(meta gossh.ConnMetadata, method string, err error) {
	defer c.server.recovered(c, "login", func() { c.kill("panic") })
	if err != nil || method != "publickey" {
		return
	}
	c.opened()
	c.server.count.handshakesOK.Add(1)
	h := &c.handshake
	id, err := c.server.opts.Keys.Identify(h.user, h.verified, c.addr)
	if err == nil {
		c.known(id)
	} else {
		c.stranger()
	}
	c.log(slog.LevelInfo, "login",
		slog.String("user", text.Quote(c.user().String())),
		slog.String("name", id.Name.String()),
		slog.String("fingerprint", h.fingerprint),
		slog.Bool("certificate", id.Certificate),
		slog.String("client", text.Quote(c.client().String())))
}

// identify says who the verified key belongs to, as of now.
func (c *conn) identify() (keys.Identity, error) {
	id, err := c.server.opts.Keys.Identify(c.handshake.user, c.handshake.verified, c.addr)
	if err != nil {
		return keys.Identity{}, err
	}
	c.known(id)
	return id, nil
}
