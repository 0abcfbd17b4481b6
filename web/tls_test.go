package web

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"parley/rooms"
)

// listen opens a port.
func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// serveTLS serves with certificates until the test ends.
func serveTLS(t *testing.T, certificates *TLS, l net.Listener) {
	t.Helper()
	o := newPlace(t, rooms.Limits{}).Server.Options
	o.TLS = certificates
	s := New(o)
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(context.Background(), l) }()
	t.Cleanup(func() {
		_ = s.Shutdown(context.Background())
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// fetchTLS asks for / over TLS and returns the certificate that was shown.
func fetchTLS(t *testing.T, address, host string, roots *x509.CertPool) (*x509.Certificate, *http.Response) {
	t.Helper()
	client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{
		ForceAttemptHTTP2: true,
		TLSClientConfig:   &tls.Config{RootCAs: roots, ServerName: host},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, address)
		},
	}}
	defer client.CloseIdleConnections()
	resp, err := client.Get("https://" + host + "/")
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.TLS.PeerCertificates[0], resp
}

// Certificates are fetched from an authority, which checks the host at the listener itself, and are there after a restart.
func TestCertificatesAreFetched(t *testing.T) {
	const host = "chat.example.test"
	a := newAuthority(t, host)
	cache := filepath.Join(t.TempDir(), "acme")
	fetching := func(directory string) *TLS {
		c, err := NewTLS(TLSOptions{Hosts: []string{host}, Email: "admin@example.test", Directory: directory, Cache: cache})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	l := listen(t)
	a.target = l.Addr().String()
	serveTLS(t, fetching(a.URL+"/directory"), l)
	cert, resp := fetchTLS(t, a.target, host, a.roots)
	if cert.VerifyHostname(host) != nil || resp.ProtoMajor != 2 {
		t.Errorf("the certificate is for %v, by %s", cert.DNSNames, resp.Proto)
	}
	if got := resp.Header.Get("Strict-Transport-Security"); got != "max-age=31536000" {
		t.Errorf("the browser is told %q of TLS", got)
	}
	a.Close() // the authority is out of reach at the next start
	l = listen(t)
	serveTLS(t, fetching("http://127.0.0.1:1/directory"), l)
	again, _ := fetchTLS(t, l.Addr().String(), host, a.roots)
	if !again.Equal(cert) || a.orders.Load() != 1 {
		t.Errorf("another certificate after a restart; %d were ordered", a.orders.Load())
	}
	if info, err := os.Stat(cache); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("others can look at what was fetched: %v %v", info, err)
	}
}

// A certificate that was renewed is in use without a restart, and half a renewal does no harm.
func TestCertificateFilesAreReadAgain(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	roots := x509.NewCertPool()
	write := func(serial int64, which string) {
		t.Helper()
		key := newP256(t)
		leaf := &x509.Certificate{SerialNumber: big.NewInt(serial), DNSNames: []string{"chat.example.test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
		der, err := x509.CreateCertificate(rand.Reader, leaf, leaf, &key.PublicKey, key)
		if err != nil {
			t.Fatal(err)
		}
		private, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
		roots.AppendCertsFromPEM(cert)
		for file, data := range map[string][]byte{certFile: cert, keyFile: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})} {
			if which != "" && file != which {
				continue
			}
			if err := os.WriteFile(file, data, 0o600); err != nil {
				t.Fatal(err)
			}
			at := time.Now().Add(time.Duration(serial) * time.Second) // the clock of a file system may be coarse
			if err := os.Chtimes(file, at, at); err != nil {
				t.Fatal(err)
			}
		}
	}
	write(1, "")
	now := &clock{t: time.Now()}
	certificates, err := NewTLS(TLSOptions{Cert: certFile, Key: keyFile, Clock: now.now})
	if err != nil {
		t.Fatal(err)
	}
	l := listen(t)
	serveTLS(t, certificates, l)
	address := l.Addr().String()
	want := func(serial int64, when string) {
		t.Helper()
		if cert, _ := fetchTLS(t, address, "chat.example.test", roots); cert.SerialNumber.Int64() != serial {
			t.Errorf("%s the certificate is number %v, want %d", when, cert.SerialNumber, serial)
		}
	}
	want(1, "at first")
	write(2, certFile) // and its key not yet
	now.move(lookEvery)
	want(1, "with half of a new one")
	write(3, "")
	want(1, "before the files are looked at")
	now.move(lookEvery)
	want(3, "with a new one")
	write(4, "")
	certificates.Reload()
	want(4, "after a reload")
	if _, err := NewTLS(TLSOptions{Cert: keyFile, Key: keyFile}); err == nil {
		t.Error("a key is taken for a certificate")
	}
}
