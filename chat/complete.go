package chat

import (
	"context"
	"sort"
	"strings"
	"unicode/utf8"

	"parley/keys"
	"parley/text"
)

// Completion is one candidate for the word before the cursor.
type Completion struct {
	Insert string // what replaces the word, with a trailing space or colon where that is usual
	Label  string // what the list shows
	Hint   string // a few words: the topic of a room, the help of a command
}

// maxCompletions bounds the list; a person types another letter rather than
// reading more.
const maxCompletions = 50

// Complete returns candidates, best first, at most 50, for the word that ends
// at cursor (a byte offset in line): commands after "/", arguments by what
// the command takes, @names, #rooms, :emoji and nicks. start is the byte offset of
// that word.
func (c *Chat) Complete(ctx context.Context, r Request, line string, cursor int) (start int, out []Completion) {
	cursor = min(max(cursor, 0), len(line))
	for cursor > 0 && cursor < len(line) && !utf8.RuneStart(line[cursor]) {
		cursor--
	}
	start = strings.LastIndexAny(line[:cursor], " \t\n") + 1
	word := line[start:cursor]
	in := &call{Request: r, chat: c}
	switch {
	case start == 0 && strings.HasPrefix(word, "/") && !strings.HasPrefix(word, "//"):
		out = in.completeCommand(word[1:], "/")
	case start > 0 && strings.HasPrefix(line, "/") && !strings.HasPrefix(line, "//"):
		out = in.completeArgument(ctx, line[1:start], word)
	case strings.HasPrefix(word, "#"):
		out = in.completeRoom(ctx, word)
	case strings.HasPrefix(word, "@"):
		out = in.completePerson(ctx, word, "@", " ")
	case isEmojiWord(word):
		out = completeEmoji(word)
	case word != "":
		end := " "
		if start == 0 {
			end = ": " // "ana: " addresses somebody, as on IRC
		}
		out = in.completePerson(ctx, word, "", end)
	}
	if len(out) > maxCompletions {
		out = out[:maxCompletions]
	}
	return start, out
}

func (in *call) completeCommand(prefix, slash string) (out []Completion) {
	for _, cmd := range in.chat.table {
		if cmd.allowed(in.Request) != nil {
			continue
		}
		match := strings.HasPrefix(cmd.Name, prefix)
		for _, a := range cmd.Aliases {
			match = match || a == prefix
		}
		if match {
			out = append(out, Completion{Insert: slash + cmd.Name + " ", Label: slash + cmd.Name, Hint: in.word(cmd.Short)})
		}
	}
	return out
}

// completeArgument completes word as the next argument of the command that
// begins the line before it.
func (in *call) completeArgument(ctx context.Context, before, word string) []Completion {
	name, rest := cutWord(before)
	cmd, ok := in.chat.byName[name]
	if !ok || cmd.allowed(in.Request) != nil {
		return nil
	}
	if strings.HasPrefix(word, "-") && len(cmd.flags) > 0 {
		return completeWords(word, cmd.flags)
	}
	switch kind := cmd.argAt(rest, word); kind {
	case argRef:
		return in.completeRef(ctx, word)
	case argRoom:
		return in.completePlace(ctx, word)
	case argPeople:
		return in.completeDirect(ctx, "@"+strings.TrimPrefix(word, "@"))
	case argEmoji:
		return completeEmoji(word)
	case argRemind:
		return append(completeWords(word, []string{"me", "cancel"}), in.completePerson(ctx, word, "@", " ")...)
	case argNotify:
		return completeWords(word, []string{"all", "mentions", "none"})
	case argPerson:
		return in.completePerson(ctx, word, "@", " ")
	case argCommand:
		return in.completeCommand(strings.TrimPrefix(word, "/"), "")
	case argKeys:
		return completeWords(word, []string{"list", "add", "name", "remove"})
	case argRole:
		return completeWords(word, []string{"owner", "moderator", "member"})
	case argTime:
		return completeWords(word, []string{"10s", "30s", "1m", "5m", "1h", "off"})
	case argQuery:
		return in.completeQuery(ctx, word)
	case argSwitch:
		return completeWords(word, []string{"on", "off"})
	case argFormat:
		return completeWords(word, []string{"jsonl", "slack", "weechat"})
	case argNewcomers:
		return completeWords(word, []string{"all", "joined"})
	case argUser:
		return append(completeWords(word, []string{"list", "role"}), in.completePerson(ctx, word, "@", " ")...)
	case argLevel:
		return completeWords(word, []string{"5", "4", "3", "2", "1"})
	case argServerRole:
		return completeWords(word, []string{string(keys.Owner), string(keys.Admin), string(keys.Member), string(keys.Bot)})
	case argSetting:
		return in.completeSetting(rest, word)
	case argKnock:
		return in.completeKnock(ctx, word)
	case argSessions:
		return in.completeSessions(ctx, rest, word)
	case argHook:
		return in.completeHook(ctx, rest, word)
	}
	if isEmojiWord(word) {
		return completeEmoji(word)
	}
	return in.completePerson(ctx, word, "", " ")
}

