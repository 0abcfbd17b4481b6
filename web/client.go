package web

import (
	"net/http"
	"net/netip"
	"strings"
)

// client is the address that a request comes from: what the connection says, or, where that is a proxy that is
// believed, the last address of X-Forwarded-For that is none. What stands before that one was written by whoever sent
// it. The zero address, which is in no prefix, where a proxy says nothing that can be read.
func (s *Server) client(r *http.Request) netip.Addr {
	from := peer(r)
	if !s.proxy(from) {
		return from
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop := strings.TrimSpace(hops[i])
		if hop == "" {
			continue
		}
		addr, ok := hopAddr(hop)
		if !ok {
			return netip.Addr{}
		}
		if from = addr; !s.proxy(from) {
			break
		}
	}
	return from
}

// hopAddr reads an address of X-Forwarded-For; some proxies add the port.
func hopAddr(hop string) (netip.Addr, bool) {
	if addr, err := netip.ParseAddr(strings.Trim(hop, "[]")); err == nil {
		return addr.Unmap().WithZone(""), true
	}
	if peer, err := netip.ParseAddrPort(hop); err == nil {
		return peer.Addr().Unmap().WithZone(""), true
	}
	return netip.Addr{}, false
}

func (s *Server) proxy(addr netip.Addr) bool {
	for _, p := range s.Proxies {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}
