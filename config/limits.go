package config

import (
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// Limits are the bounds on what one connection, one identity or one address
// prefix may take. A prefix is a /24 of IPv4 or a /64 of IPv6: what one
// provider hands to one customer. Zero switches a limit off, and with a rate
// its burst.
type Limits struct {
	// Exempt addresses skip all that is counted by prefix and the rates below.
	// Totals, sizes and timeouts hold for them too: those protect the machine.
	Exempt []netip.Prefix `yaml:"exempt" apply:"live"`

	Connections              int           `yaml:"connections" apply:"live"`
	ConnectionsPerPrefix     int           `yaml:"connections_per_prefix" apply:"live"`
	Unauthenticated          int           `yaml:"unauthenticated" apply:"live"`
	UnauthenticatedPerPrefix int           `yaml:"unauthenticated_per_prefix" apply:"live"`
	Handshakes               Rate          `yaml:"handshakes" apply:"live"` // per prefix
	HandshakeBurst           int           `yaml:"handshake_burst" apply:"live"`
	HandshakeTimeout         time.Duration `yaml:"handshake_timeout" apply:"live"`
	Channels                 int           `yaml:"channels" apply:"live"` // sessions in one connection

	Posts              Rate          `yaml:"posts" apply:"live"` // per identity
	PostBurst          int           `yaml:"post_burst" apply:"live"`
	BotPosts           Rate          `yaml:"bot_posts" apply:"live"` // per program: an identity that is a bot, or a hook
	BotPostBurst       int           `yaml:"bot_post_burst" apply:"live"`
	PostsPerPrefix     Rate          `yaml:"posts_per_prefix" apply:"live"`
	PostBurstPerPrefix int           `yaml:"post_burst_per_prefix" apply:"live"`
	Mute               time.Duration `yaml:"mute" apply:"live"`
	Joins              Rate          `yaml:"joins" apply:"live"` // per identity
	JoinBurst          int           `yaml:"join_burst" apply:"live"`
	Creates            Rate          `yaml:"creates" apply:"live"` // per identity
	CreateBurst        int           `yaml:"create_burst" apply:"live"`
	Searches           Rate          `yaml:"searches" apply:"live"` // per identity
	SearchBurst        int           `yaml:"search_burst" apply:"live"`

	FileBytes      Size `yaml:"file_bytes" apply:"live"`       // of one file
	FilesPerPerson Size `yaml:"files_per_person" apply:"live"` // of all that one identity has put into rooms
	FilesPerRoom   Size `yaml:"files_per_room" apply:"live"`   // of all that is in one room

	MessageBytes   int           `yaml:"message_bytes" apply:"live"` // of one body, at most text.MaxBody; 0 is that
	InputBytes     int           `yaml:"input_bytes" apply:"live"`   // per second and session
	Idle           time.Duration `yaml:"idle" apply:"live"`
	WriteStall     time.Duration `yaml:"write_stall" apply:"live"`
	Keepalive      time.Duration `yaml:"keepalive" apply:"live"`
	KeepaliveCount int           `yaml:"keepalive_count" apply:"live"`
}

// Exempted reports whether addr is one that the counts by prefix and the rates
// do not apply to. An IPv4 address in IPv6 form counts as IPv4.
func (l *Limits) Exempted(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	for _, p := range l.Exempt {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// Rate is a number of events per second; 0 is no limit. In the file it is a
// whole number and a unit: "20/s", "30/m", "10/h".
type Rate float64

// Limit returns the rate for a token bucket, in which 0 would mean that
// nothing at all may pass.
func (r Rate) Limit() rate.Limit {
	if r == 0 {
		return rate.Inf
	}
	return rate.Limit(r)
}

// PerSecond makes a Rate of n events a second.
func PerSecond(n int) Rate { return Rate(n) }

// PerMinute makes a Rate of n events a minute.
func PerMinute(n int) Rate { return Rate(float64(n) / 60) }

// PerHour makes a Rate of n events an hour.
func PerHour(n int) Rate { return Rate(float64(n) / 3600) }

// maxCount bounds every number in the file; it fits an int of 32 bits.
const maxCount = 1_000_000_000

// parseRate reads "N/s", "N/m" or "N/h", or "0".
func parseRate(s string) (Rate, error) {
	if s == "0" {
		return 0, nil
	}
	count, unit, ok := strings.Cut(s, "/")
	n, err := strconv.ParseUint(count, 10, 64)
	if !ok || err != nil || n > maxCount {
		return 0, fmt.Errorf("%s is not a rate; write a whole number and a unit such as 2/s, 30/m or 10/h, or 0 for no limit", quote(s))
	}
	switch unit {
	case "s":
		return PerSecond(int(n)), nil
	case "m":
		return PerMinute(int(n)), nil
	case "h":
		return PerHour(int(n)), nil
	}
	return 0, fmt.Errorf("%s has no unit that is known; write %d/s, %d/m or %d/h", quote(s), n, n, n)
}

// String writes the rate in the largest of the units in which it is whole.
func (r Rate) String() string {
	for _, u := range []struct {
		seconds float64
		name    string
	}{{1, "s"}, {60, "m"}} {
		if n := float64(r) * u.seconds; math.Abs(n-math.Round(n)) < 1e-6 {
			return fmt.Sprintf("%.0f/%s", n, u.name)
		}
	}
	return fmt.Sprintf("%.0f/h", float64(r)*3600)
}
