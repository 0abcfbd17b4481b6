// Package config turns config.yaml into one struct.
//
// The model: Default holds every setting at its default; the file changes some
// of them; nothing else does (no environment, no flags). A setting is known by
// its key, the path of names in the file joined by dots: "ssh.listen". The
// struct, the file at the top of the repository and the manual are the same
// list: a test holds them together.
//
// Reading is strict. A key that does not exist, a value of the wrong type or
// outside its bounds, a key given twice, a YAML feature that a settings file
// does not need (anchors, aliases, tags, several documents) is an *Error: one
// sentence with file, line, key and what to write instead. The first fault
// found is the one reported.
//
// A Config is built once by Load and then only read; a reload builds another
// and compares the two with Changed.
package config

import (
	"log/slog"
	"net/netip"
	"path/filepath"
	"time"

	"parley/text"
)

// Config holds every setting. The `apply` tag says what a reload can do with a
// changed key: "live" keys take effect at once, "restart" keys at the next start.
type Config struct {
	Data    string  `yaml:"data" apply:"restart"` // folder of the database and host keys, absolute after Load
	SSH     SSH     `yaml:"ssh"`
	TCP     TCP     `yaml:"tcp"`
	Metrics Metrics `yaml:"metrics"`
	Web     Web     `yaml:"web"`
	Keys    Keys    `yaml:"keys"`
	Store   string  `yaml:"store" apply:"restart"` // always "sqlite" after Load
	Bus     string  `yaml:"bus" apply:"restart"`   // always "" after Load
	Log     Log     `yaml:"log"`
	Server  Server  `yaml:"server"`
	Rooms   Rooms   `yaml:"rooms"`
	Limits  Limits  `yaml:"limits"`
}

// SSH is the SSH face.
type SSH struct {
	Listen string `yaml:"listen" apply:"restart"` // host:port, "" is off
	// HostKeys are paths of private keys, absolute after Load. None means the
	// two of HostKeyPaths, which the server makes when they are missing.
	HostKeys []string `yaml:"host_keys" apply:"restart"`
	// ProxyProtocol lists the balancers whose PROXY header is believed, and from
	// whom one is required. Nobody else's is.
	ProxyProtocol []netip.Prefix `yaml:"proxy_protocol" apply:"restart"`
}

// TCP is plain TCP.
type TCP struct {
	Echo string `yaml:"echo" apply:"restart"` // host:port, "" is off
	Chat string `yaml:"chat" apply:"restart"` // host:port, "" is off
}

// Metrics is the listener of /metrics, /livez and /readyz.
type Metrics struct {
	Listen string `yaml:"listen" apply:"restart"` // host:port with a host, "" is off
}

// Web is HTTP: the page for browsers, where programs elsewhere post to rooms, and where rooms post to them.
type Web struct {
	Listen string `yaml:"listen" apply:"restart"` // host:port with a host, "" is off
	TLS    TLS    `yaml:"tls"`
	// URL is how Listen is reached from outside, without a slash at its end; "" is made from Listen, see PublicURL.
	URL string `yaml:"url" apply:"restart"`
	// Proxy lists the proxies whose X-Forwarded-For is believed. Nobody else's is.
	Proxy []netip.Prefix `yaml:"proxy" apply:"restart"`
	// HooksAllow lists hosts, and hosts with a port, to which rooms may post though their addresses are not public ones.
	HooksAllow []string `yaml:"hooks_allow" apply:"restart"`
}

// Keys says who may enter.
type Keys struct {
	Dir          string       `yaml:"dir" apply:"restart"` // folder of NAME.pub files, absolute after Load
	Registration Registration `yaml:"registration" apply:"live"`
	TrustedCA    string       `yaml:"trusted_ca" apply:"live"` // file of CA public keys, absolute after Load, "" is off
	Revoked      string       `yaml:"revoked" apply:"live"`    // deny list, absolute after Load, "" is off
}

