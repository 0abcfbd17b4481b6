package sshd

import (
	"bytes"
	"encoding/binary"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Bounds on the requests of one session.
const (
	maxRequests     = 128      // before a shell or command is started
	maxCommand      = 64 << 10 // of an exec; x/crypto ends a connection itself at a packet of 256 KiB
	maxEnv          = 32       // variables
	maxEnvName      = 32       // bytes
	maxEnvValue     = 256      // bytes
	maxTerm         = 64       // bytes
	maxTermModeSize = 4 << 10  // of the encoded terminal modes, which nobody here reads; OpenSSH's take 300
)

var termName = regexp.MustCompile(`^[A-Za-z0-9._+-]{1,64}$`)

// parsePty reads a pty-req (RFC 4254 6.2) into a TERM that is safe to look up and a
// size within bounds.
func parsePty(payload []byte) (term string, size Size, ok bool) {
	raw, rest, ok := cutString(payload)
	if !ok || len(rest) < 16 {
		return "", Size{}, false
	}
	size, rest = parseSize(rest), rest[16:]
	if modes, _, ok := cutString(rest); !ok || len(modes) > maxTermModeSize {
		return "", Size{}, false
	}
	if !termName.Match(raw) {
		return "dumb", size, true
	}
	return string(raw), size, true
}

// parseSize reads columns and rows; b has at least 8 bytes.
func parseSize(b []byte) Size {
	return clampSize(binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:]))
}

// parseWindow reads a window-change (RFC 4254 6.7).
func parseWindow(payload []byte) (Size, bool) {
	if len(payload) != 16 {
		return Size{}, false
	}
	return parseSize(payload), true
}

// parseEnv reads an env request and says whether its name is one that may be set and
// its value one that is safe to look at.
func parseEnv(payload []byte) (name, value string, ok bool) {
	n, rest, ok := cutString(payload)
	if !ok {
		return "", "", false
	}
	v, rest, ok := cutString(rest)
	if !ok || len(rest) != 0 || len(v) > maxEnvValue || !envAllowed(string(n)) || !printable(v) {
		return "", "", false
	}
	return string(n), string(v), true
}

// envAllowed is the whole list of variables that a client may set. None of them makes a
// library open a file or run a program.
func envAllowed(name string) bool {
	switch name {
	case "LANG", "TZ", "COLORTERM", "NO_COLOR", "TERM_PROGRAM":
		return true
	}
	rest, ok := strings.CutPrefix(name, "LC_")
	if !ok || rest == "" || len(name) > maxEnvName {
		return false
	}
	for _, r := range rest {
		if (r < 'A' || r > 'Z') && r != '_' {
			return false
		}
	}
	return true
}

// printable reports whether v is printable ASCII: what locale, zone and colour settings are.
func printable(v []byte) bool {
	return bytes.IndexFunc(v, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}

// parseCommand reads an exec request. The command is valid UTF-8; tooLong says that it was not kept.
func parseCommand(payload []byte) (command string, tooLong, ok bool) {
	raw, _, ok := cutString(payload)
	switch {
	case !ok:
		return "", false, false
	case len(raw) > maxCommand:
		return "", true, true
	case !utf8.Valid(raw):
		return strings.ToValidUTF8(string(raw), "\uFFFD"), false, true
	}
	return string(raw), false, true
}

// cutString cuts an SSH string (RFC 4251 5) from the front of b.
func cutString(b []byte) (s, rest []byte, ok bool) {
	if len(b) < 4 {
		return nil, nil, false
	}
	n := binary.BigEndian.Uint32(b)
	b = b[4:]
	if uint64(n) > uint64(len(b)) {
		return nil, nil, false
	}
	return b[:n], b[n:], true
}
