package chat

import (
	"strconv"
	"time"

	"parley/lang"
	"parley/rooms"
)

// describeModeration says what an act of moderation did, with times in a zone.
func describeModeration(t lang.Tag, zone *time.Location, e *rooms.Event) string {
	who, whom := e.Author, e.Target
	words := ""
	switch e.Type {
	case rooms.Rename:
		return t.Sprintf("%s gave the room a new name: %s", who, e.Text)
	case rooms.Set:
		return describeProperty(t, e)
	case rooms.Grant:
		return t.Sprintf("%s made %s %s", who, whom, t.Text(e.Detail))
	case rooms.Kick:
		words = t.Sprintf("%s put %s out", who, whom)
	case rooms.Ban:
		words = t.Sprintf("%s banned %s", who, whom)
	case rooms.Unban:
		words = t.Sprintf("%s lets %s come back", who, whom)
	case rooms.Quiet:
		words = t.Sprintf("%s silenced %s", who, whom)
	case rooms.Unquiet:
		words = t.Sprintf("%s lets %s write again", who, whom)
	case rooms.Expire:
		return t.Sprintf("what was said before has expired")
	}
	if !e.Until.IsZero() {
		words += t.Sprintf(" until %s", e.Until.In(zone).Format(minuteForm))
	}
	if !e.Text.IsZero() {
		words += ": " + e.Text.String()
	}
	return words
}

func describeProperty(t lang.Tag, e *rooms.Event) string {
	who, value := e.Author, e.Text.String()
	switch e.Detail + " " + value {
	case rooms.PropLocked + " on":
		return t.Sprintf("%s locked the room: only moderators write", who)
	case rooms.PropLocked + " off":
		return t.Sprintf("%s unlocked the room", who)
	case rooms.PropArchived + " on":
		return t.Sprintf("%s archived the room", who)
	case rooms.PropArchived + " off":
		return t.Sprintf("%s opened the room again", who)
	case rooms.PropGuests + " on":
		return t.Sprintf("%s lets guests in", who)
	case rooms.PropGuests + " off":
		return t.Sprintf("%s lets no guests in any more", who)
	case rooms.PropBots + " on":
		return t.Sprintf("%s lets bots write", who)
	case rooms.PropBots + " off":
		return t.Sprintf("%s lets no bots write any more", who)
	case rooms.PropHistory + " all":
		return t.Sprintf("%s lets newcomers read everything", who)
	case rooms.PropHistory + " joined":
		return t.Sprintf("%s lets newcomers read what is said from then on", who)
	case rooms.PropSlow + " 0s":
		return t.Sprintf("%s ended slow mode", who)
	case rooms.PropKeep + " 0s":
		return t.Sprintf("%s lets messages be kept for ever", who)
	}
	d, err := time.ParseDuration(value)
	switch {
	case err == nil && e.Detail == rooms.PropSlow:
		return t.Sprintf("%s set slow mode: one message a person in %s", who, shortSpan(d))
	case err == nil && e.Detail == rooms.PropKeep:
		return t.Sprintf("%s lets messages be kept for %s", who, shortSpan(d))
	}
	return t.Sprintf("%s set %s to %s", who, e.Detail, value)
}

// shortSpan is a time as people type it: 90s, 5m, 12h, 30d.
func shortSpan(d time.Duration) string {
	for _, u := range []struct {
		every time.Duration
		name  string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}} {
		if d >= u.every && d%u.every == 0 {
			return strconv.Itoa(int(d/u.every)) + u.name
		}
	}
	return strconv.Itoa(int(d/time.Second)) + "s"
}
