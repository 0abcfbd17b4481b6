package rooms

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"parley/rooms/index"
	"parley/text"
)

// Query says which messages to look for: those for which all that is set is so.
// The zero Query finds everything that its asker may read.
type Query struct {
	Words   []string // words and phrases that stand in the text, wherever they stand; case and width do not count
	Without []string // and that do not
	From    []text.Name
	NotFrom []text.Name
	In      []ID // one of these rooms; empty for all
	NotIn   []ID
	Has     []Trait
	Lacks   []Trait
	Since   time.Time // said then or later; zero for no bound
	Before  time.Time // said earlier; zero for no bound
	Pinned  bool      // pinned now
	Mine    bool      // mentions or calls the asker, or has one of Calls
	// Calls are words by which the asker is called, too: with Mine, what others have said with one of them in rooms that the asker is in. They are
	// found as text.HasWord finds them, whatever their case and width.
	Calls []string
}

// Trait is something that a message can have beside its words.
type Trait string

const (
	WithLink Trait = "link" // a URL
	WithFile Trait = "file"
)

// Position is a message's place among all that can be found: by time, then by
// room, then by seq. The zero Position is after the newest.
type Position struct {
	Time time.Time
	Room ID
	Seq  uint64
}

// Compare is -1 when p is older than o, +1 when it is newer.
func (p Position) Compare(o Position) int {
	return cmp.Or(p.Time.Compare(o.Time), cmp.Compare(p.Room, o.Room), cmp.Compare(p.Seq, o.Seq))
}

// IsZero reports whether p is no message's place.
func (p Position) IsZero() bool { return p == Position{} }

// Found is a part of what a Query finds, the newest first.
type Found struct {
	// Events are the messages as they were written, but with the text as it is now.
	Events []*Event
	// Next is where the next part begins: it goes into the next search. Zero says that there is nothing further.
	Next Position
	// Part says that so much had to be read that the search stopped before
	// it had as many messages as were asked for: Next goes on.
	Part bool
}

// MaxFound is the most messages that one search returns.
const MaxFound = 100

// searchers is how many searches run at once. Each uses a connection of the
// store and up to a core for some tenths of a second; the others wait their turn, and
// those who read and post do not wait for them.
const searchers = 2

// Search returns up to limit messages, at most MaxFound, that who may read and that the query means, the
// newest first; before is Found.Next of the search that this one goes on from, or zero. Errors: *RateError.
func (m *Manager) Search(ctx context.Context, who Actor, q Query, before Position, limit int) (Found, error) {
	if who.Name.IsZero() {
		return Found{}, errNull
	}
	if err := m.limits.search(who); err != nil {
		return Found{}, err
	}
	return m.search(ctx, who, q, before, limit)
}

// Among returns those of a page of one room's events that a query means, in their order: what Search would find of them, at no rate.
func (m *Manager) Among(ctx context.Context, who Actor, q Query, page []*Event) (list []*Event, err error) {
	if len(page) == 0 {
		return nil, nil
	}
	last := page[len(page)-1]
	before := Position{Time: last.Time, Room: last.Room, Seq: last.Seq + 1}
	q.In, q.Since = []ID{last.Room}, last.Time
	for _, e := range page { // times may go back
		if e.Time.Before(q.Since) {
			q.Since = e.Time
		}
		if e.Time.After(before.Time) {
			before.Time = e.Time
		}
	}
	means := map[uint64]bool{}
	for more := true; more; more = !before.IsZero() {
		found, err := m.search(ctx, who, q, before, MaxFound)
		if err != nil {
			return nil, err
		}
		for _, e := range found.Events {
			means[e.Seq] = true
		}
		before = found.Next
	}
	for _, e := range page {
		if means[e.Seq] {
			list = append(list, e)
		}
	}
	return list, nil
}

