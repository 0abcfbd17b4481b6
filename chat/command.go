package chat

import (
	"context"
	"strings"

	"github.com/sahilm/fuzzy"

	"parley/keys"
	"parley/rooms"
	"parley/text"
)

// Command is one entry of the table.
type Command struct {
	Name    string
	Aliases []string
	Args    string // as help shows it: "[#room] WORDS…"
	Short   string // one line
	Long    string // paragraphs, "" where Short says it all
	Group   string // Rooms, Talk, Find, You, Server, Help

	who     access
	instead string   // the command that guests mean by it, "" for none
	room    roomUse  // whether a leading #room is an argument
	flags   []string // "-p", "-f": taken before the words
	options []option // flags with a value, taken before the words too
	pairs   bool     // a leading @person, or several with commas between, is a room too: a direct one
	args    []argKind
	stream  bool // reads standard input as it comes (exec)
	stdin   bool // without words, standard input is the argument (exec)
	free    bool // the words are text to be taken as it is, whatever it looks like
	run     func(context.Context, *call) (Reply, error)
}

// access says who may run a command.
type access int

const (
	anybody access = iota // guests too
	people                // identities
	staff                 // admins and owners of the server
	owners                // owners of the server
)

// roomUse says what a leading #room means to a command.
type roomUse int

const (
	noRoom      roomUse = iota // not an argument
	roomOrNow                  // optional: the current room if left out
	roomGiven                  // must be given, and must exist
	roomIfNone                 // an argument only where there is no current room: elsewhere it is text
	peopleGiven                // whom a direct room is for
)

// argKind is what completion offers for a word.
type argKind int

const (
	argWords     argKind = iota
	argRoom              // a room that one may see
	argPerson            // anybody known here
	argCommand           // a command's name
	argKeys              // a subcommand of /keys
	argKnock             // somebody who waits to be let in
	argSetting           // the name of a setting, or its value
	argPeople            // one or a few of them, with commas
	argRef               // the reference of a message
	argNotify            // of which messages one is told
	argRemind            // me, somebody or a room
	argEmoji             // the name of an emoji
	argRole              // a role in a room
	argTime              // how long, or off
	argSwitch            // on or off
	argNewcomers         // all or joined
	argQuery             // a word of a search, and all after it
	argFormat            // of an import

	argSessions   // a subcommand of /sessions, and what it takes
	argHook       // a subcommand of /webhook, and what it takes
	argUser       // a subcommand of /user, or somebody
	argServerRole // a role on the server
	argLevel      // a defcon level
)

// allowed refuses who may not run the command.
func (cmd *Command) allowed(r Request) error {
	switch {
	case cmd.who == anybody:
		return nil
	case r.Actor.Guest && cmd.instead != "":
		return r.fail(rooms.ErrForbidden, "/%s is for people with a key, who stay in rooms: to go, type /%s", cmd.Name, cmd.instead)
	case r.Actor.Guest:
		return r.fail(rooms.ErrForbidden, "/%s is for people with a key: enter with ssh to use it", cmd.Name)
	case cmd.who == owners && r.Who.Role != keys.Owner && r.Who.Role != keys.Operator:
		return r.fail(rooms.ErrForbidden, "/%s is for the owner of this server", cmd.Name)
	case cmd.who == staff && !r.Who.Role.Staff():
		return r.fail(rooms.ErrForbidden, "/%s is for the staff of this server", cmd.Name)
	}
	return nil
}

// Streams reports whether a command line reads standard input as it comes.
func (c *Chat) Streams(line string) bool {
	name, _ := cutWord(line)
	cmd, ok := c.byName[name]
	return ok && cmd.stream
}

