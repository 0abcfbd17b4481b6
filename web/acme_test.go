package web

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/acme"
)

// authority is an ACME authority, RFC 8555, of which certificates for one host can be had by tls-alpn-01, RFC 8737. It does not
// check who signs its requests; it does check the host.
type authority struct {
	*httptest.Server
	t      testing.TB
	host   string
	target string // what the host's port 443 leads to
	roots  *x509.CertPool
	cert   *x509.Certificate
	key    *ecdsa.PrivateKey
	orders atomic.Int32

	mu      sync.Mutex // guards the rest
	account *ecdsa.PublicKey
	valid   bool   // the host was checked
	issued  []byte // PEM
}

const acmeToken = "token-of-the-challenge"

func newAuthority(t testing.TB, host string) *authority {
	t.Helper()
	a := &authority{t: t, host: host, roots: x509.NewCertPool()}
	a.key = newP256(t)
	root := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "an authority"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, root, root, &a.key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	a.roots.AddCert(a.cert)
	a.Server = httptest.NewServer(a)
	t.Cleanup(a.Close)
	return a
}

func newP256(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// ServeHTTP answers one request at a time, as the client sends them.
func (a *authority) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	w.Header().Set("Replay-Nonce", rand.Text())
	payload, err := a.read(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	order := map[string]any{
		"status": "pending", "identifiers": []any{map[string]string{"type": "dns", "value": a.host}},
		"authorizations": []string{a.URL + "/authorization"}, "finalize": a.URL + "/finalize",
	}
	challenge := map[string]any{"type": "tls-alpn-01", "url": a.URL + "/challenge", "token": acmeToken, "status": "pending"}
	status, answer := http.StatusOK, map[string]any{}
	switch r.URL.Path {
	case "/directory":
		for _, name := range []string{"newNonce", "newAccount", "newOrder", "revokeCert", "keyChange"} {
			answer[name] = a.URL + "/" + name
		}
	case "/newNonce":
	case "/newAccount":
		status = http.StatusCreated
		w.Header().Set("Location", a.URL+"/account")
		answer["status"] = "valid"
	case "/newOrder":
		a.orders.Add(1)
		status, answer = http.StatusCreated, order
		w.Header().Set("Location", a.URL+"/order")
	case "/authorization":
		answer = map[string]any{"status": "pending", "identifier": map[string]string{"type": "dns", "value": a.host}, "challenges": []any{challenge}}
		if a.valid {
			answer["status"] = "valid"
		}
	case "/challenge":
		answer = challenge
		if err := a.check(); err != nil {
			a.t.Errorf("the challenge is not met: %v", err)
		} else {
			a.valid = true
		}
	case "/order":
		answer = order
		if order["status"] = "ready"; a.issued != nil {
			order["status"], order["certificate"] = "valid", a.URL+"/certificate"
		}
		w.Header().Set("Location", a.URL+"/order")
	case "/finalize":
		if err := a.issue(payload); err != nil || !a.valid {
			a.t.Errorf("a certificate is wanted that cannot be issued: %v", err)
		}
		order["status"], order["certificate"] = "valid", a.URL+"/certificate"
		w.Header().Set("Location", a.URL+"/order")
		answer = order
	case "/certificate":
		w.Header().Set("Content-Type", "application/pem-certificate-chain")
		_, _ = w.Write(a.issued)
		return
	default:
		status = http.StatusNotFound
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer)
}

// read takes the payload out of a request, and notes the key of the account.
func (a *authority) read(r *http.Request) ([]byte, error) {
	if r.Method != http.MethodPost {
		return nil, nil
	}
	var message struct{ Protected, Payload string }
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(body, &message)
	}
	if err != nil {
		return nil, err
	}
	protected, err := base64.RawURLEncoding.DecodeString(message.Protected)
	var header struct{ JWK struct{ X, Y string } }
	if err == nil {
		err = json.Unmarshal(protected, &header)
	}
	if err == nil && header.JWK.X != "" {
		x, errX := base64.RawURLEncoding.DecodeString(header.JWK.X)
		y, errY := base64.RawURLEncoding.DecodeString(header.JWK.Y)
		a.account = &ecdsa.PublicKey{Curve: elliptic.P256(), X: new(big.Int).SetBytes(x), Y: new(big.Int).SetBytes(y)}
		err = errors.Join(errX, errY)
	}
	if err != nil {
		return nil, err
	}
	return base64.RawURLEncoding.DecodeString(message.Payload)
}

// idPeACME is the extension that proves control of a host, RFC 8737, 3.
var idPeACME = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 31}

// check connects to the host as RFC 8737 says.
func (a *authority) check() error {
	conn, err := tls.Dial("tcp", a.target, &tls.Config{ServerName: a.host, NextProtos: []string{acme.ALPNProto}, InsecureSkipVerify: true})
	if err != nil {
		return err
	}
	defer conn.Close()
	thumb, err := acme.JWKThumbprint(a.account)
	if err != nil {
		return err
	}
	proof := sha256.Sum256([]byte(acmeToken + "." + thumb))
	want, err := asn1.Marshal(proof[:])
	if err != nil {
		return err
	}
	shown := conn.ConnectionState().PeerCertificates[0]
	for _, e := range shown.Extensions {
		if e.Id.Equal(idPeACME) && string(e.Value) == string(want) && len(shown.DNSNames) == 1 && shown.DNSNames[0] == a.host {
			return nil
		}
	}
	return fmt.Errorf("%s shows a certificate for %v without the proof", a.target, shown.DNSNames)
}

// issue signs what a request for a certificate asks for.
func (a *authority) issue(payload []byte) error {
	var wanted struct{ CSR string }
	if err := json.Unmarshal(payload, &wanted); err != nil {
		return err
	}
	der, err := base64.RawURLEncoding.DecodeString(wanted.CSR)
	if err != nil {
		return err
	}
	request, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return err
	}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), DNSNames: request.DNSNames, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	signed, err := x509.CreateCertificate(rand.Reader, leaf, a.cert, request.PublicKey, a.key)
	if err != nil {
		return err
	}
	a.issued = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed})
	return nil
}
