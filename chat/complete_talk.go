package chat

import (
	"context"
	"strconv"
	"strings"

	"parley/rooms"
	"parley/text"
)

// maxRefs is how many messages are offered where a reference is wanted: the newest.
const maxRefs = 20

// mayBeRef reports whether a word could become a reference by more letters.
func mayBeRef(word string) bool {
	return word == "" || isRef(word) || word[0] == '#' || word[0] == '@'
}

// completeRef offers the newest messages, with who wrote them and what they say.
func (in *call) completeRef(ctx context.Context, word string) (out []Completion) {
	at := strings.LastIndexByte(word, ':')
	if at < 0 && word != "" && (word[0] == '#' || word[0] == '@') {
		for _, c := range in.completePlace(ctx, word) {
			c.Insert = strings.TrimSuffix(c.Insert, " ") + ":"
			out = append(out, c)
		}
		return out
	}
	room, err := in.placeOf(ctx, word[:max(at, 0)])
	if err != nil {
		return nil
	}
	list, err := in.recent(ctx, room)
	if err != nil {
		return nil
	}
	number := strings.TrimPrefix(word[at+1:], "^")
	for _, m := range list {
		seq := strconv.FormatUint(m.event.Seq, 10)
		if strings.HasPrefix(seq, number) {
			out = append(out, Completion{Insert: word[:at+1] + seq + " ", Label: seq + " " + m.event.Author.String(), Hint: text.NewLine(m.text(), excerptCols).String()})
		}
	}
	return out
}

func (in *call) placeOf(ctx context.Context, typed string) (rooms.Room, error) {
	if typed == "" {
		return in.current(ctx)
	}
	return in.findRoom(ctx, typed)
}

// recent is the newest messages of a room, the newest first.
func (in *call) recent(ctx context.Context, room rooms.Room) (list []message, err error) {
	events, err := in.chat.Rooms.EventsBefore(ctx, in.Actor, room.ID, room.Seq+1, 5*maxRefs)
	if err != nil || len(events) == 0 {
		return nil, err
	}
	states, err := in.chat.Rooms.States(ctx, in.Actor, room.ID, events[0].Seq, room.Seq)
	if err != nil {
		return nil, err
	}
	for i := len(events) - 1; i >= 0 && len(list) < maxRefs; i-- {
		if m := (message{room, events[i], states[events[i].Seq]}); m.event.Type.Talk() && !m.gone() {
			list = append(list, m)
		}
	}
	return list, nil
}

// completePlace completes "#op" to a room, and "@b" to a direct one.
func (in *call) completePlace(ctx context.Context, word string) []Completion {
	if strings.HasPrefix(word, "@") {
		return in.completeDirect(ctx, word)
	}
	return in.completeRoom(ctx, word)
}

// completeDirect offers the conversations that there are, and then people: the last of those with commas between.
func (in *call) completeDirect(ctx context.Context, word string) (out []Completion) {
	seen := map[string]bool{}
	if inbox, err := in.inbox(ctx); err == nil && !in.Actor.Guest {
		for _, m := range inbox {
			if label := in.label(m.Room); m.Room.Kind == rooms.Direct && strings.HasPrefix(label, word) {
				seen[label] = true
				out = append(out, Completion{Insert: label + " ", Label: label})
			}
		}
	}
	at := strings.LastIndexByte(word, ',') + 1
	for _, c := range in.completePerson(ctx, word[at:], "@", " ") {
		if who, err := text.ReadName(strings.TrimPrefix(c.Label, "@")); err == nil && who.IsGuest() {
			continue // with whom nobody can begin a conversation
		}
		if label := word[:at] + c.Label; !seen[label] {
			out = append(out, Completion{Insert: word[:at] + c.Insert, Label: label, Hint: c.Hint})
		}
	}
	return out
}

// completeEmoji offers the names of emoji for ":ta".
func completeEmoji(word string) (out []Completion) {
	for _, name := range text.EmojiNames(word, maxCompletions) {
		c := Completion{Insert: ":" + name + ": ", Label: ":" + name + ":"}
		if e, err := text.ParseEmoji(name); err == nil {
			c.Hint = e.Glyph()
		}
		out = append(out, c)
	}
	return out
}
