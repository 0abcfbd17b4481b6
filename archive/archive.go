// Package archive reads conversations that were kept elsewhere: exports of this
// program as JSON lines, exports of Slack, and logs of weechat.
//
// # The model
//
// Each reader yields records, oldest first, that refer to one another by
// whatever the source calls its messages (Record.ID). Who takes them in gives
// them new numbers. A reader never holds more than one file of a source in
// memory, and stops at the first record that makes no sense, with an error that
// names the line.
package archive

import (
	"fmt"
	"strings"
	"time"

	"parley/text"
)

// Record is one thing that was said or done.
type Record struct {
	Room   string // as the source calls it, without '#'; "" where it does not say
	ID     string // within its room; "" for what nothing refers to
	Time   time.Time
	Type   string // as wire.Event has it: message, action, edit, react …
	Author string // as the source calls them
	Text   string
	Detail string // an emoji, an option
	Ref    string // the ID of the message that it is about or answers; "" for none
	Thread string // the ID of the thread's first message; "" for none

	// Key tells the record from all others of sources of its format, however the file is cut and
	// whichever file it is in: what it is the second time it is read. Of a Slack message it is the ID.
	Key string
	// Nonce is what the record had where it was exported from, if it had been imported there; "" for none.
	Nonce     string
	Bot       bool
	File      string // the name of a file that it brought with it, which is not in the source; "" for none
	Signature string // armored, over Text and a newline; "" for none

	// Properties of a Head are those that the events of the room do not tell, by their names as in rooms; nil for none.
	Properties map[string]string
}

// Head is the Type of a record that is about its room: Detail is the kind, Text the topic. Only exports of this
// program have it, at their beginning.
const Head = "room"

// Personal is the Type of a record that is about one person, of whose export it is: nothing else of it is read.
const Personal = "person"

// maxLine is the longest line of a source, in bytes: a message of 16 KiB, escaped.
const maxLine = 256 << 10

// Name makes a name of what a source calls somebody: what no name may hold
// becomes a hyphen, and what nothing is left of becomes "somebody".
func Name(source string) text.Name {
	var b strings.Builder
	for _, r := range strings.ToLower(source) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '.', r == '_', r == '-', r >= 0x80:
			b.WriteRune(r)
		default:
			b.WriteByte('-')
		}
	}
	tidy := strings.Trim(b.String(), "-._")
	for _, try := range []string{source, tidy, plain(tidy), "somebody"} {
		if n, err := text.ParseName(try); err == nil {
			return n
		}
	}
	return text.GuestName(0)
}

// plain keeps the letters and digits of ASCII, at most as many as a name has.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
	return s[:min(len(s), 24)]
}

// atLine tells where a source makes no sense.
func atLine(source string, n int, format string, args ...any) error {
	return fmt.Errorf("%s, line %d: %s", source, n, fmt.Sprintf(format, args...))
}
