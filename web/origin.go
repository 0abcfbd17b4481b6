package web

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// policy is what the page may load and do: its own script and style, pictures of its own, and requests to where it comes from. There
// is no script in any document, and no text becomes HTML: trusted types refuse that.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'; report-uri /csp"

// permissions are what no page of this server asks for.
const permissions = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), midi=(), display-capture=()"

// newOrigins checks that requests which change something come from the server's own pages.
func newOrigins(public string) *http.CrossOriginProtection {
	p := http.NewCrossOriginProtection()
	if u, err := url.Parse(public); err == nil && u.Host != "" {
		_ = p.AddTrustedOrigin(strings.ToLower(u.Scheme + "://" + u.Host)) // a form that cannot be one is trusted by nobody
	}
	return p
}

// sameOrigin reports whether a request, whatever its method, was made by a page of this server, or by a program that is
// no browser: a browser says where from, by Sec-Fetch-Site or by Origin. It is for what changes something and for WebSockets,
// which any page may open.
func (s *Server) sameOrigin(r *http.Request) bool {
	changes := *r
	changes.Method = http.MethodPost
	return s.origins.Check(&changes) == nil
}

// guarded reports whether requests with a path have to come from here: all but those that programs elsewhere send, and reports, which
// change nothing.
func guarded(path string) bool { return !strings.HasPrefix(path, "/hook/") && path != "/csp" }

// safe reports whether a method changes nothing.
func safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// peer is the other end of the connection.
func peer(r *http.Request) netip.Addr {
	p, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return p.Addr().Unmap().WithZone("")
}

// proxied reports whether a request came through a proxy that is believed.
func (s *Server) proxied(r *http.Request) bool {
	return r.Header.Get("X-Forwarded-For") != "" && s.proxy(peer(r))
}

// secure reports whether the browser has sent a request over TLS: to this server, or to a proxy that is believed.
func (s *Server) secure(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	said := strings.Split(r.Header.Get("X-Forwarded-Proto"), ",")
	return strings.EqualFold(strings.TrimSpace(said[len(said)-1]), "https") && s.proxy(peer(r))
}
