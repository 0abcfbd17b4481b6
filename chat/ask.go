package chat

import (
	"context"
	"slices"
	"strings"
	"time"

	"parley/rooms"
	"parley/text"
)

// How ask ends where it was answered, or was not.
const (
	askedNo   Exit = 1
	askedLate Exit = 2
)

const (
	// askFor is how long ask waits if nothing is said, and askMost the longest.
	askFor  = 10 * time.Minute
	askMost = 7 * 24 * time.Hour
)

// asked is a question that waits for its answer.
type asked struct {
	in   *call
	room rooms.Room
	of   []text.Name // who may answer: nobody else; nil for anybody in the room but the asker and programs
	post rooms.Post
	wait time.Duration
}

func ask(ctx context.Context, in *call) (Reply, error) {
	if in.Session != nil {
		return in.answer("ask waits for an answer, so it is for scripts: ssh HOST ask %s", in.words)
	}
	if err := in.optionsBehind(); err != nil {
		return Reply{}, err
	}
	a := &asked{in: in, wait: askFor}
	if typed, ok := in.value("--timeout"); ok {
		d, err := text.ParseSpan(typed)
		if err != nil {
			return Reply{}, in.refuse(ErrUsage, err)
		}
		if d > askMost {
			return Reply{}, in.wrong("a question waits for seven days at most")
		}
		a.wait = d
	}
	if nonce, ok := in.value("--nonce"); ok {
		in.Nonce = nonce
	}
	if in.named == "" {
		return Reply{}, in.wrong("name whom to ask, or the room")
	}
	if in.text() == "" {
		return Reply{}, in.wrong("write what to ask")
	}
	var err error
	if a.room, err = in.inRoomToTalk(ctx); err != nil {
		return Reply{}, err
	}
	how := in.word("(Answer this message with yes or no, or react with :+1: or :-1:.)")
	if a.room.Kind == rooms.Direct {
		how = in.word("(Answer yes or no, or react with :+1: or :-1:.)")
		people, err := rooms.DirectNames(a.room.Direct)
		if err != nil {
			return Reply{}, err
		}
		a.of = slices.DeleteFunc(people, func(n text.Name) bool { return n == in.Actor.Name })
	}
	a.post = rooms.Post{Room: a.room.ID, Type: rooms.Message}
	words := in.text() + "\n" + how
	if body, err := text.ParseBody(words); err != nil {
		return Reply{}, in.refuse(ErrUsage, err)
	} else if text.Calls(body) != 0 && !in.Yes {
		if question := AskBefore(in.Lang, &a.room, body); !question.IsZero() {
			return Reply{Ask: question}, nil
		}
	} else {
		a.post.Text, a.post.Nonce = body, in.Nonce
	}
	return Reply{Stream: a.stream}, nil
}

// optionsBehind takes options off the end of the text: what is asked, and then --timeout 10m.
func (in *call) optionsBehind() error {
	for {
		at := -1
		for _, o := range in.cmd.options {
			if i := max(strings.LastIndex(in.words, " "+o.name+" "), strings.LastIndex(in.words, " "+o.name+"=")); i > at {
				at = i
			}
		}
		if at < 0 {
			return nil
		}
		name, value, rest, ok, without := in.cmd.cutOption(in.words[at:])
		if !ok || rest != "" {
			return nil // it is in the middle of the text
		}
		if without {
			return in.wrong("%s needs something behind it", name)
		}
		in.setOption(name, value)
		in.words = strings.TrimRight(in.words[:at], blanks)
	}
}

// stream asks, and waits for the answer.
func (a *asked) stream(ctx context.Context, out Sink) error {
	f := &Following{in: a.in, from: []start{{a.room, a.room.Seq}}}
	e, err := a.in.chat.Rooms.Post(ctx, a.in.Actor, a.post)
	if err != nil {
		return err
	}
	f.from[0].after = e.Seq // of a question that was asked before, with the same nonce: its answer may be there
	s, feed, err := f.Open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	defer feed.Close()
	limit, cancel := context.WithTimeout(ctx, a.wait-min(a.wait, a.in.chat.now().Sub(e.Time)))
	defer cancel()
	for {
		if over, err := a.look(ctx, feed, e, out); over || err != nil {
			return err
		}
		if err := feed.Wait(limit); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return &Error{askedLate, a.in.sentence("nobody has answered %s", a.in.refOf(a.room, e.Seq))}
		}
	}
}

// look reads on, until there is an answer.
//
//go:noinline
func (a *asked) look(ctx context.Context, feed *rooms.Feed, question *rooms.Event, out Sink) (over bool, err error) {
	for {
		events, err := feed.Poll(ctx, followPage)
		if err != nil {
			return true, err
		}
		if len(feed.Ended()) > 0 {
			return true, a.in.fail(rooms.ErrNotMember, "you are not in %s any more", a.in.label(a.room))
		}
		for _, e := range events {
			if over, err := a.heard(e, question, out); over || err != nil {
				return true, err
			}
		}
		if len(events) == 0 {
			return false, out.Flush()
		}
	}
}

