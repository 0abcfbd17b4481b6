package chat

import (
	"slices"
	"strings"
)

// The arguments of a command line. ssh joins its arguments with blanks and keeps no quotes, so what a program
// quotes once more is understood where it can only be meant so: around the first words (a flag, a room, a reference), around rooms, people and
// references that come later, and around the value of a flag.
// Everywhere else a quote is text, and "post '#ops' don't panic" says just that.

// cutArg splits the first argument off: a word, or what stands in quotes.
func cutArg(s string) (arg, rest string, quoted bool) {
	s = strings.TrimLeft(s, blanks)
	if arg, rest, quoted = cutQuoted(s); !quoted {
		arg, rest = cutWord(s)
	}
	return arg, rest, quoted
}

// cutQuoted splits off what stands in quotes at the very beginning.
func cutQuoted(s string) (arg, rest string, quoted bool) {
	if s == "" || s[0] != '\'' && s[0] != '"' {
		return "", s, false
	}
	end := strings.IndexByte(s[1:], s[0]) + 1
	if end == 0 || end+1 < len(s) && strings.IndexByte(blanks, s[end+1]) < 0 {
		return "", s, false
	}
	return s[1:end], strings.TrimLeft(s[end+1:], blanks), true
}

const blanks = " \t\n"

// option is a flag that has a value.
type option struct {
	name  string            // "--title"
	maybe func(string) bool // the value may be left out: only a word for which this holds is one; nil where there has to be one
}

// cutOption splits an option and its value off: "--title Build", "--title=Build", "--title 'Build 12'". ok is false if s
// does not begin with one; without says that its value is missing.
func (cmd *Command) cutOption(s string) (name, value, rest string, ok, without bool) {
	s = strings.TrimLeft(s, blanks)
	for _, o := range cmd.options {
		after, found := strings.CutPrefix(s, o.name)
		switch {
		case !found:
		case strings.HasPrefix(after, "="):
			if after[1:] == "" || strings.IndexByte(blanks, after[1]) >= 0 {
				return o.name, "", strings.TrimLeft(after[1:], blanks), true, false
			}
			value, rest, _ = cutArg(after[1:])
			return o.name, value, rest, true, false
		case after == "" || strings.IndexByte(blanks, after[0]) >= 0:
			value, rest, _ = cutArg(after)
			if o.maybe != nil && !o.maybe(value) {
				return o.name, "", strings.TrimLeft(after, blanks), true, false
			}
			return o.name, value, rest, true, strings.TrimLeft(after, blanks) == ""
		}
	}
	return "", "", s, false, false
}

// unbundle takes apart what POSIX lets people write in one word: "-fn 2" is "-f -n 2", and "-n2" is "-n 2". Whatever is not made of the
// command's own letters stays as it is.
func (cmd *Command) unbundle(s string) string {
	word, _, _ := cutArg(s)
	if len(word) < 3 || word[0] != '-' || word[1] == '-' {
		return s
	}
	apart := ""
	for i := 1; i < len(word); i++ {
		letter := "-" + word[i:i+1]
		switch {
		case slices.Contains(cmd.flags, letter):
			apart += letter + " "
		case slices.ContainsFunc(cmd.options, func(o option) bool { return o.name == letter }):
			apart += letter
			if value := word[i+1:]; value != "" {
				if strings.Trim(value, "0123456789") != "" {
					return s
				}
				apart += " " + value
			}
			return apart + s[len(word):]
		default:
			return s
		}
	}
	return apart + strings.TrimLeft(s[len(word):], blanks)
}

// parse splits flags and a leading #room off the arguments. What follows is
// kept as it was written, inner spaces and newlines too. "--" ends the flags.
func (in *call) parse(rest string) error {
	in.words = strings.TrimSpace(rest)
	for {
		in.words = in.cmd.unbundle(in.words)
		if name, value, after, ok, without := in.cmd.cutOption(in.words); ok {
			if without {
				return in.wrong("%s needs something behind it", name)
			}
			in.setOption(name, value)
			in.bare = isBare(name, value, in.words[:len(in.words)-len(after)])
			in.words = after
			continue
		}
		word, after, _ := cutArg(in.words)
		switch {
		case word == "--" && in.cmd.free:
			in.bare = false
			in.words = after
			return nil
		case in.isFlag(word):
			if in.flag == nil {
				in.flag = map[string]bool{}
			}
			in.flag[word] = true
		case in.named == "" && in.isRoom(word):
			in.named = word
			for in.cmd.room == peopleGiven && strings.HasSuffix(in.named, ",") && after != "" { // "@bo, @kei"
				word, after = cutWord(after)
				in.named += word
			}
		default:
			if in.named == "" && word != "" {
				switch in.cmd.room {
				case roomGiven:
					in.named, in.words = "#"+word, after // "/join ops" means #ops
				case peopleGiven:
					in.named, in.words = "@"+word, after
				}
			}
			return nil
		}
		in.words = after
	}
}

