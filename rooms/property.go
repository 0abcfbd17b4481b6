package rooms

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"parley/text"
)

// Properties that a Set event changes: its Detail. Its Text is the value.
const (
	PropSlow     = "slow"    // a duration in whole seconds as time.ParseDuration reads it, "0s" for none, at most MaxSlow
	PropLocked   = "lock"    // "on", "off"
	PropArchived = "archive" // "on", "off"
	PropGuests   = "guests"  // "on", "off"; of public rooms
	PropBots     = "bots"    // "on", "off": whether programs write
	PropHistory  = "history" // "all", "joined"
	PropKeep     = "keep"    // a duration, "0s" for ever; at least MinKeep
)

// MaxSlow is the longest pause that slow mode asks for.
const MaxSlow = 6 * time.Hour

// MinKeep is the shortest time that a room may keep what is said in it.
const MinKeep = time.Hour

// Apply is the room after its next event: the one rule for what events do to a
// room, whether it is read from a store or kept in memory. People is the
// number of members after the event, which only who keeps them knows.
func (r *Room) Apply(e *Event) {
	r.Seq, r.Messages = e.Seq, e.Messages
	switch e.Type {
	case Topic:
		r.Topic = text.NewLine(e.Text.String(), MaxTopic)
	case Rename:
		if name, err := text.ParseRoomName(e.Text.String()); err == nil {
			r.Name = name
		}
	case Set:
		r.set(e.Detail, e.Text.String())
	case Pin:
		r.Pinned = e.Ref
	case Unpin, Delete:
		if r.Pinned == e.Ref {
			r.Pinned, _ = strconv.ParseUint(e.Detail, 10, 64) // what is pinned still, as the store has it
		}
	case Expire:
		r.Gone = max(r.Gone, e.Ref)
		messages, _ := strconv.ParseUint(e.Detail, 10, 64) // as the store has counted them
		r.GoneMessages = max(r.GoneMessages, messages)
		if r.Pinned <= r.Gone {
			r.Pinned = 0
		}
	}
}

func (r *Room) set(property, value string) {
	on := value == "on"
	switch property {
	case PropLocked:
		r.Locked = on
	case PropArchived:
		r.Archived = on
	case PropGuests:
		r.Guests = on
	case PropBots:
		r.NoBots = !on
	case PropHistory:
		r.History = HistoryAll
		if value == string(HistoryJoined) {
			r.History = HistoryJoined
		}
	case PropSlow:
		r.Slow = seconds(value)
	case PropKeep:
		r.Keep = seconds(value)
	}
}

// Is reports whether a Set that makes sense would change nothing.
func (r *Room) Is(property, value string) bool {
	now := *r
	now.set(property, value)
	return now == *r
}

// seconds reads a duration in whole seconds, as stores keep them.
func seconds(value string) time.Duration {
	d, err := time.ParseDuration(value)
	if err != nil || d < 0 {
		return 0
	}
	return d.Truncate(time.Second)
}

// checkProperty refuses a Set that makes no sense.
func checkProperty(r *Room, property, value string) error {
	switch property {
	case PropLocked, PropArchived, PropGuests, PropBots:
		if value != "on" && value != "off" {
			return fmt.Errorf("%s is on or off, not %s", property, text.Quote(value))
		}
		if property == PropGuests && r.Kind != Public {
			return errGuests
		}
	case PropHistory:
		if value != "all" && value != string(HistoryJoined) {
			return fmt.Errorf("history is all or joined, not %s", text.Quote(value))
		}
	case PropSlow, PropKeep:
		d, err := time.ParseDuration(value)
		switch {
		case err != nil || d < 0:
			return fmt.Errorf("%s is not a time: write 30s, 5m or 12h, or off", text.Quote(value))
		case property == PropSlow && d > MaxSlow:
			return errSlow
		case property == PropKeep && d > 0 && d < MinKeep:
			return errKeep
		}
	default:
		return fmt.Errorf("a room has no property %s", text.Quote(property))
	}
	return nil
}

// Label is how a room is called by somebody who is in it: its name, or the
// others of a direct room: "@bo,@kei". Who is the zero name sees all of them.
func (r *Room) Label(who text.Name) string {
	if r.Kind != Direct {
		return r.Name.String()
	}
	var b strings.Builder
	for _, n := range strings.Split(r.Direct, ",") {
		if n == who.String() && r.Direct != n {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString("@" + n)
	}
	return b.String()
}

// For reports whether a direct room is for somebody.
func (r *Room) For(who text.Name) bool {
	for n := range strings.SplitSeq(r.Direct, ",") {
		if n != "" && n == who.String() {
			return true
		}
	}
	return false
}
