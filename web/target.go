package web

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"parley/rooms"
)

// connectTime bounds how long a connection to a target may take to be made.
const connectTime = 5 * time.Second

// targets decides where hooks out may lead.
type targets struct {
	allow []string // hosts, and hosts with a port, in lower case, that may have any address
}

// allowed reports whether a host is allowed by name.
func (t targets) allowed(host, port string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return slices.Contains(t.allow, host) || slices.Contains(t.allow, "["+host+"]") || slices.Contains(t.allow, net.JoinHostPort(host, port))
}

// check refuses a URL that cannot be a target, as far as that is seen before it is looked up.
func (t targets) check(s string) error {
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || webAddress(s) == "":
		return errors.New("that is no web address: it begins with https:// or http://")
	case len(s) > rooms.MaxHookURL:
		return fmt.Errorf("the address has %d bytes, and a hook's has at most %d", len(s), rooms.MaxHookURL)
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	if addr, err := netip.ParseAddr(u.Hostname()); err == nil && !isPublic(addr) && !t.allowed(u.Hostname(), port) {
		return errPrivate
	}
	return nil
}

// errPrivate is what a target inside of a private network gets, whenever that is found out.
var errPrivate = errors.New("the address is not a public one: the operator can allow it by name in web.hooks_allow")

// dial connects to a target. A host that is not allowed by name is connected to only at a public address: that is asked
// of the address that the connection goes to, after the name was looked up, so a name that leads elsewhere at the second look leads nowhere.
func (t targets) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	d := net.Dialer{Timeout: connectTime}
	if !t.allowed(host, port) {
		d.Control = onlyPublic
	}
	return d.DialContext(ctx, network, address)
}

// onlyPublic refuses to connect to what is not a public address. It is called by the dialer with the address itself.
func onlyPublic(network, address string, _ syscall.RawConn) error {
	peer, err := netip.ParseAddrPort(address)
	if err != nil || network != "tcp4" && network != "tcp6" || !isPublic(peer.Addr()) {
		return errPrivate
	}
	return nil
}

// special are the networks of the IANA registries of special-purpose addresses that are not for the public, as far
// as they are not recognised otherwise: RFC 6890 and what was added to it.
var special = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
	"192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
	"198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
)

// global is where unicast addresses of IPv6 are given out, and nat64 the prefix by which IPv4 is reached from there (RFC 6052).
var (
	global = netip.MustParsePrefix("2000::/3")
	nat64  = netip.MustParsePrefix("64:ff9b::/96")
)

func prefixes(list ...string) (out []netip.Prefix) {
	for _, s := range list {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

// isPublic reports whether an address is one that everybody reaches: global unicast, and none that holds a private one
// in another form (IPv4 in IPv6, NAT64, 6to4, Teredo).
func isPublic(addr netip.Addr) bool {
	if !addr.IsValid() || addr.Zone() != "" {
		return false
	}
	addr = addr.Unmap()
	if nat64.Contains(addr) {
		b := addr.As16()
		addr = netip.AddrFrom4([4]byte(b[12:]))
	}
	if addr.Is6() && !global.Contains(addr) {
		return false
	}
	for _, p := range special {
		if p.Contains(addr) {
			return false
		}
	}
	return true
}
