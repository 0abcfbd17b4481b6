package wire

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"parley/chat"
	"parley/lang"
	"parley/rooms"
	"parley/text"
)

// Answer is the line out that ends a command. What is behind Error is for live conversations.
type Answer struct {
	Type    string          `json:"type"` // "answer"
	ID      json.RawMessage `json:"id"`
	OK      bool            `json:"ok"`
	Events  []Event         `json:"events,omitempty"`
	Lines   []string        `json:"lines,omitempty"`
	Objects []object        `json:"objects,omitempty"`
	Error   *Failure        `json:"error,omitempty"`

	Messages []Message `json:"messages,omitempty"` // rows as they are now, or what was found
	AsOf     uint64    `json:"asof,omitempty"`     // with Messages of --now: the seq of the room's log up to which they are
	Before   uint64    `json:"before,omitempty"`   // there are more rows before this seq
	After    uint64    `json:"after,omitempty"`    // there are more rows behind this seq
	Next     string    `json:"next,omitempty"`     // there is more to be found: before: with this goes on
	Ask      string    `json:"ask,omitempty"`      // a question, to which the same command with yes is the answer
	No       string    `json:"no,omitempty"`       // with Ask: the command to be sent on no, where there is one
	Go       *Place    `json:"go,omitempty"`       // what is to be shown
	Places   []Place   `json:"places,omitempty"`   // where each of Lines leads
	Press    string    `json:"press,omitempty"`    // the key of the chat view that does what was asked for
	From     *int      `json:"from,omitempty"`     // of a completion: where the word begins, in UTF-16 code units
	Choices  *[]Choice `json:"choices,omitempty"`  // of a completion
	Log      string    `json:"log,omitempty"`      // the room whose log says what Lines say
}

// Failure is why a command did nothing.
type Failure struct {
	Status int     `json:"status"`          // as an exit status: see Status
	Text   string  `json:"text"`            // a sentence, in English, or in the person's language in a live conversation
	After  float64 `json:"after,omitempty"` // seconds after which it would be taken, of what came too fast
}

// Place is a room, a message of it, or a thread.
type Place struct {
	Room   string `json:"room"`
	Seq    uint64 `json:"seq,omitempty"`    // the message
	Thread uint64 `json:"thread,omitempty"` // the thread that it is in, or without a message the thread itself, by its first message
}

// Choice is what a completion offers for the word before the cursor.
type Choice struct {
	Insert string `json:"insert"` // what takes the place of the word
	Label  string `json:"label"`  // what a list shows
	Hint   string `json:"hint,omitempty"`
}

func refusal(id json.RawMessage, status int, sentence string) Answer {
	return Answer{Type: "answer", ID: id, Error: &Failure{Status: status, Text: sentence}}
}

// Refusal is the answer of a command that failed, in English.
func Refusal(id json.RawMessage, err error) Answer { return refused(id, err, lang.En, time.UTC) }

// refused is the answer of a command that failed.
func (t *talk) refused(cmd *Command, err error) Answer {
	return refused(cmd.ID, err, t.who.Lang, t.who.Zone)
}

func refused(id json.RawMessage, err error, in lang.Tag, zone *time.Location) Answer {
	a := refusal(id, Status(err), chat.Explain(in, zone, err))
	var rate *rooms.RateError
	if errors.As(err, &rate) {
		a.Error.After = rate.After.Seconds()
	}
	return a
}

// answer runs one command of the table. It may run while Run goes on: what of the talk changes meanwhile is in r.
func (t *talk) answer(ctx context.Context, cmd *Command, r chat.Request) (a Answer, over bool) {
	rest, _ := t.chat.Switches(cmd.Command + " " + cmd.Args)
	r.Line, r.Body, r.Nonce, r.Yes = rest, cmd.Body, cmd.Nonce, cmd.Yes
	if cmd.Body != "" {
		r.In = strings.NewReader(cmd.Body)
	}
	reply, err := t.chat.Run(ctx, r)
	a = Answer{Type: "answer", ID: cmd.ID, OK: true}
	for _, l := range reply.Lines {
		a.Lines = append(a.Lines, l.String())
	}
	if err != nil {
		failed := t.refused(cmd, err)
		failed.Lines = a.Lines // what was done before
		return failed, false
	}
	if no := t.notHere(cmd, &reply); no != nil {
		return *no, false
	}
	if reply.Facts != nil && len(reply.Facts) > 0 {
		a.Objects = objects(reply.Facts)
		if t.live == nil {
			a.Lines = nil
		}
	}
	called := t.labels(ctx, r.Actor)
	if reply.Now != nil {
		a.Messages, a.AsOf, a.Before, a.After = FromNow(&reply), reply.Now.AsOf, reply.Now.Before, reply.Now.After
		return a, false
	}
	if t.live != nil {
		t.lead(&a, &reply, called)
	} else {
		for _, e := range reply.Events {
			a.Events = append(a.Events, FromEvent(e, called(e.Room)))
		}
	}
	return a, reply.Do == chat.Quit
}

// notHere is the answer of a command that a conversation cannot do or has to ask about; nil for others.
func (t *talk) notHere(cmd *Command, reply *chat.Reply) *Answer {
	var a Answer
	switch {
	case !reply.Ask.IsZero() && t.live != nil:
		a = Answer{Type: "answer", ID: cmd.ID, Ask: reply.Ask.String(), No: reply.No}
	case !reply.Ask.IsZero():
		a = refusal(cmd.ID, Usage, reply.Ask.String()+`: say it again with "yes":true to do it`)
	case reply.Stream != nil, reply.Raw != nil, reply.Do == chat.Converse:
		a = refusal(cmd.ID, Usage, t.who.Lang.Sprintf("that command takes a channel of its own: ssh HOST %s", cmd.Command))
	case reply.Do == chat.PlainMode, reply.Do == chat.ViewMode, reply.Do == chat.Clear, reply.Do == chat.Press && t.live == nil:
		a = refusal(cmd.ID, Usage, t.who.Lang.Text("that command changes what a terminal shows, and there is none here"))
	default:
		return nil
	}
	return &a
}

// labels finds what rooms are called, each once.
func (t *talk) labels(ctx context.Context, who rooms.Actor) func(rooms.ID) string {
	known := map[rooms.ID]string{}
	return func(id rooms.ID) string {
		name, ok := known[id]
		if !ok {
			if room, err := t.chat.Rooms.Room(ctx, who, id); err == nil {
				name = room.Label(text.Name{})
			}
			known[id] = name
		}
		return name
	}
}

// lead says where an answer leads, and lists what it lists as it is now.
func (t *talk) lead(a *Answer, reply *chat.Reply, called func(rooms.ID) string) {
	switch reply.Do {
	case chat.Switch, chat.Jump:
		a.Go = &Place{called(reply.Room), reply.Seq, reply.Thread}
	case chat.Thread:
		a.Go = &Place{Room: called(reply.Room), Thread: reply.Seq}
	case chat.Press:
		a.Press = reply.Key
	}
	if reply.Log != 0 {
		a.Log = called(reply.Log)
	}
	for _, p := range reply.Places {
		a.Places = append(a.Places, Place{called(p.Room), p.Seq, p.Thread})
	}
	if !reply.Next.IsZero() && reply.Next.Seq != 0 {
		a.Next = chat.Ref(called(reply.Next.Room), reply.Next.Seq)
	}
	for _, e := range reply.Events {
		if reply.Made {
			a.Events = append(a.Events, FromEvent(e, called(e.Room)))
		} else {
			a.Messages = append(a.Messages, FromMessage(e, called(e.Room), reply.States[e]))
		}
	}
}
