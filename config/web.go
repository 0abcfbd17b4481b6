package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// PublicURL is how the listener is reached from outside, without a slash at its end; "" where it is off.
func (w *Web) PublicURL() string {
	if w.URL != "" || w.Listen == "" {
		return w.URL
	}
	return w.ownURL()
}

// checkWeb puts the URL and the hosts of web.hooks_allow into the form in which they are used.
func (k *checker) checkWeb(w *Web) error {
	if w.URL != "" {
		if err := k.checkURL(w); err != nil {
			return err
		}
	}
	if err := k.checkTLS(&w.TLS); err != nil {
		return err
	}
	for i, host := range w.HooksAllow {
		name, port := host, ""
		if h, p, err := net.SplitHostPort(host); err == nil && strings.Trim(p, "0123456789") == "" {
			name, port = h, p
		}
		name = strings.Trim(name, "[]")
		if _, err := netip.ParseAddr(name); err != nil && !isHostName(name) {
			return k.errorf(fmt.Sprintf("web.hooks_allow[%d]", i), `%s is neither a host nor a host with a port; write one such as ci.internal, 10.0.0.7:8080 or [::1]:9000`, quote(host))
		}
		if n, err := strconv.ParseUint(port, 10, 16); port != "" && (err != nil || n == 0) {
			return k.errorf(fmt.Sprintf("web.hooks_allow[%d]", i), "%s is not a port; write a number from 1 to 65535", quote(port))
		}
		w.HooksAllow[i] = strings.ToLower(host)
	}
	return nil
}

func (k *checker) checkURL(w *Web) error {
	u, err := url.Parse(w.URL)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return k.errorf("web.url", "%s is not a web address; write one such as https://chat.example.org", quote(w.URL))
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return k.errorf("web.url", "only scheme, host and path are wanted; write one such as https://chat.example.org/parley")
	}
	for _, r := range w.URL {
		if r <= ' ' || r > '~' {
			return k.errorf("web.url", "the character %U cannot stand in a web address; write it as a browser's address line copies it", r)
		}
	}
	w.URL = strings.TrimRight(w.URL, "/")
	return nil
}
