package config

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"parley/text"
)

// checker holds what one settings file is checked with: rules that need more
// than one value's own type.
type checker struct {
	file  string
	lines map[string]int
}

// errorf blames key, on the line where the file sets it.
func (k *checker) errorf(key, format string, args ...any) error {
	name, _, _ := strings.Cut(key, "[")
	err := fmt.Errorf(format, args...)
	return &Error{File: k.file, Line: cmp.Or(k.lines[key], k.lines[name]), Key: name, Text: err.Error(), Err: errors.Unwrap(err)}
}

// check returns the first fault of c, whose paths are absolute.
func (k *checker) check(c *Config) error {
	for _, err := range []error{
		k.checkFolders(c),
		k.checkListeners(c),
		k.checkFiles(c),
		k.checkBackends(c),
		k.checkTrust(c),
		k.checkWeb(&c.Web),
		k.checkServer(&c.Server),
		k.checkRooms(c.Rooms.Default),
		k.checkLimits(&c.Limits),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// checkFolders looks at the two folders; neither needs to exist yet.
func (k *checker) checkFolders(c *Config) error {
	for _, f := range []struct{ key, path string }{{"data", c.Data}, {"keys.dir", c.Keys.Dir}} {
		if err := k.checkPath(f.key, f.path); err != nil {
			return err
		}
		if f.path == "" {
			return k.errorf(f.key, "a folder is needed; write its path")
		}
		if info, err := os.Stat(f.path); err == nil && !info.IsDir() {
			return k.errorf(f.key, "%s is a file and a folder is wanted; name another path", quote(f.path))
		}
	}
	return nil
}

// maxPath is Linux's PATH_MAX.
const maxPath = 4096

// checkPath refuses the shell's ~, which would become a folder of that name,
// and what no file name holds on purpose.
func (k *checker) checkPath(key, path string) error {
	if len(path) > maxPath {
		return k.errorf(key, "the path is %d bytes long; write one of at most %d", len(path), maxPath)
	}
	if r, ok := unprintable(path, ""); ok {
		return k.errorf(key, "the path holds the character %U, which cannot be shown; take it out", r)
	}
	if base := filepath.Base(path); strings.HasPrefix(base, "~") || strings.Contains(path, string(filepath.Separator)+"~"+string(filepath.Separator)) {
		return k.errorf(key, "~ is not expanded here; write the full path")
	}
	return nil
}

// checkFiles looks at the files that are named: each must be there.
func (k *checker) checkFiles(c *Config) error {
	type file struct{ key, path string }
	files := []file{{"keys.trusted_ca", c.Keys.TrustedCA}, {"keys.revoked", c.Keys.Revoked}, {"web.tls.cert", c.Web.TLS.Cert}, {"web.tls.key", c.Web.TLS.Key}}
	for i, path := range c.SSH.HostKeys {
		if path == "" {
			return k.errorf("ssh.host_keys", "entry %d is empty; write the path of a private key, or remove the entry", i+1)
		}
		files = append(files, file{fmt.Sprintf("ssh.host_keys[%d]", i), path})
	}
	for _, f := range files {
		if f.path == "" {
			continue
		}
		if err := k.checkPath(f.key, f.path); err != nil {
			return err
		}
		info, err := os.Stat(f.path)
		if err != nil {
			return k.errorf(f.key, "%s cannot be opened (%v); create the file or remove the setting", quote(f.path), rootCause(err))
		}
		if info.IsDir() {
			return k.errorf(f.key, "%s is a folder; name a file", quote(f.path))
		}
	}
	return nil
}

// checkListeners checks each address, and that no two ask for the same port.
func (k *checker) checkListeners(c *Config) error {
	taken := map[string]string{}
	for _, l := range []struct {
		key, address string
		spelled      bool // must name its host: what it serves is not for everybody
	}{
		{"ssh.listen", c.SSH.Listen, false},
		{"tcp.echo", c.TCP.Echo, false},
		{"tcp.chat", c.TCP.Chat, false},
		{"metrics.listen", c.Metrics.Listen, true},
		{"web.listen", c.Web.Listen, true},
	} {
		if l.address == "" {
			continue
		}
		host, port, err := k.checkAddress(l.key, l.address)
		if err != nil {
			return err
		}
		if l.spelled && host == "" {
			return k.errorf(l.key, `%s means every network that this machine is on; write "127.0.0.1:%s", or "0.0.0.0:%s" if that is what you want`, quote(l.address), port, port)
		}
		address := net.JoinHostPort(host, port)
		if other, ok := taken[address]; ok && port != "0" {
			return k.errorf(k.later(other, l.key), `%s and %s are both %s; give one of them another port, or "" for off`, other, l.key, quote(l.address))
		}
		taken[address] = l.key
	}
	return nil
}

// later returns that of two keys which the file sets further down: the other
// one may be a default, which has no line.
func (k *checker) later(a, b string) string {
	if k.lines[a] > k.lines[b] {
		return a
	}
	return b
}

func (k *checker) checkAddress(key, address string) (host, port string, err error) {
	host, port, err = net.SplitHostPort(address)
	if _, number := strconv.Atoi(address); number == nil {
		return "", "", k.errorf(key, `%s is a port without an address; write ":%s" or "127.0.0.1:%s"`, quote(address), address, address)
	}
	if err != nil {
		return "", "", k.errorf(key, `%s is not an address with a port; write one such as ":2222", "127.0.0.1:2222" or "[::1]:2222", or "" for off`, quote(address))
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || strconv.FormatUint(n, 10) != port {
		return "", "", k.errorf(key, "%s is not a port; write a number from 0 to 65535 (0 takes a free one)", quote(port))
	}
	if _, err := netip.ParseAddr(host); err != nil && host != "" && !isHostName(host) {
		return "", "", k.errorf(key, `%s is neither an address nor a host name; write one such as 127.0.0.1, [::1] or localhost`, quote(host))
	}
	return host, port, nil
}

// isHostName follows RFC 1123: labels of letters, digits and inner hyphens. One
// whose last label is a number is an address with a mistake in it.
func isHostName(s string) bool {
	if len(s) > 253 {
		return false
	}
	labels := strings.Split(s, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, c := range []byte(label) {
			if c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
				return false
			}
		}
	}
	_, err := strconv.Atoi(labels[len(labels)-1])
	return err != nil
}

// checkBackends knows what this version has. A URL is shown by its scheme only:
// it may hold a password, and errors end up in logs.
func (k *checker) checkBackends(c *Config) error {
	if c.Store != "sqlite" {
		switch scheme := scheme(c.Store); scheme {
		case "postgres", "postgresql":
			return k.errorf("store", "PostgreSQL (%s://…) is not in this version yet; write sqlite", scheme)
		default:
			return k.errorf("store", "there is no such store; write sqlite")
		}
	}
	if c.Bus != "" {
		switch scheme := scheme(c.Bus); scheme {
		case "nats", "tls":
			return k.errorf("bus", `NATS (%s://…) is not in this version yet; write ""`, scheme)
		default:
			return k.errorf("bus", `there is no such bus; write "" (one machine needs none)`)
		}
	}
	return nil
}

func scheme(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		before, _, _ := strings.Cut(s, "://")
		return strings.ToLower(before)
	}
	return u.Scheme
}

// checkTrust refuses to believe the whole world's PROXY headers: every client
// could then claim any address.
func (k *checker) checkTrust(c *Config) error {
	for i, p := range c.SSH.ProxyProtocol {
		if p.Bits() == 0 {
			return k.errorf(fmt.Sprintf("ssh.proxy_protocol[%d]", i), "%s would let every client claim any address; write the networks of your balancers", p)
		}
	}
	for i, p := range c.Web.Proxy {
		if p.Bits() == 0 {
			return k.errorf(fmt.Sprintf("web.proxy[%d]", i), "%s would let every client claim any address; write the addresses of your proxies", p)
		}
	}
	return nil
}

func (k *checker) checkServer(s *Server) error {
	const nameLength, motdBytes = 40, 2_000
	if strings.TrimSpace(s.Name) == "" || utf8.RuneCountInString(s.Name) > nameLength {
		return k.errorf("server.name", "the name has from 1 to %d characters; write such a one", nameLength)
	}
	if r, ok := unprintable(s.Name, ""); ok {
		return k.errorf("server.name", "the name holds the character %U, which cannot be shown; take it out", r)
	}
	if len(s.MOTD) > motdBytes {
		return k.errorf("server.motd", "the message is %d bytes long; write at most %d", len(s.MOTD), motdBytes)
	}
	if r, ok := unprintable(s.MOTD, "\n"); ok {
		return k.errorf("server.motd", "the message holds the character %U, which cannot be shown; take it out", r)
	}
	return nil
}

// unprintable returns the first character of s that is not visible or a space,
// apart from those allowed.
func unprintable(s, allowed string) (rune, bool) {
	for _, r := range s {
		if !unicode.IsPrint(r) && !strings.ContainsRune(allowed, r) {
			return r, true
		}
	}
	return 0, false
}

// checkRooms puts the names into the form in which rooms have them.
func (k *checker) checkRooms(rooms []string) error {
	const most = 20
	if len(rooms) > most {
		return k.errorf("rooms.default", "%d rooms are too many for a newcomer; name at most %d", len(rooms), most)
	}
	seen := map[string]bool{}
	for i, room := range rooms {
		key := fmt.Sprintf("rooms.default[%d]", i)
		if !strings.HasPrefix(room, "#") {
			return k.errorf(key, `%s has no # in front; write "#%s", in quotes`, quote(room), strings.TrimSpace(room))
		}
		name, err := text.ParseRoomName(room)
		if err != nil {
			return k.errorf(key, "%s: %w", quote(room), err)
		}
		if seen[name.Skeleton()] {
			return k.errorf(key, "%s is in the list twice, or looks like another name in it; remove one", quote(room))
		}
		seen[name.Skeleton()] = true
		rooms[i] = name.String()
	}
	return nil
}

// checkLimits wants times that a server can keep, and rates that let something
// pass. Bounds of single numbers are in setInt, setDuration and parseRate.
func (k *checker) checkLimits(l *Limits) error {
	const shortest = 100 * time.Millisecond
	for _, d := range []struct {
		key   string
		value time.Duration
	}{
		{"limits.handshake_timeout", l.HandshakeTimeout},
		{"limits.mute", l.Mute},
		{"limits.idle", l.Idle},
		{"limits.write_stall", l.WriteStall},
		{"limits.keepalive", l.Keepalive},
	} {
		if d.value > 0 && d.value < shortest {
			return k.errorf(d.key, "%s is too short to be kept; write at least %s, or 0 for off", d.value, shortest)
		}
	}
	for _, b := range []struct {
		rateKey, burstKey string
		rate              Rate
		burst             int
	}{
		{"limits.handshakes", "limits.handshake_burst", l.Handshakes, l.HandshakeBurst},
		{"limits.posts", "limits.post_burst", l.Posts, l.PostBurst},
		{"limits.bot_posts", "limits.bot_post_burst", l.BotPosts, l.BotPostBurst},
		{"limits.posts_per_prefix", "limits.post_burst_per_prefix", l.PostsPerPrefix, l.PostBurstPerPrefix},
		{"limits.joins", "limits.join_burst", l.Joins, l.JoinBurst},
		{"limits.creates", "limits.create_burst", l.Creates, l.CreateBurst},
		{"limits.searches", "limits.search_burst", l.Searches, l.SearchBurst},
	} {
		if b.rate > 0 && b.burst == 0 {
			return k.errorf(b.burstKey, "a burst of 0 lets nothing pass; write at least 1, or switch the limit off with %s: 0", b.rateKey)
		}
	}
	if l.Keepalive > 0 && l.KeepaliveCount == 0 {
		return k.errorf("limits.keepalive_count", "0 unanswered questions would end every connection; write at least 1, or switch the questions off with limits.keepalive: 0")
	}
	if l.MessageBytes > text.MaxBody {
		return k.errorf("limits.message_bytes", "%d is more than a message can be; write at most %d", l.MessageBytes, text.MaxBody)
	}
	return nil
}