// heard takes one event: an answer ends the question, and what else is said to it is a remark.
func (a *asked) heard(e, question *rooms.Event, out Sink) (over bool, err error) {
	if e.Type == rooms.Delete && e.Ref == question.Seq {
		return true, &Error{askedLate, a.in.sentence("the question was deleted")}
	}
	if !a.answers(e, question) {
		return false, nil
	}
	said := e.Text
	if e.Type == rooms.React {
		said = text.NewBody(Glyph(e.Detail))
	}
	verdict := decide(e)
	if verdict == unclear {
		return false, out.Emit(Item{Remark: a.in.say("%s: %s", e.Author, said)})
	}
	if err := out.Emit(Item{Room: a.room.Label(text.Name{}), Label: a.in.label(a.room), Event: e, Words: said}); err != nil {
		return true, err
	}
	if verdict == no {
		return true, &Error{Kind: askedNo}
	}
	return true, nil
}

// answers reports whether an event answers the question, whatever it says, and is of somebody who may.
func (a *asked) answers(e, question *rooms.Event) bool {
	if e.Author == a.in.Actor.Name || e.Bot || a.of != nil && !slices.Contains(a.of, e.Author) {
		return false
	}
	switch {
	case e.Type == rooms.React:
		return e.Ref == question.Seq
	case !e.Type.Talk():
		return false
	}
	return e.Ref == question.Seq || e.Thread == question.Seq || a.of != nil && e.Ref == 0 && e.Thread == 0
}

// verdict is what an answer means.
type verdict int

const (
	unclear verdict = iota
	yes
	no
)

// The words and emoji that mean yes and no: the whole answer, or its first words up to a mark.
var (
	yesWords = []string{"yes", "y", "yep", "yeah", "yup", "ok", "okay", "k", "sure", "go", "goahead", "approve", "approved", "accept", "accepted", "lgtm", "shipit", "ship", "doit", "fine", "yesplease", "please", "はい", "うん", "ええ", "いいよ", "いいです", "いいですよ", "おk", "おけ", "オッケー", "オーケー", "了解", "りょうかい", "承認", "承認します", "どうぞ", "お願いします", "おねがいします", "大丈夫", "大丈夫です", "よし"}
	noWords  = []string{"no", "n", "nope", "nah", "stop", "deny", "denied", "reject", "rejected", "abort", "cancel", "dont", "wait", "never", "nothanks", "いいえ", "いや", "だめ", "だめです", "ダメ", "駄目", "駄目です", "却下", "却下します", "やめて", "中止", "拒否", "ストップ", "待って", "まって"}
)

var (
	yesEmoji = []string{"👍", "✅", "✔️", "☑️", "👌", "🆗", "🚀", "🚢", "🙆", "💯", "🎉"}
	noEmoji  = []string{"👎", "❌", "✖️", "❎", "🛑", "⛔", "🚫", "🙅", "✋"}
)

// decide is what an event says to a question of yes or no.
func decide(e *rooms.Event) verdict {
	if e.Type == rooms.React {
		return ofEmoji(e.Detail)
	}
	return ofWords(text.Plainly(e.Text))
}

// ofWords reads an answer: its words up to the first mark decide, and nothing after that may say the opposite. "yes, go", "はい。" and "👍" are clear; "no idea" and "yes but
// wait" are not, and a deployment does not hang on a guess.
func ofWords(said string) verdict {
	said = strings.ToLower(strings.TrimSpace(said))
	if v := ofEmoji(said); v != unclear {
		return v
	}
	isMark := func(r rune) bool { return strings.ContainsRune(",.;:!?、。！？，．\n…–—-", r) }
	parts := strings.FieldsFunc(said, isMark)
	if len(parts) == 0 {
		return unclear
	}
	join := func(s string) string {
		return strings.NewReplacer("'", "", "’", "", " ", "", "*", "", "_", "", "~", "", "`", "").Replace(s)
	}
	v := ofWord(join(parts[0]))
	if v == unclear {
		v = ofEmoji(strings.TrimSpace(parts[0]))
	}
	for _, part := range parts[1:] {
		for _, word := range append(strings.Fields(part), join(part)) {
			if other := ofWord(join(word)); other != unclear && other != v {
				return unclear
			}
		}
	}
	return v
}

func ofWord(word string) verdict {
	switch {
	case word == "":
	case slices.Contains(yesWords, word):
		return yes
	case slices.Contains(noWords, word):
		return no
	}
	return unclear
}

// ofEmoji reads an emoji: a character, its name, or the name between colons.
func ofEmoji(s string) verdict {
	e, err := text.ParseEmoji(s)
	if err != nil {
		return unclear
	}
	is := func(list []string) bool {
		return slices.ContainsFunc(list, func(glyph string) bool {
			known, err := text.ParseEmoji(glyph)
			return err == nil && known.String() == e.String()
		})
	}
	switch {
	case is(yesEmoji):
		return yes
	case is(noEmoji):
		return no
	}
	return unclear
}
