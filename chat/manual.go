package chat

import (
	"slices"
	"strings"

	"parley/text"
)

// Entry is a command as help shows it, in the language of who asks.
type Entry struct {
	Name    string
	Aliases []string
	Usage   string // "/topic [#room] [WORDS…]"
	Short   string
	Long    string // "" where Short says it all
	Group   string
	english string // what the words are in English, in which people look for them as well
}

// Manual lists the commands that somebody may run, group by group.
func (c *Chat) Manual(r Request) []Entry {
	var groups []string
	byGroup := map[string][]Entry{}
	for _, cmd := range c.table {
		if cmd.allowed(r) != nil {
			continue
		}
		if byGroup[cmd.Group] == nil {
			groups = append(groups, cmd.Group)
		}
		byGroup[cmd.Group] = append(byGroup[cmd.Group], cmd.entry(&r))
	}
	var out []Entry
	for _, g := range groups {
		out = append(out, byGroup[g]...)
	}
	return out
}

func (cmd *Command) entry(r *Request) Entry {
	return Entry{
		Name: cmd.Name, Aliases: cmd.Aliases, Usage: cmd.usage(),
		Short: r.word(cmd.Short), Long: r.word(cmd.Long), Group: r.word(cmd.Group), english: cmd.Short + " " + cmd.Long,
	}
}

// has reports whether every word of what is looked for is somewhere in the
// entry, as it is shown or in English. A slash before a word means nothing.
func (e *Entry) has(words string) bool {
	all := strings.ToLower(strings.Join(append([]string{e.Usage, e.Short, e.Long, e.english}, e.Aliases...), " "))
	for _, w := range strings.Fields(strings.ToLower(words)) {
		if !strings.Contains(all, strings.TrimPrefix(w, "/")) {
			return false
		}
	}
	return true
}

// Search returns the entries that have the words; those come first whose name begins with them.
func Search(entries []Entry, words string) (found []Entry) {
	var others []Entry
	name := strings.ToLower(strings.TrimPrefix(strings.TrimSpace(words), "/"))
	for _, e := range entries {
		switch {
		case slices.ContainsFunc(append([]string{e.Name}, e.Aliases...), func(n string) bool { return strings.HasPrefix(n, name) }):
			found = append(found, e)
		case e.has(words):
			others = append(others, e)
		}
	}
	return append(found, others...)
}

// usageCols is where the second column of help begins.
const usageCols = 26

// Line is the entry as two columns.
func (e *Entry) Line() text.Line {
	return text.NewLine(text.Pad(e.Usage, usageCols)+"  "+e.Short, lineCols)
}
