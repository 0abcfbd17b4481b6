package view

import (
	"strings"

	"parley/rooms"
	"parley/text"
	"parley/view/screen"
)

// title is the row above the messages: name, kind, topic, number of people.
func (st *state) title(sh *Shared) screen.Segment {
	width := st.geo.main.width
	if st.room.ID == 0 {
		k := segmentKey{kind: segTitle, width: uint16(width), b: st.server}
		return sh.segment(st.look, k, func(b *screen.Builder) {
			b.Pad(screen.Style{}, 1).Text(st.look.style(roleTitle), text.Truncate(st.server, max(0, width-1)))
		})
	}
	k := segmentKey{kind: segTitle, width: uint16(width), a: st.room.Name, b: st.room.Topic.String(), n: uint32(st.room.People), lang: st.lang}
	if st.room.Kind == rooms.Private {
		k.flags |= 1
	}
	if st.room.Guests {
		k.flags |= 2
	}
	return sh.segment(st.look, k, func(b *screen.Builder) {
		people := st.lang.Count(st.room.People, "%d person", "%d people")
		var about []string
		if st.room.Kind == rooms.Private {
			about = append(about, st.words("private"))
		}
		if st.room.Guests {
			about = append(about, st.words("guests"))
		}
		if t := st.room.Topic.String(); t != "" {
			about = append(about, t)
		}
		name := text.Truncate(st.room.Name.String(), max(0, width-2))
		b.Text(st.look.style(roleTitle), name)
		room := width - text.Width(name) - text.Width(people) - 2
		if rest := strings.Join(about, " · "); rest != "" && room > 4 {
			b.Text(st.look.style(roleTopic), text.Truncate(" · "+rest, room))
		}
		if b.Free() > text.Width(people) {
			b.PadTo(screen.Style{}, width-text.Width(people)).Text(st.look.style(roleHead), people)
		}
	})
}
