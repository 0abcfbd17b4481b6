package chat

import (
	"context"
	"strconv"
	"strings"
	"unicode/utf8"

	"parley/rooms"
	"parley/text"
)

// poll asks a question with options to vote on, or shows the votes of one that was asked.
func poll(ctx context.Context, in *call) (Reply, error) {
	if ref, rest := cutRef(in.text()); in.text() == "" || ref != "" && rest == "" {
		m, err := in.pollOr(ctx, ref, nil)
		if err != nil {
			return Reply{}, err
		}
		return Reply{Lines: in.votes(m)}, nil
	}
	lines := pollLines(in.text())
	for _, l := range lines {
		if l == "" {
			return Reply{}, in.wrong("the question and each option say something")
		}
	}
	if len(lines) < 3 || len(lines) > 1+rooms.MaxOptions {
		return Reply{}, in.wrong("a poll has a question and two to %d options", rooms.MaxOptions)
	}
	return in.post(ctx, rooms.Poll, strings.Join(lines, "\n"))
}

// pollLines reads a question and its options: "Lunch?" "pizza" "soup", or Lunch? pizza | soup, or one a line.
func pollLines(words string) (lines []string) {
	isQuote := func(r rune) bool { return strings.ContainsRune("\"“”„", r) }
	first, rest, bars := strings.Cut(words, "|")
	switch {
	case strings.IndexFunc(words, isQuote) == 0:
		for _, part := range strings.FieldsFunc(words, isQuote) {
			if part = flatten(part); part != "" {
				lines = append(lines, part)
			}
		}
	case bars:
		if i := strings.LastIndexAny(first, "?？"); i >= 0 {
			_, size := utf8.DecodeRuneInString(first[i:])
			lines = append(lines, flatten(first[:i+size]))
			first = flatten(first[i+size:])
		}
		if first != "" {
			lines = append(lines, flatten(first))
		}
		for part := range strings.SplitSeq(rest, "|") {
			lines = append(lines, flatten(part))
		}
	default:
		for part := range strings.SplitSeq(words, "\n") {
			lines = append(lines, flatten(part))
		}
	}
	return lines
}

// flatten makes one line of what a question or an option says.
func flatten(s string) string { return strings.Join(strings.Fields(s), " ") }

// pollOr is the poll of a reference, and without one the newest one that is wanted.
func (in *call) pollOr(ctx context.Context, ref string, want func(message) bool) (message, error) {
	m, err := in.messageOr(ctx, ref, func(m message) bool {
		return m.event.Type == rooms.Poll && (want == nil || want(m))
	})
	if err == nil && m.event.Type != rooms.Poll {
		return m, in.fail(rooms.ErrNoEvent, "%s is not a poll", in.refOf(m.room, m.event.Seq))
	}
	return m, err
}

func (m message) open() bool { return m.state == nil || m.state.Closed.IsZero() }

// votes is a poll as it stands.
func (in *call) votes(m message) []text.Line {
	if m.gone() {
		return []text.Line{in.say("that message was deleted")}
	}
	question, options := rooms.PollOptions(m.event.Text)
	var ballots []rooms.Ballot
	if m.state != nil {
		ballots = m.state.Votes
	}
	head := in.say("%s  %s asks: %s  (%s)", in.refOf(m.room, m.event.Seq), m.event.Author, question, in.count(len(ballots), "%d vote", "%d votes"))
	if !m.open() {
		head = in.say("%s  %s asked: %s  (%s, closed by %s)", in.refOf(m.room, m.event.Seq), m.event.Author, question, in.count(len(ballots), "%d vote", "%d votes"), m.state.Closed)
	}
	lines := []text.Line{head}
	for i, option := range options {
		var by []string
		for _, b := range ballots {
			if b.Option == i+1 {
				by = append(by, b.By.String())
			}
		}
		lines = append(lines, in.say("%d %s  %d  %s", i+1, option, len(by), strings.Join(by, ", ")))
	}
	return lines
}

// vote gives the caller's one vote in a poll to an option, or takes it back.
func vote(ctx context.Context, in *call) (Reply, error) {
	ref, choice := cutRef(in.words)
	if choice == "" {
		ref, choice = "", ref // "/vote 2" is about the option 2
	}
	if choice == "" {
		return Reply{}, in.wrong("name the option by its number, or - to take your vote back")
	}
	m, err := in.pollOr(ctx, ref, message.open)
	if err != nil {
		return Reply{}, err
	}
	option := ""
	if choice != "-" {
		if option, err = in.option(m, choice); err != nil {
			return Reply{}, err
		}
	}
	r, err := in.change(ctx, m, rooms.Entry{Type: rooms.Vote, Detail: option})
	if err != nil {
		return Reply{}, err
	}
	question, options := rooms.PollOptions(m.event.Text)
	if n, err := strconv.Atoi(option); err == nil && n >= 1 && n <= len(options) {
		r.Lines = append(r.Lines, in.say("%s You vote for: %s", question, options[n-1]))
	}
	return r, nil
}

// option is the number of an option, which may be given by how it begins.
func (in *call) option(m message, choice string) (string, error) {
	if n, err := strconv.Atoi(choice); err == nil {
		return strconv.Itoa(n), nil
	}
	_, options := rooms.PollOptions(m.event.Text)
	found := 0
	for i, o := range options {
		if len(o) >= len(choice) && strings.EqualFold(o[:len(choice)], choice) {
			if found > 0 {
				return "", in.wrong("several options begin with %s: give its number", printable(choice))
			}
			found = i + 1
		}
	}
	if found == 0 {
		return "", in.wrong("that poll has no option %s: give its number", printable(choice))
	}
	return strconv.Itoa(found), nil
}

// closePoll ends a poll; its author and moderators may.
func closePoll(ctx context.Context, in *call) (Reply, error) {
	ref, rest := cutRef(in.words)
	if rest != "" {
		return Reply{}, in.wrong("name one poll")
	}
	m, err := in.pollOr(ctx, ref, message.open)
	if err != nil {
		return Reply{}, err
	}
	r, err := in.change(ctx, m, rooms.Entry{Type: rooms.Close})
	if err != nil {
		return Reply{}, err
	}
	if m, err = in.messageAt(ctx, m.room, m.event.Seq); err != nil {
		return Reply{}, err
	}
	r.Lines = in.votes(m)
	return r, nil
}
