package chat

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"parley/rooms"
	"parley/text"
)

// The language of searches. Words and "phrases" are looked for as they stand;
// a word with one of these prefixes says what else has to be so, and a '-' before
// either that it must not be so:
//
//	from:@ana  in:#ops  before:2026-11-01  after:yesterday  on:2026-11-22  has:link  is:pinned
//
// before: and after: leave the day itself out. before: also takes a message's
// reference, which is how a list goes on.

// queryPrefix is one of the words that a search understands.
type queryPrefix struct {
	name   string
	Short  string
	turns  bool     // may stand behind a '-'
	values []string // what there is to choose from, where that is fixed
	read   func(*queryReader, string) error
}

func queryPrefixes() []queryPrefix {
	days := []string{"today", "yesterday", "monday", "2026-01-31"}
	return []queryPrefix{
		{name: "from", Short: "who wrote it", turns: true, read: (*queryReader).from},
		{name: "in", Short: "in which room", turns: true, read: (*queryReader).in},
		{name: "before", Short: "before that day", values: days, read: (*queryReader).before},
		{name: "after", Short: "after that day", values: days, read: (*queryReader).after},
		{name: "on", Short: "on that day", values: days, read: (*queryReader).on},
		{name: "has", Short: "what is in it", turns: true, values: []string{string(rooms.WithLink), string(rooms.WithFile)}, read: (*queryReader).has},
		{name: "is", Short: "what became of it", values: []string{"pinned"}, read: (*queryReader).is},
	}
}

// maxQueryWords bounds how much one search looks for.
const maxQueryWords = 32

// queryReader makes a Query of what somebody typed.
type queryReader struct {
	*call
	ctx  context.Context
	q    rooms.Query
	upto rooms.Position // of before:REF
	not  bool           // the word at hand stands behind a '-'
}

// query reads a search. upto is where the list of what is found begins, zero for at the newest.
func (in *call) query(ctx context.Context, words string) (q rooms.Query, upto rooms.Position, err error) {
	r := &queryReader{call: in, ctx: ctx}
	for n := 0; ; n++ {
		token, rest, quoted := cutToken(words)
		if token == "" && rest == "" && !quoted {
			return r.q, r.upto, nil
		}
		if n == maxQueryWords {
			return q, upto, in.wrong("that are more than %d words to look for", maxQueryWords)
		}
		words = rest
		if err := r.token(token, quoted); err != nil {
			return q, upto, err
		}
	}
}

// phraseQuotes are what a phrase begins with and ends with: keyboards and input methods make curved and wide ones.
var phraseQuotes = [][2]string{{`"`, `"`}, {"“", "”"}, {"„", "“"}, {"＂", "＂"}}

// cutToken splits the first word or phrase of a search off, with the '-' before it. A quote that nothing closes reaches to the end.
func cutToken(s string) (token, rest string, quoted bool) {
	s = strings.TrimLeftFunc(s, unicode.IsSpace)
	bare, negative := strings.CutPrefix(s, "-")
	for _, q := range phraseQuotes {
		if phrase, ok := strings.CutPrefix(bare, q[0]); ok {
			phrase, rest, _ = strings.Cut(phrase, q[1])
			if negative {
				phrase = "-" + phrase
			}
			return phrase, rest, true
		}
	}
	end := strings.IndexFunc(s, unicode.IsSpace)
	if end < 0 {
		end = len(s)
	}
	return s[:end], s[end:], false
}

// token takes one word or phrase.
func (r *queryReader) token(token string, quoted bool) error {
	token, r.not = strings.CutPrefix(token, "-")
	if token == "" && r.not && !quoted {
		token, r.not = "-", false // a dash among words
	}
	if name, value, ok := strings.Cut(token, ":"); ok && !quoted {
		taken, err := r.prefixed(strings.ToLower(name), value)
		if taken || err != nil {
			return err
		}
	}
	switch {
	case text.Fold(token) == "":
	case r.not:
		r.q.Without = append(r.q.Without, token)
	default:
		r.q.Words = append(r.q.Words, token)
	}
	return nil
}

// prefixed takes a word with a prefix. It is none if it is text with a colon in it: "error:5" and "ticket:abc" are what to look
// for, and only what is nearly a prefix, "form:ana", is refused.
func (r *queryReader) prefixed(name, value string) (taken bool, err error) {
	var names []string
	for _, p := range queryPrefixes() {
		names = append(names, p.name)
		if p.name != name {
			continue
		}
		switch {
		case value == "":
			return true, r.wrong("%s: needs something behind it, without a space between", name)
		case r.not && !p.turns:
			return true, r.wrong("%s: cannot stand behind a -", name)
		}
		return true, p.read(r, value)
	}
	if !likePrefix(name, value) {
		return false, nil
	}
	for _, n := range names {
		if d := text.Distance(name, n); d == 1 || d == 2 && len(name) > 3 {
			return true, r.wrong(`there is no %s: in a search; did you mean %s:? In quotes, "%s", it is looked for as it is`,
				printable(name), n, printable(name+":"+value))
		}
	}
	return false, nil
}

