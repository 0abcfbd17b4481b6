package config

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
)

// letsEncrypt is where certificates come from unless another directory is named: letsencrypt.org/docs/acme-protocol-updates.
const letsEncrypt = "https://acme-v02.api.letsencrypt.org/directory"

// TLS brings certificates to the web listener: by two files, or from an authority by ACME. Without either, the listener speaks plain HTTP.
type TLS struct {
	Cert string `yaml:"cert" apply:"restart"` // file of the certificate and those above it, PEM, absolute after Load; "" is off
	Key  string `yaml:"key" apply:"restart"`  // file of its private key, absolute after Load
	// ACME lists the hosts for which certificates are fetched, in lower case after Load; none is off.
	ACME      []string `yaml:"acme" apply:"restart"`
	Email     string   `yaml:"email" apply:"restart"`     // to which the authority writes; "" for none
	Directory string   `yaml:"directory" apply:"restart"` // of the authority, https
}

// On reports whether the listener speaks TLS.
func (t *TLS) On() bool { return t.Cert != "" || len(t.ACME) > 0 }

// ACMEPath returns the folder in which certificates that were fetched are kept.
func (c *Config) ACMEPath() string { return filepath.Join(c.Data, "acme") }

// checkTLS checks that there is one source of certificates at most, and that it is one.
func (k *checker) checkTLS(t *TLS) error {
	switch {
	case t.Cert != "" && t.Key == "":
		return k.errorf("web.tls.cert", "the key of this certificate is missing; name its file in web.tls.key")
	case t.Key != "" && t.Cert == "":
		return k.errorf("web.tls.key", "the certificate of this key is missing; name its file in web.tls.cert")
	case t.Cert != "" && len(t.ACME) > 0:
		return k.errorf(k.later("web.tls.cert", "web.tls.acme"), "certificates come from files or from ACME; remove one of the two")
	}
	if t.Cert != "" {
		if _, err := tls.LoadX509KeyPair(t.Cert, t.Key); err != nil {
			return k.errorf("web.tls.cert", "certificate and key cannot be used (%w); name a certificate and its own key, both in PEM", rootCause(err))
		}
	}
	for i, host := range t.ACME {
		if _, err := netip.ParseAddr(host); err == nil || !isHostName(host) || !strings.Contains(strings.Trim(host, "."), ".") {
			return k.errorf(fmt.Sprintf("web.tls.acme[%d]", i), `no certificate can be fetched for %s; write the full name of a host, such as chat.example.org`, quote(host))
		}
		t.ACME[i] = strings.ToLower(strings.TrimSuffix(host, "."))
	}
	if t.Email != "" && (!strings.Contains(t.Email, "@") || strings.ContainsAny(t.Email, " ,;<>\"\t\n")) {
		return k.errorf("web.tls.email", "%s is not a mail address; write one such as admin@example.org", quote(t.Email))
	}
	u, err := url.Parse(t.Directory)
	if err != nil || u.Hostname() == "" || u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())) {
		return k.errorf("web.tls.directory", "%s is not the https address of an ACME directory; write one such as %s", quote(t.Directory), letsEncrypt)
	}
	return nil
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

// ownURL is how the listener is reached where no URL is given: by the host of its certificate, or from its own machine.
func (w *Web) ownURL() string {
	host, port, err := net.SplitHostPort(w.Listen)
	if err != nil {
		return "" // checkListeners lets no such address through
	}
	if addr, err := netip.ParseAddr(host); err == nil && addr.IsUnspecified() {
		host = "localhost"
	}
	if len(w.TLS.ACME) > 0 {
		return "https://" + w.TLS.ACME[0] // the authority asks at port 443, so that is where people come in
	}
	if w.TLS.On() {
		if port == "443" {
			return "https://" + strings.TrimSuffix(net.JoinHostPort(host, ""), ":")
		}
		return "https://" + net.JoinHostPort(host, port)
	}
	return "http://" + net.JoinHostPort(host, port)
}
