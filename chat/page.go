package chat

import (
	"strings"

	"parley/lang"
	"parley/text"
)

// page is the manual page of a command as ssh prints it: name, synopsis, description, options, examples, exit status. The lines are as long as
// they are; a terminal divides them, and a pipe has them whole.
func (in *call) page(cmd *Command, e *Entry) []text.Line {
	var lines []text.Line
	section := func(title string, rows ...string) {
		if len(rows) == 0 {
			return
		}
		if len(lines) > 0 {
			lines = append(lines, text.Line{})
		}
		lines = append(lines, in.say("%s", title))
		for _, r := range rows {
			lines = append(lines, text.NewLine(r, pageCols))
		}
	}
	names := append([]string{e.Name}, e.Aliases...)
	section(in.word("NAME"), strings.Join(names, ", ")+" - "+e.Short)
	section(in.word("SYNOPSIS"), "ssh HOST "+strings.TrimPrefix(e.Usage, "/"), e.Usage)
	if e.Long != "" {
		section(in.word("DESCRIPTION"), strings.Split(e.Long, "\n")...)
	}
	var options []string
	for _, f := range cmd.flags {
		options = append(options, text.Pad(f, optionCols)+" "+in.word(optionHelp(cmd.Name, f)))
	}
	for _, o := range cmd.options {
		options = append(options, text.Pad(o.name, optionCols)+" "+in.word(optionHelp(cmd.Name, o.name)))
	}
	options = append(options, text.Pad("--json", optionCols)+" "+in.word("answer in JSON lines, for programs"), text.Pad("--yes", optionCols)+" "+in.word("do what would ask first"))
	section(in.word("OPTIONS"), options...)
	var shown []string
	for _, line := range examples(cmd.Name) {
		shown = append(shown, in.word(line))
	}
	section(in.word("EXAMPLES"), shown...)
	section(in.word("EXIT STATUS"), in.statuses(cmd.Name)...)
	return lines
}

const (
	// pageCols is wider than any description.
	pageCols = 2000
	// optionCols is the width of the column of options.
	optionCols = 10
)

// statuses are the exit statuses of a command, as sysexits.h has them.
func (in *call) statuses(name string) []string {
	switch name {
	case "ask":
		return []string{in.word("0 yes, 1 no, 2 nobody has answered; 64 wrong arguments, 67 no such person, 68 no such room, 75 the server ends, 77 not allowed")}
	case "tail", "attach":
		return []string{in.word("0 at the end; 64 wrong arguments, 68 no such room or event, 69 the store cannot be read, 75 the server ends: go on behind the last event, 77 not allowed, or put out of every room; ssh ends with 255 when the connection is lost")}
	}
	return []string{in.word("0 done; 64 wrong arguments, 65 bad standard input, 67 no such person, 68 no such room or message, 69 the store is not there, 70 a defect, 75 try again, 77 not allowed")}
}

// optionHelp says what a flag or an option of a command does.
func optionHelp(command, name string) string {
	switch command + " " + name {
	case "create -p":
		return lang.Key("private: only invited people see it")
	case "create -g":
		return lang.Key("guests may enter")
	case "list -a":
		return lang.Key("the archived ones")
	case "delete -y":
		return lang.Key("do not ask")
	case "tail -f":
		return lang.Key("go on with what happens")
	}
	switch command + " " + name {
	case "history -n":
		return lang.Key("how many rows, at most 200")
	case "history --before":
		return lang.Key("the rows before this event")
	case "history --after":
		return lang.Key("the rows behind this event")
	}
	switch name {
	case "--now":
		return lang.Key("messages as they are now, for programs")
	case "--around":
		return lang.Key("the rows before and behind this event, and itself")
	case "--thread":
		return lang.Key("the thread that begins with this message")
	case "--live":
		return lang.Key("for a program that you look at: counts, presence and settings too")
	case "--zone":
		return lang.Key("the time zone of that program: Europe/Berlin")
	case "--server":
		return lang.Key("on the whole server")
	case "--mentions":
		return lang.Key("only what mentions you")
	case "-n":
		return lang.Key("begin with so many of the newest events of each room")
	case "--since":
		return lang.Key("begin with the first event since then: 2h, 14:30, 2026-11-22, 2026-11-22T14:30:00Z")
	case "--after":
		return lang.Key("begin behind this event: its number, or #ops:1042, once for each room")
	case "--timeout":
		return lang.Key("how long to wait: 10m, 2h")
	case "--nonce":
		return lang.Key("a word of your own for this message: the same one again posts nothing twice")
	case "--reply":
		return lang.Key("the message that is answered")
	case "--code":
		return lang.Key("a block of code, in this language")
	case "--title":
		return lang.Key("a first line, and the name of a file")
	case "--signed":
		return lang.Key("standard input ends in a signature")
	}
	return lang.Key("see the description")
}

// examples are command lines that work as they stand.
func examples(command string) []string {
	switch command {
	case "post":
		return []string{
			"make 2>&1 | ssh HOST post '#builds'",
			lang.Key("ssh HOST post '#ops' \"deploy is green\""),
			lang.Key("ssh HOST post --reply '#ops:1042' --code go < main.go"),
			lang.Key("ssh HOST post --nonce \"build-$BUILD\" --json '#builds' \"build $BUILD is green\""),
		}
	case "tail":
		return []string{
			"ssh HOST tail -f '#ops' --json --since 2h | jq -r .text",
			"ssh HOST tail -f --json --after '#ops:1042' --after '#dev:7'",
			"ssh HOST tail -f --mentions",
		}
	case "ask":
		return []string{
			"ssh HOST ask @ana \"deploy?\" --timeout 10m && ./deploy.sh",
			lang.Key("ssh HOST ask '#ops' \"roll back?\" --json"),
		}
	case "attach":
		return []string{`echo '{"id":1,"command":"rooms"}' | ssh HOST attach --json`}
	case "search":
		return []string{lang.Key("ssh HOST search --json from:@ana in:#ops after:yesterday deploy")}
	case "history":
		return []string{"ssh HOST history '#ops' 50", "ssh HOST history --json '#ops' 100 before 1042", "ssh HOST history --json --now '#ops' --around 1042"}
	case "export":
		return []string{"ssh HOST export '#ops' > ops.jsonl"}
	}
	return nil
}
