package wire

import (
	"parley/chat"
	"parley/rooms"
	"parley/text"
)

// Message is a row of a room as it is now: an event, with its newest text and what later events have made of it.
type Message struct {
	Event
	Edited    int        `json:"edited,omitempty"`  // how often
	Deleted   string     `json:"deleted,omitempty"` // by whom
	Why       string     `json:"why,omitempty"`     // what was given as the reason of the deletion
	Expired   bool       `json:"expired,omitempty"` // what it said is not kept any more
	Reactions []Reaction `json:"reactions,omitempty"`
	Pinned    string     `json:"pinned,omitempty"` // by whom
	Votes     []Ballot   `json:"votes,omitempty"`
	Closed    string     `json:"closed,omitempty"`  // who closed the poll
	Replies   int        `json:"replies,omitempty"` // of the thread that begins with it
	Last      string     `json:"last,omitempty"`    // the time of the newest one
	Voices    []string   `json:"voices,omitempty"`  // the first few who wrote there
	Parent    *Parent    `json:"parent,omitempty"`  // what Ref is, where its reader may see it
	AsOf      uint64     `json:"asof,omitempty"`    // of the newest event that is folded in, where that is behind the answer's
}

// Reaction is an emoji and who gave it, in order.
type Reaction struct {
	Emoji string   `json:"emoji"`
	By    []string `json:"by"`
}

// Ballot is what somebody voted for: an option from 1 up.
type Ballot struct {
	By     string `json:"by"`
	Option int    `json:"option"`
}

// Parent is a message as a line above the one that is about it.
type Parent struct {
	Author  string `json:"author"`
	Text    string `json:"text"`
	Action  bool   `json:"action,omitempty"` // the author does what the text says
	Deleted string `json:"deleted,omitempty"`
	Expired bool   `json:"expired,omitempty"`
}

// maxGlance is the most columns of a parent's text.
const maxGlance = 200

// FromMessage describes an event of the room called name with what has become of it, nil for nothing.
func FromMessage(e *rooms.Event, name string, s *rooms.State) Message {
	m := Message{Event: FromEvent(e, name), Expired: chat.Erased(e, s)}
	if s == nil {
		return m
	}
	m.Text, m.Edited, m.Deleted, m.Why = s.Body(e).String(), s.Edits, s.Deleted.String(), s.Why.String()
	m.Pinned, m.Closed, m.Replies, m.Voices = s.Pinned.String(), s.Closed.String(), s.Replies, names(s.Voices)
	if !s.Signed(e) {
		m.Signature = ""
	}
	if !s.Deleted.IsZero() {
		m.File = nil
	}
	for _, r := range s.Reactions {
		m.Reactions = append(m.Reactions, Reaction{r.Emoji, names(r.By)})
	}
	for _, b := range s.Votes {
		m.Votes = append(m.Votes, Ballot{b.By.String(), b.Option})
	}
	if !s.Last.IsZero() {
		m.Last = s.Last.UTC().Format(timeForm)
	}
	return m
}

// FromNow describes the rows of an answer that has Reply.Now; each says as of which seq of the log it is.
func FromNow(r *chat.Reply) []Message {
	name := r.Now.Room.Label(text.Name{})
	out := make([]Message, 0, len(r.Events))
	for _, e := range r.Events {
		m := FromMessage(e, name, r.States[e])
		if s := r.States[e]; s != nil && s.AsOf > r.Now.AsOf {
			m.AsOf = s.AsOf
		}
		if p, ok := r.Now.Parents[e]; ok {
			m.Parent = parent(p)
		}
		out = append(out, m)
	}
	return out
}

func parent(p chat.Parent) *Parent {
	out := &Parent{Author: p.Event.Author.String(), Action: p.Event.Type == rooms.Action, Expired: chat.Erased(p.Event, p.State)}
	if p.State != nil {
		out.Deleted = p.State.Deleted.String()
	}
	out.Text = text.NewLine(text.Glance(p.State.Body(p.Event)), maxGlance).String()
	return out
}

func names(list []text.Name) []string {
	if len(list) == 0 {
		return nil
	}
	out := make([]string, len(list))
	for i, n := range list {
		out[i] = n.String()
	}
	return out
}
