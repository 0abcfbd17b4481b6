package web

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

const (
	// lookEvery is how often the files of a certificate are looked at, while there are handshakes: a renewed one is
	// in use so soon, and a handshake costs no look at the disk.
	lookEvery = 10 * time.Second
)

// TLSOptions say where certificates come from: two files, or an authority.
type TLSOptions struct {
	Cert, Key string   // files; "" where certificates are fetched
	Hosts     []string // for which certificates are fetched by ACME; none where there are files
	Email     string   // for the authority; "" for none
	Directory string   // of the authority
	Cache     string   // folder of what was fetched; made, for this user only, when it is missing
	Log       *slog.Logger
	Clock     func() time.Time // nil is time.Now
}

// TLS has the certificates of the HTTP face. Its methods may be called at once.
type TLS struct {
	TLSOptions
	config  *tls.Config
	manager *autocert.Manager // nil where there are files

	mu     sync.Mutex // a leaf; guards the rest
	cert   *tls.Certificate
	state  [2]fileState // of Cert and Key as cert was read
	looked time.Time
	failed string // why the files could not be read again, as it was logged
}

// fileState tells one version of a file from another.
type fileState struct {
	size int64
	time time.Time
}

// NewTLS reads the certificate, or gets ready to fetch some.
func NewTLS(o TLSOptions) (*TLS, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	t := &TLS{TLSOptions: o}
	if len(o.Hosts) > 0 {
		t.manager = &autocert.Manager{
			Prompt: autocert.AcceptTOS, Cache: autocert.DirCache(o.Cache), HostPolicy: autocert.HostWhitelist(o.Hosts...),
			Email: o.Email, Client: &acme.Client{DirectoryURL: o.Directory, UserAgent: "parley"},
		}
		t.config = t.manager.TLSConfig()
	} else {
		if err := t.read(); err != nil {
			return nil, fmt.Errorf("the certificate %s cannot be used: %w", o.Cert, err)
		}
		t.config = &tls.Config{GetCertificate: t.certificate, NextProtos: []string{"h2", "http/1.1"}}
	}
	t.config.MinVersion = tls.VersionTLS12
	return t, nil
}

// certificate is that of the files as they are, or were when they could be read last.
func (t *TLS) certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	t.mu.Lock()
	due := t.Clock().Sub(t.looked) >= lookEvery
	t.mu.Unlock()
	if due {
		t.Reload()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.cert, nil
}

// Reload reads the files again if they have changed. What cannot be used is in the log, and the certificate stays as it was:
// programs that renew write one file after the other.
func (t *TLS) Reload() {
	if t.manager != nil {
		return // which looks after what it has fetched
	}
	state, err := t.states()
	t.mu.Lock()
	t.looked = t.Clock()
	same := err == nil && state == t.state
	t.mu.Unlock()
	if same {
		return
	}
	if err == nil {
		err = t.read()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case err == nil:
		t.failed = ""
		t.Log.Info("the certificate was read again", "file", t.Cert)
	case err.Error() != t.failed:
		t.failed = err.Error()
		t.Log.Error("the certificate cannot be read again, the one from before stays in use", "file", t.Cert, "error", err)
	}
}

// states looks at the two files.
func (t *TLS) states() (s [2]fileState, err error) {
	for i, path := range []string{t.Cert, t.Key} {
		info, err := os.Stat(path)
		if err != nil {
			return s, err
		}
		s[i] = fileState{info.Size(), info.ModTime()}
	}
	return s, nil
}

// read reads the two files.
func (t *TLS) read() error {
	state, err := t.states() // first: what is written meanwhile is read again
	if err != nil {
		return err
	}
	cert, err := tls.LoadX509KeyPair(t.Cert, t.Key)
	if err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cert, t.state, t.looked = &cert, state, t.Clock()
	return nil
}

// fetch gets the certificates that are not in the cache, so that nobody's first visit waits for the authority. It returns when all were
// tried; one that failed is tried again when somebody comes.
func (t *TLS) fetch(ctx context.Context) {
	if t.manager == nil {
		return
	}
	for _, host := range t.Hosts {
		if ctx.Err() != nil {
			return
		}
		// As a browser of today asks, which takes ECDSA.
		hello := &tls.ClientHelloInfo{ServerName: host, SignatureSchemes: []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256}, SupportedCurves: []tls.CurveID{tls.CurveP256},
			CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}}
		cert, err := t.manager.GetCertificate(hello)
		if err != nil {
			t.Log.Error("no certificate could be fetched: port 443 of the host has to lead to web.listen", "host", host, "error", err)
			continue
		}
		t.Log.Info("there is a certificate", "host", host, "until", cert.Leaf.NotAfter)
	}
}