// WantsBody reports whether a command line leaves its text to standard input,
// so that exec knows when to read it.
func (c *Chat) WantsBody(line string) bool {
	name, rest := cutWord(line)
	cmd, ok := c.byName[name]
	if !ok || !cmd.stdin {
		return false
	}
	in := &call{chat: c, cmd: cmd}
	if in.parse(rest) != nil {
		return false
	}
	if cmd.Name == "keys" {
		sub, rest := cutWord(in.words)
		if word, after := cutWord(rest); strings.HasPrefix(word, "@") {
			rest = after
		}
		_, line := cutDevice(rest)
		return sub == "add" && line == ""
	}
	if len(cmd.args) > 0 && cmd.args[0] == argRef {
		_, rest := cutRef(in.words)
		return rest == ""
	}
	return in.words == ""
}

// usage is the one-line form of the command.
func (cmd *Command) usage() string {
	return strings.TrimSpace("/" + cmd.Name + " " + cmd.Args)
}

// call is one request on its way through its command.
type call struct {
	Request
	chat  *Chat
	cmd   *Command
	flag  map[string]bool
	given map[string][]string // values of the options that were given
	named string              // the leading #room as given, "" if none
	at    rooms.Room          // the room meant, once inRoom has found it
	words string              // what remains after flags and room, trimmed
	bare  bool                // a --title stood last in front of words, without quotes: see wholeTitle
}

// isRoom reports whether a first word names the room that the command is about.
func (in *call) isRoom(word string) bool {
	if len(word) < 2 || isRef(word) || in.cmd.room == noRoom || in.cmd.room == roomIfNone && in.Room != 0 {
		return false
	}
	if word[0] == '@' {
		return in.cmd.pairs || in.cmd.room == peopleGiven
	}
	return word[0] == '#' && in.cmd.room != peopleGiven
}

func (in *call) isFlag(word string) bool {
	for _, f := range in.cmd.flags {
		if f == word {
			return true
		}
	}
	return false
}

// cutWord splits the first word off; both parts lose the white space between them. A room, a person or a reference loses its quotes.
func cutWord(s string) (word, rest string) {
	s = strings.TrimLeft(s, blanks)
	if named, after, quoted := cutQuoted(s); quoted && named != "" && (named[0] == '#' || named[0] == '@') && !strings.ContainsAny(named, blanks) {
		return named, after
	}
	if i := strings.IndexAny(s, blanks); i >= 0 {
		return s[:i], strings.TrimLeft(s[i:], blanks)
	}
	return s, ""
}

// fields are the words of s, each as cutWord cuts it.
func fields(s string) (words []string) {
	for word := ""; s != ""; {
		if word, s = cutWord(s); word != "" {
			words = append(words, word)
		}
	}
	return words
}

// unknown names what the person may have meant.
func (c *Chat) unknown(r *Request, name string) error {
	var names []string
	for _, cmd := range c.table {
		names = append(names, cmd.Name)
	}
	if IsCorrection(r.Line) {
		return r.fail(ErrUnknown, "%s corrects a message, and nothing was changed: in a room write it without a slash before it, on the command line as in correct '#general' %s", printable(r.Line), printable(r.Line))
	}
	near := nearest(name, names)
	if len(near) == 0 {
		return r.fail(ErrUnknown, "there is no command /%s, and nothing was sent: /help lists them, and //text sends a line that begins with a slash", printable(name))
	}
	return r.fail(ErrUnknown, "there is no command /%s, and nothing was sent%s", printable(name), r.meant("/", near))
}

// nearest returns up to three of the words that resemble the one given: by
// letters in order, or by at most two edits.
func nearest(word string, all []string) []string {
	var out []string
	seen := map[string]bool{}
	add := func(s string) {
		if !seen[s] && len(out) < 3 {
			seen[s] = true
			out = append(out, s)
		}
	}
	for _, s := range all {
		if text.Distance(word, s) <= 1+len(word)/5 {
			add(s)
		}
	}
	if len(word) >= 2 {
		for _, m := range fuzzy.Find(word, all) {
			add(m.Str)
		}
	}
	return out
}