// search is Search when it may be.
func (m *Manager) search(ctx context.Context, who Actor, q Query, before Position, limit int) (Found, error) {
	select {
	case m.searching <- struct{}{}:
		defer func() { <-m.searching }()
	case <-ctx.Done():
		return Found{}, ctx.Err()
	case <-m.ctx.Done():
		return Found{}, ErrClosed
	}
	bounded, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	found, err := m.store.Search(bounded, Viewer{who.Name, who.Guest}, q, before, min(max(limit, 1), MaxFound))
	return found, m.askerFailed(ctx, err)
}

// Viewer is who searches, as far as that decides what there is to be found.
type Viewer struct {
	Name  text.Name
	Guest bool // only rooms with Room.Guests exist
}

// Sees reports whether the viewer may read the room's log, being a member or
// not, and from which seq on.
func (v Viewer) Sees(room *Room, member *Member) (from uint64, ok bool) {
	s := standing{}
	if member != nil {
		s = standing{role: member.Role, joined: member.Joined}
	}
	if !s.reads(Actor{Name: v.Name, Guest: v.Guest}, room) {
		return 0, false
	}
	return max(s.from(room), room.Gone+1), true
}

// Prepare makes the part of a query that is about one message alone ready for blocks and for texts.
func (q *Query) Prepare() (*index.Query, *index.Search) {
	out := index.Query{Words: folded(q.Words), Without: folded(q.Without)}
	if list := terms(authorTerm, q.From); list != nil {
		out.Terms = append(out.Terms, list)
	}
	for _, t := range q.Has {
		out.Terms = append(out.Terms, []string{traitTerm(t)})
	}
	out.Lacks = terms(authorTerm, q.NotFrom)
	for _, t := range q.Lacks {
		out.Lacks = append(out.Lacks, traitTerm(t))
	}
	return &out, index.Prepare(out)
}

// PrepareCalls makes the query for what has one of q.Calls ready: the rest has to be so, too.
func (q *Query) PrepareCalls(asker text.Name) (*index.Query, *index.Search) {
	others := *q
	others.NotFrom = append(slices.Clip(q.NotFrom), asker)
	out, _ := others.Prepare()
	out.Any = folded(q.Calls)
	return out, index.Prepare(*out)
}

// folded is the words as texts are compared with them, without those that have nothing to compare.
func folded(words []string) (out []string) {
	for _, w := range words {
		if f := text.Fold(w); f != "" {
			out = append(out, f)
		}
	}
	return out
}

func terms[T any](term func(T) string, list []T) (out []string) {
	for _, v := range list {
		out = append(out, term(v))
	}
	return out
}

func authorTerm(n text.Name) string { return "by " + n.String() }
func traitTerm(t Trait) string      { return "has " + string(t) }

// Wants reports whether a room and a moment are among those that the query is about.
func (q *Query) Wants(room ID, at time.Time) bool {
	return q.WantsRoom(room) && (q.Since.IsZero() || !at.Before(q.Since)) && (q.Before.IsZero() || at.Before(q.Before))
}

// WantsRoom reports whether the query is about a room.
func (q *Query) WantsRoom(room ID) bool {
	return (len(q.In) == 0 || slices.Contains(q.In, room)) && !slices.Contains(q.NotIn, room)
}

// Doc is how a message by author with this text, and perhaps a file, is found.
func Doc(seq uint64, at int64, author text.Name, body text.Body, file *File) index.Doc {
	words := body.String()
	if file != nil && words != file.Name.String() {
		words += "\n" + file.Name.String()
	}
	d := index.Doc{Seq: seq, Time: at, Text: text.Fold(words), Terms: []string{authorTerm(author)}}
	if file != nil {
		d.Terms = append(d.Terms, traitTerm(WithFile))
	}
	if hasLink(body) {
		d.Terms = append(d.Terms, traitTerm(WithLink))
	}
	return d
}

// hasLink reports whether a body holds a URL.
func hasLink(body text.Body) bool {
	s := body.String()
	if !strings.Contains(s, ":") {
		return false
	}
	return slices.ContainsFunc(text.Parse(body), func(s text.Span) bool { return s.Kind == text.URL })
}