// Registration says what happens to a key that nobody knows.
type Registration string

// The values of keys.registration.
const (
	Open   Registration = "open"   // takes a free name
	Invite Registration = "invite" // needs an invite code or an approval
	Closed Registration = "closed" // is refused
)

// Log is what is logged, and how.
type Log struct {
	Level  slog.Level `yaml:"level" apply:"live"` // debug, info, warn, error
	Format LogFormat  `yaml:"format" apply:"restart"`
}

// LogFormat is the shape of a log line.
type LogFormat string

// The values of log.format.
const (
	LogAuto LogFormat = "auto" // coloured on a terminal, text elsewhere
	LogText LogFormat = "text" // key=value
	LogJSON LogFormat = "json" // one object a line
)

// Server is what people see of the server itself.
type Server struct {
	Name string `yaml:"name" apply:"restart"` // 1 to 40 printable characters
	MOTD string `yaml:"motd" apply:"live"`    // up to 2,000 bytes, lines parted by \n
}

// Rooms is what a newcomer finds.
type Rooms struct {
	Default []string `yaml:"default" apply:"live"` // names as rooms have them, with their #; at most 20
}

// HostKeyPaths returns the private keys that the SSH face should offer, and
// whether a missing one is to be made (true only for the default ones in Data:
// ed25519 and, for old clients, ecdsa).
func (c *Config) HostKeyPaths() (paths []string, make bool) {
	if len(c.SSH.HostKeys) > 0 {
		return c.SSH.HostKeys, false
	}
	return []string{
		filepath.Join(c.Data, "ssh_host_ed25519_key"),
		filepath.Join(c.Data, "ssh_host_ecdsa_key"),
	}, true
}

// DatabasePath returns the file of the SQLite store.
func (c *Config) DatabasePath() string { return filepath.Join(c.Data, "parley.db") }

// Default returns every setting at its default, with relative paths as
// config.yaml shows them.
func Default() *Config {
	return &Config{
		Data:    "data",
		SSH:     SSH{Listen: ":2222"},
		TCP:     TCP{Echo: "127.0.0.1:8080"},
		Metrics: Metrics{Listen: "127.0.0.1:9090"},
		Web:     Web{Listen: "127.0.0.1:8081", TLS: TLS{Directory: letsEncrypt}, Proxy: loopback()},
		Keys:    Keys{Dir: "keys", Registration: Invite},
		Store:   "sqlite",
		Log:     Log{Level: slog.LevelInfo, Format: LogAuto},
		Server:  Server{Name: "Parley"},
		Rooms:   Rooms{Default: []string{"#general"}},
		Limits: Limits{
			Exempt:                   loopback(),
			Connections:              20_000,
			ConnectionsPerPrefix:     1_000,
			Unauthenticated:          1_000,
			UnauthenticatedPerPrefix: 250,
			Handshakes:               PerSecond(20),
			HandshakeBurst:           300,
			HandshakeTimeout:         15 * time.Second,
			Channels:                 64,
			Posts:                    PerSecond(2),
			PostBurst:                20,
			BotPosts:                 PerSecond(5),
			BotPostBurst:             50,
			PostsPerPrefix:           PerSecond(100),
			PostBurstPerPrefix:       500,
			Mute:                     30 * time.Second,
			Joins:                    PerSecond(1),
			JoinBurst:                30,
			Creates:                  PerHour(30),
			CreateBurst:              20,
			Searches:                 PerSecond(2),
			SearchBurst:              20,
			FileBytes:                64 << 20,
			FilesPerPerson:           1 << 30,
			FilesPerRoom:             4 << 30,
			MessageBytes:             text.MaxBody,
			InputBytes:               64 << 10,
			Idle:                     0,
			WriteStall:               60 * time.Second,
			Keepalive:                30 * time.Second,
			KeepaliveCount:           3,
		},
	}
}

// loopback is the addresses of the machine itself.
func loopback() []netip.Prefix {
	return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}
