package text

import (
	"net/netip"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// maxLink is the most bytes of a URL that becomes a link; terminals refuse targets over 2083.
const maxLink = 2000

// Link is where a message leads.
type Link struct {
	URL   string // http, https or mailto: printable ASCII, its host in punycode
	Shown string // what a reader sees of it: as it was written, or URL where the host is not ASCII
}

// MaxLinks is the most links that Links gives.
const MaxLinks = 50

// Links is the distinct links of b in their order. There are none in code.
func Links(b Body) []Link {
	if strings.IndexByte(b.s, ':') < 0 {
		return nil
	}
	var links []Link
	for _, s := range Parse(b) {
		if s.Kind == URL && !slices.ContainsFunc(links, func(l Link) bool { return l.URL == s.URL }) {
			if links = append(links, Link{s.URL, s.Shown()}); len(links) == MaxLinks {
				break
			}
		}
	}
	return links
}

// link reads a URL, whose scheme of so many bytes stands before pos and its colon at pos. What starts like one and
// is none is plain up to its end, so that a body is read once.
func (p *parser) link(scheme int, mail bool) {
	colon := p.pos
	p.pos -= scheme
	rest := p.s[p.pos:]
	n := urlLen(rest)
	s := Span{Kind: URL, Text: rest[:n]}
	ok := n > scheme+1
	switch {
	case !ok:
	case mail:
		s.URL, ok = s.Text, isAddress(s.Text[scheme+1:])
	default:
		var foreign bool
		if s.URL, foreign, ok = target(s.Text, scheme+len("://")); foreign {
			s.shown = s.URL
		}
	}
	if !ok || n > maxLink || len(s.URL) > maxLink {
		p.pos = max(p.pos+n, colon+1)
		return
	}
	p.add(s)
}

// urlLen is the length of the URL at the beginning of s: up to a space or a quote, without the
// punctuation at its end and without a closing bracket that the URL does not open.
func urlLen(s string) int {
	n := strings.IndexFunc(s, func(r rune) bool {
		return r <= ' ' || unicode.Is(unicode.Z, r) || isDirection(r) || strings.ContainsRune("<>\"`\\|^{}“”‘’«»‹›「」『』【】《》（）、。，！？；：", r)
	})
	if n < 0 {
		n = len(s)
	}
	opened, closed := [2]int{}, [2]int{}
	for i := range n {
		if k := strings.IndexByte("([", s[i]); k >= 0 {
			opened[k]++
		} else if k := strings.IndexByte(")]", s[i]); k >= 0 {
			closed[k]++
		}
	}
	for n > 0 {
		k := strings.IndexByte(")]", s[n-1])
		switch {
		case k >= 0 && closed[k] > opened[k]:
			closed[k]--
		case strings.IndexByte(".,;:!?'*_~", s[n-1]) >= 0:
		default:
			return n
		}
		n--
	}
	return n
}

// target is the URL that u, with a scheme of length scheme, leads to: the host in punycode, other
// characters that are not ASCII in percent signs. foreign reports that the host of u is not ASCII.
func target(u string, scheme int) (t string, foreign, ok bool) {
	end := len(u)
	if i := strings.IndexAny(u[scheme:], "/?#"); i >= 0 {
		end = scheme + i
	}
	host, port := u[scheme:end], ""
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		host, port = host[:i], host[i:]
		if len(port) < 2 || len(port) > 6 || strings.Trim(port[1:], "0123456789") != "" {
			return "", false, false
		}
	}
	ascii, ok := asciiHost(host)
	if !ok {
		return "", false, false
	}
	return u[:scheme] + ascii + port + escape(u[end:]), ascii != host, true
}

// asciiHost is host as a browser would look it up. A host in ASCII stays as it is written.
func asciiHost(host string) (string, bool) {
	if strings.HasPrefix(host, "[") {
		a, err := netip.ParseAddr(strings.TrimSuffix(host[1:], "]"))
		return host, err == nil && a.Is6() && a.Zone() == ""
	}
	out := host
	if strings.ContainsFunc(host, func(r rune) bool { return r >= utf8.RuneSelf }) {
		var err error
		if out, err = idna.Lookup.ToASCII(host); err != nil {
			return "", false
		}
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(out, "."), ".") {
		if label == "" || len(label) > 63 || strings.ContainsFunc(label, func(r rune) bool {
			return !(r < utf8.RuneSelf && (isWordRune(r) || r == '-' || r == '_'))
		}) {
			return "", false
		}
	}
	return out, len(out) <= 253
}

// escape puts percent signs before the bytes that are not ASCII.
func escape(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c < utf8.RuneSelf {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}

// isAddress reports whether s looks like one mail address in ASCII, with or without a query.
func isAddress(s string) bool {
	addr, _, _ := strings.Cut(s, "?")
	local, domain, ok := strings.Cut(addr, "@")
	host, valid := asciiHost(domain)
	return ok && valid && local != "" && host == domain && strings.Contains(domain, ".") &&
		!strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}