// isBare reports whether an option, written as said, is a title without quotes: the words behind it may belong to it, see wholeTitle.
func isBare(name, value, said string) bool {
	return name == "--title" && value != "" && strings.HasSuffix(strings.TrimRight(said, blanks), value)
}

func (in *call) setOption(name, value string) {
	if in.given == nil {
		in.given = map[string][]string{}
	}
	in.given[name] = append(in.given[name], value)
}

// value is that of an option, "" and false where it was left out. Of several the last one counts.
func (in *call) value(name string) (value string, ok bool) {
	if all := in.given[name]; len(all) > 0 {
		return all[len(all)-1], true
	}
	return "", false
}

// Switches are what may be said of any command besides its own flags: --json answers in JSON lines, --yes says yes to its question.
type Switches struct{ JSON, Yes bool }

// Switches takes --json and --yes out of a command line, which came over ssh. They may stand anywhere; of a command that takes free text
// before the text and behind it, as its own options may, which go to the front then. What stands behind "--" is text.
func (c *Chat) Switches(line string) (rest string, s Switches) {
	name, args := cutWord(strings.Trim(line, blanks))
	for name == "--json" || name == "--yes" {
		s.set(name)
		name, args = cutWord(args)
	}
	if bare := strings.TrimLeft(name, "/"); bare != "" {
		name = bare
	}
	cmd := c.byName[name]
	if cmd == nil {
		cmd = &Command{}
	}
	kept := []string{name}
	bare := false // words of a title may follow, and what stands behind them belongs to wholeTitle
	for args != "" {
		if option, value, after, ok, _ := cmd.cutOption(args); ok {
			bare = isBare(option, value, args[:len(args)-len(after)])
			kept = append(kept, strings.Trim(args[:len(args)-len(after)], blanks))
			args = after
			continue
		}
		word, after, _ := cutArg(args)
		switch {
		case s.set(word):
		case cmd.free && !cmd.leads(word) || word == "--":
			if word != "--" {
				var moved []string
				args, moved = cmd.trailing(&s, args, bare)
				kept = append(kept, moved...)
			}
			return strings.Join(append(kept, args), " "), s
		default:
			kept = append(kept, strings.Trim(args[:len(args)-len(after)], blanks))
		}
		args = after
	}
	return strings.Join(kept, " "), s
}

func (s *Switches) set(word string) bool {
	switch word {
	case "--json":
		s.JSON = true
	case "--yes":
		s.Yes = true
	default:
		return false
	}
	return true
}

// leads reports whether a word may stand before the text of a command that takes text.
func (cmd *Command) leads(word string) bool {
	if word == "" {
		return false
	}
	for _, f := range cmd.flags {
		if f == word {
			return true
		}
	}
	return word[0] == '#' || word[0] == '@'
}

// trailing takes switches and options off the end of a text: its first word stays. The options are as they were written.
func (cmd *Command) trailing(s *Switches, words string, onlySwitches bool) (text string, options []string) {
	for {
		words = strings.TrimRight(words, blanks)
		at := strings.LastIndexAny(words, blanks)
		if at < 0 {
			return words, options
		}
		last := words[at+1:]
		if s.set(last) {
			words = words[:at]
			continue
		}
		if onlySwitches {
			return words, nil
		}
		from := at + 1
		if !strings.HasPrefix(last, "--") { // the value of one, perhaps
			from = strings.LastIndexAny(strings.TrimRight(words[:at], blanks), blanks) + 1
		}
		_, value, rest, ok, without := cmd.cutOption(words[from:])
		if !ok || without || value == "" || rest != "" || from == 0 {
			return words, options
		}
		options, words = append(options, words[from:]), words[:from]
	}
}