// likePrefix tells a word that somebody took for a prefix from text with a colon in it: of letters alone, before
// something that is neither a number or a time ("error:5"), nor the rest of a URL or of a name ("std::sort").
func likePrefix(name, value string) bool {
	letters := strings.Trim(name, "abcdefghijklmnopqrstuvwxyz") == "" && len(name) > 1
	if !letters || value == "" || value[0] == ':' || value[0] == '/' || strings.Trim(value, "0123456789.:,/") == "" {
		return false
	}
	return !slices.ContainsFunc(text.Parse(text.NewBody(name+":"+value)), func(s text.Span) bool { return s.Kind == text.URL })
}

func (r *queryReader) from(typed string) error {
	who := r.Actor.Name
	if typed != "me" && typed != "@me" {
		var err error
		if who, err = r.author(typed); err != nil {
			return err
		}
	}
	if r.not {
		r.q.NotFrom = append(r.q.NotFrom, who)
	} else {
		r.q.From = append(r.q.From, who)
	}
	return nil
}

// author is somebody who may have written here: also who is gone, guests, and those of an imported log.
func (r *queryReader) author(typed string) (text.Name, error) {
	name, err := r.person(typed)
	if err == nil {
		return name, nil
	}
	old, e := text.ReadName(strings.TrimPrefix(typed, "@"))
	if e != nil {
		return text.Name{}, err
	}
	if old.IsGuest() {
		return old, nil
	}
	if r.chat.Keys.Known(r.ctx, old) { // names are never given again
		return old, nil
	}
	if found, e := r.chat.Rooms.Search(r.ctx, r.Actor, rooms.Query{From: []text.Name{old}}, rooms.Position{}, 1); e == nil && len(found.Events) > 0 {
		return old, nil
	}
	return text.Name{}, err
}

func (r *queryReader) in(typed string) error {
	if !strings.HasPrefix(typed, "@") && !strings.HasPrefix(typed, "#") {
		typed = "#" + typed
	}
	room, err := r.findRoom(r.ctx, typed)
	if err == nil {
		err = r.mayRead(r.ctx, room)
	}
	if err != nil {
		return err
	}
	if r.not {
		r.q.NotIn = append(r.q.NotIn, room.ID)
	} else {
		r.q.In = append(r.q.In, room.ID)
	}
	return nil
}

// mayRead refuses a room in which the caller could find nothing: they are invited and not in it.
func (in *call) mayRead(ctx context.Context, room rooms.Room) error {
	_, err := in.chat.Rooms.Events(ctx, in.Actor, room.ID, room.Seq, 1)
	return err
}

func (r *queryReader) before(typed string) error {
	if strings.Contains(typed, ":") && isRef(typed) {
		m, err := r.message(r.ctx, typed)
		if err != nil {
			return err
		}
		r.upto = rooms.Position{Time: m.event.Time, Room: m.event.Room, Seq: m.event.Seq}
		return nil
	}
	from, _, err := r.day(typed)
	if err == nil && (r.q.Before.IsZero() || from.Before(r.q.Before)) {
		r.q.Before = from
	}
	return err
}

func (r *queryReader) after(typed string) error {
	_, to, err := r.day(typed)
	if err == nil && to.After(r.q.Since) {
		r.q.Since = to
	}
	return err
}

func (r *queryReader) on(typed string) error {
	from, to, err := r.day(typed)
	if err != nil {
		return err
	}
	if from.After(r.q.Since) {
		r.q.Since = from
	}
	if r.q.Before.IsZero() || to.Before(r.q.Before) {
		r.q.Before = to
	}
	return nil
}

func (r *queryReader) has(typed string) error {
	trait := rooms.Trait(strings.ToLower(strings.TrimSuffix(typed, "s")))
	if trait != rooms.WithLink && trait != rooms.WithFile {
		return r.wrong("has: takes link or file, not %s", printable(typed))
	}
	if r.not {
		r.q.Lacks = append(r.q.Lacks, trait)
	} else {
		r.q.Has = append(r.q.Has, trait)
	}
	return nil
}

func (r *queryReader) is(typed string) error {
	if !strings.EqualFold(typed, "pinned") {
		return r.wrong("is: takes pinned, not %s", printable(typed))
	}
	r.q.Pinned = true
	return nil
}

// completeQuery completes a word of a search: the prefixes, and what each of them takes.
func (in *call) completeQuery(ctx context.Context, word string) (out []Completion) {
	sign := ""
	if strings.HasPrefix(word, "-") {
		sign, word = "-", word[1:]
	}
	name, value, prefixed := strings.Cut(word, ":")
	for _, p := range queryPrefixes() {
		switch {
		case sign != "" && !p.turns:
		case prefixed && p.name == name:
			for _, c := range in.completeQueryValue(ctx, p, value) {
				c.Insert = sign + name + ":" + c.Insert
				out = append(out, c)
			}
		case !prefixed && strings.HasPrefix(p.name, word):
			out = append(out, Completion{Insert: sign + p.name + ":", Label: sign + p.name + ":", Hint: in.word(p.Short)})
		}
	}
	return out
}

func (in *call) completeQueryValue(ctx context.Context, p queryPrefix, value string) []Completion {
	switch p.name {
	case "from":
		own := completeWords(value, []string{"me"})
		return append(own, in.completePerson(ctx, value, "@", " ")...)
	case "in":
		if !strings.HasPrefix(value, "@") {
			return in.completeRoom(ctx, value)
		}
		return in.completeDirect(ctx, value)
	}
	return completeWords(value, p.values)
}