// argAt is what a word is, after the other words of a command line.
func (cmd *Command) argAt(before, word string) argKind {
	kinds, n, named := cmd.args, 0, false
	for _, w := range strings.Fields(before) {
		in := &call{cmd: cmd}
		switch {
		case strings.HasPrefix(w, "-"):
		case !named && in.isRoom(w):
			named = true
		default:
			n++
		}
	}
	if named && len(kinds) > 0 && (kinds[0] == argRoom || kinds[0] == argPeople) {
		kinds = kinds[1:]
	}
	if n < len(kinds) && kinds[n] == argRef && !mayBeRef(word) {
		n++ // which may be left out
	}
	kind := argWords
	if n < len(kinds) {
		kind = kinds[n]
	} else if last := len(kinds) - 1; last >= 0 && (kinds[last] == argQuery || kinds[last] == argHook || kinds[last] == argSessions) {
		kind = kinds[last]
	}
	switch {
	case kind == argRef || kind == argQuery || kind == argHook || !strings.HasPrefix(word, "#") && !(strings.HasPrefix(word, "@") && cmd.pairs && n == 0 && !named):
		return kind
	case kind == argPeople:
		return kind
	}
	return argRoom
}

// isEmojiWord reports whether a word begins the name of an emoji. A colon alone is a colon.
func isEmojiWord(word string) bool { return len(word) > 1 && word[0] == ':' }

func completeWords(prefix string, words []string) (out []Completion) {
	for _, w := range words {
		if strings.HasPrefix(w, prefix) {
			out = append(out, Completion{Insert: w + " ", Label: w})
		}
	}
	return out
}

func (in *call) completeRoom(ctx context.Context, word string) (out []Completion) {
	prefix := strings.ToLower(strings.TrimPrefix(word, "#"))
	list, err := in.roomsToEnter(ctx)
	if err != nil {
		return nil
	}
	for _, r := range list {
		if strings.HasPrefix(r.Name.Slug(), prefix) {
			out = append(out, Completion{Insert: r.Name.String() + " ", Label: r.Name.String(), Hint: r.Topic.String()})
		}
	}
	return out
}

// completePerson offers the people of the current room first, those who are
// here before the others, and then everybody known.
func (in *call) completePerson(ctx context.Context, word, sign, end string) (out []Completion) {
	prefix := strings.ToLower(strings.TrimPrefix(word, "@"))
	seen := map[text.Name]bool{in.Actor.Name: true} // nobody addresses themselves
	add := func(n text.Name, hint string) {
		if !seen[n] && strings.HasPrefix(n.String(), prefix) {
			seen[n] = true
			out = append(out, Completion{Insert: sign + n.String() + end, Label: sign + n.String(), Hint: hint})
		}
	}
	if in.Room != 0 {
		if list, err := in.chat.Rooms.Members(ctx, in.Actor, in.Room); err == nil {
			sort.SliceStable(list, func(i, j int) bool { return list[i].Online && !list[j].Online })
			for _, p := range list {
				hint := ""
				if p.Online {
					hint = in.word("here now")
				}
				add(p.Name, hint)
			}
		}
	}
	if sign == "@" && !in.Actor.Guest {
		for _, n := range in.chat.Keys.Names() {
			add(n, "")
		}
	}
	return out
}

func (in *call) completeKnock(ctx context.Context, word string) (out []Completion) {
	knocks, err := in.chat.Keys.Knocks(ctx)
	if err != nil {
		return nil
	}
	for _, k := range knocks {
		if strings.HasPrefix(k.Name.String(), strings.TrimPrefix(word, "@")) {
			out = append(out, Completion{Insert: "@" + k.Name.String() + " ", Label: "@" + k.Name.String(), Hint: k.Fingerprint})
		}
	}
	return out
}
