package chat

import (
	"strconv"
	"strings"
	"time"

	"parley/lang"
	"parley/rooms"
)

// Settings are what a person has set, of rooms.Person: chat.Settings(p.Settings).
// Its methods read one each; what is not set, or not valid any more, has its
// default. The table of them is in settings_table.go.
type Settings map[string]string

// Lang is the language that the person reads: what was set, or else what the
// environment of their client asks for.
func (s Settings) Lang(env map[string]string) lang.Tag {
	if t, ok := lang.Parse(s["lang"]); ok {
		return t
	}
	return lang.Of(env)
}

// Zone is the name of a time zone, "" for the one that the client names.
func (s Settings) Zone() string { return s["zone"] }

// Clock is the person's time zone: the one that they set, or else fallback.
func (s Settings) Clock(fallback *time.Location) *time.Location {
	if loc, err := LoadZone(s.Zone()); err == nil {
		return loc
	}
	return fallback
}

// Theme is the name of a set of colours: auto, dark, light, contrast or mono.
func (s Settings) Theme() string { return s.of("theme") }

// Bell says whether the terminal's bell may ring.
func (s Settings) Bell() bool { return s.on("bell") }

// NotifyMethod is how a terminal is told of a message beside its bell: auto, bel, osc9, osc777, osc99 or off.
func (s Settings) NotifyMethod() string { return s.of("notify-method") }

// Mouse says whether the view takes the mouse.
func (s Settings) Mouse() bool { return s.on("mouse") }

// Highlights are words that count as a mention of the person, as they were typed.
func (s Settings) Highlights() []string { return listed(s["highlight"]) }

// Quiet reports whether the person wants no noise at a moment, which is in the person's zone.
func (s Settings) Quiet(at time.Time) bool { return s.QuietHours().Has(at) }

// QuietHours are those in which the person wants no noise, day by day; zero for none.
func (s Settings) QuietHours() Hours {
	from, to, ok := hours(s["quiet"])
	if !ok {
		return Hours{}
	}
	return Hours{from, to}
}

// Hours are a part of each day, in minutes since midnight, from From up to To, which may be on the day after. Equal ones are none.
type Hours struct{ From, To int }

// Has reports whether a moment, in the zone in which the hours are meant, is in them.
func (h Hours) Has(at time.Time) bool {
	now := at.Hour()*60 + at.Minute()
	if h.From <= h.To {
		return h.From <= now && now < h.To
	}
	return now >= h.From || now < h.To // across midnight
}

// DND reports whether the person is not to be disturbed at a moment.
func (s Settings) DND(now time.Time) bool { return now.Before(s.DNDEnd()) }

// DNDEnd is until when the person is not to be disturbed, which may be over; zero if they never said so.
func (s Settings) DNDEnd() time.Time {
	until, err := time.Parse(time.RFC3339, s[dndSetting])
	if err != nil {
		return time.Time{}
	}
	return until
}

// Away reports whether the person has said that they are away.
func (s Settings) Away() bool { return s[rooms.AwaySetting] != "" }

// Typing says whether others see that the person is typing.
func (s Settings) Typing() bool { return s.on("typing") }

// Sidebar says whether the room list is shown: "on", "off", or "auto" for what the width gives.
func (s Settings) Sidebar() string { return s.of("sidebar") }

// Nicks says the same of the list of people.
func (s Settings) Nicks() string { return s.of("nicks") }

// Clock12 says whether times of day are shown as 2:02 pm.
func (s Settings) Clock12() bool { return s.of("time") == "12h" }

// EmojiNames says whether emoji are shown by their names, as :tada:.
func (s Settings) EmojiNames() bool { return s.of("emoji") == "name" }

// Hints says whether the status line shows what can be done now.
func (s Settings) Hints() bool { return s.on("hints") }

// defaults are the values of settings that were not set; a default that depends on the client is not here.
var defaults = map[string]string{
	"theme": "auto", "time": "24h", "hints": "on", "sidebar": "auto", "nicks": "auto", "mouse": "off",
	"emoji": "show", "typing": "on", "bell": "on", "notify-method": "auto",
}

// of is the value of a setting, or its default.
func (s Settings) of(name string) string {
	if v, ok := s[name]; ok {
		return v
	}
	return defaults[name]
}

func (s Settings) on(name string) bool { return s.of(name) == "on" }

// listed splits what is between commas.
func listed(value string) (out []string) {
	for _, w := range strings.Split(value, ",") {
		if w = strings.TrimSpace(w); w != "" {
			out = append(out, w)
		}
	}
	return out
}

// hours reads "22:00-07:00" as minutes of the day.
func hours(value string) (from, to int, ok bool) {
	a, b, _ := strings.Cut(value, "-")
	from, okFrom := minutes(a)
	to, okTo := minutes(b)
	return from, to, okFrom && okTo && from != to
}

// minutes reads a time of day: "7:00", "07:00" or "7".
func minutes(s string) (int, bool) {
	h, m, colon := strings.Cut(strings.TrimSpace(s), ":")
	hour, err := strconv.ParseUint(h, 10, 8)
	if err != nil || hour > 24 {
		return 0, false
	}
	minute := uint64(0)
	if colon {
		if minute, err = strconv.ParseUint(m, 10, 8); err != nil || minute > 59 || len(m) != 2 || hour == 24 && minute > 0 {
			return 0, false
		}
	}
	return int(hour%24*60 + minute), true
}
