package rooms

import (
	"slices"
	"strconv"
	"time"

	"parley/text"
)

// State is what later events of the log have made of one message. It is never
// changed: With returns the next one. The nil State is that of a message that
// nothing has happened to.
//
// Replaying all events about a message gives the same State as folding those
// that are new into one that was read earlier.
type State struct {
	Seq  uint64 // of the message
	AsOf uint64 // seq of the newest event that is folded in

	Text    text.Body // the newest text; it counts where Edits > 0
	Edits   int
	Deleted text.Name // who deleted the message, zero for nobody
	Why     text.Body // what a moderator gave as the reason

	Reactions []Reaction // in the order in which they first came
	Pinned    text.Name  // who pinned it, zero for nobody
	Votes     []Ballot   // of a poll, by who voted first
	Closed    text.Name  // who closed the poll, zero for nobody

	// Replies counts the messages of the thread that begins here and are not deleted. Last is when somebody wrote
	// there last, zero where nothing is left of it.
	Replies int
	Last    time.Time
	// Voices are the first few who wrote in the thread, none where nothing is left of it.
	Voices []text.Name
}

// Reaction is one emoji and who gave it, in order.
type Reaction struct {
	Emoji string
	By    []text.Name
}

// Ballot is what somebody voted for: an option from 1 up.
type Ballot struct {
	By     text.Name
	Option int
}

// maxVoices bounds State.Voices.
const maxVoices = 5

// MaxReactions is the most different emoji on one message.
const MaxReactions = 20

// With is the state after one more event about the message. Events must be
// given in the order of the log; those that are folded in already change nothing.
func (s *State) With(e *Event) *State {
	if s != nil && e.Seq <= s.AsOf {
		return s
	}
	next := State{Seq: e.About()[0]}
	if s != nil {
		next = *s
	}
	next.AsOf = e.Seq
	if next.Deleted.IsZero() || e.Type.Talk() || e.Ref != next.Seq {
		next.fold(e)
	}
	return &next
}

func (s *State) fold(e *Event) {
	switch e.Type {
	case Edit:
		s.Text, s.Edits = e.Text, s.Edits+1
	case Delete:
		if e.Ref != s.Seq {
			s.unreply()
			return
		}
		// A thread outlives its first message.
		*s = State{Seq: s.Seq, AsOf: s.AsOf, Deleted: e.Author, Why: e.Text, Replies: s.Replies, Last: s.Last, Voices: s.Voices}
	case React:
		s.react(e.Detail, e.Author)
	case Unreact:
		s.unreact(e.Detail, e.Author)
	case Pin:
		s.Pinned = e.Author
	case Unpin:
		s.Pinned = text.Name{}
	case Vote:
		s.vote(e.Detail, e.Author)
	case Close:
		s.Closed = e.Author
	case Message, Action, Poll:
		s.Replies, s.Last = s.Replies+1, e.Time
		if len(s.Voices) < maxVoices && !slices.Contains(s.Voices, e.Author) {
			s.Voices = append(slices.Clip(s.Voices), e.Author)
		}
	}
}

// unreply takes a message of the thread away.
func (s *State) unreply() {
	if s.Replies = max(0, s.Replies-1); s.Replies == 0 {
		s.Last, s.Voices = time.Time{}, nil
	}
}

func (s *State) react(emoji string, by text.Name) {
	for i, r := range s.Reactions {
		if r.Emoji != emoji {
			continue
		}
		if slices.Contains(r.By, by) {
			return
		}
		s.Reactions = slices.Clone(s.Reactions)
		s.Reactions[i].By = append(slices.Clip(r.By), by)
		return
	}
	s.Reactions = append(slices.Clip(s.Reactions), Reaction{emoji, []text.Name{by}})
}

func (s *State) unreact(emoji string, by text.Name) {
	for i, r := range s.Reactions {
		if r.Emoji != emoji || !slices.Contains(r.By, by) {
			continue
		}
		s.Reactions = slices.Clone(s.Reactions)
		if len(r.By) == 1 {
			s.Reactions = slices.Delete(s.Reactions, i, i+1)
			return
		}
		s.Reactions[i].By = slices.DeleteFunc(slices.Clone(r.By), func(n text.Name) bool { return n == by })
		return
	}
}

func (s *State) vote(option string, by text.Name) {
	n, err := strconv.Atoi(option)
	if err != nil {
		n = 0
	}
	s.Votes = slices.DeleteFunc(slices.Clone(s.Votes), func(b Ballot) bool { return b.By == by })
	if n > 0 {
		s.Votes = append(s.Votes, Ballot{by, n})
	}
}

// Reacted reports whether somebody has given that emoji.
func (s *State) Reacted(emoji string, by text.Name) bool {
	if s == nil {
		return false
	}
	for _, r := range s.Reactions {
		if r.Emoji == emoji {
			return slices.Contains(r.By, by)
		}
	}
	return false
}

// Of lists the emoji that somebody has given, in the order in which they first came.
func (s *State) Of(who text.Name) (emoji []string) {
	if s == nil {
		return nil
	}
	for _, r := range s.Reactions {
		if slices.Contains(r.By, who) {
			emoji = append(emoji, r.Emoji)
		}
	}
	return emoji
}

// Body is the message's text as it is now, empty if it was deleted.
func (s *State) Body(e *Event) text.Body {
	switch {
	case s == nil:
		return e.Text
	case !s.Deleted.IsZero():
		return text.Body{}
	case s.Edits > 0:
		return s.Text
	}
	return e.Text
}

// Signed reports whether the author has signed the message as it is now: what was edited or deleted is not what was signed.
func (s *State) Signed(e *Event) bool {
	return e.Signature != "" && (s == nil || s.Edits == 0 && s.Deleted.IsZero())
}

// full reports whether a message takes no new emoji; one that it has already goes on being counted.
func (s *State) full(emoji string) bool {
	if s == nil || len(s.Reactions) < MaxReactions {
		return false
	}
	return !slices.ContainsFunc(s.Reactions, func(r Reaction) bool { return r.Emoji == emoji })
}
