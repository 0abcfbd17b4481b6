package wire

import (
	"slices"

	"parley/keys"
	"parley/rooms"
	"parley/text"
)

// Presence is the line out that says who is in the shown room.
type Presence struct {
	Type   string   `json:"type"` // "presence"
	Room   string   `json:"room"`
	All    bool     `json:"all,omitempty"` // People are all; otherwise those who are other than they were
	People []Person `json:"people"`
	Online int      `json:"online"` // of all members, and guests
	Total  int      `json:"total"`  // People has at most 500
}

// Person is somebody in a room.
type Person struct {
	Name     string `json:"name"`
	Presence string `json:"presence"` // "here", "away", "offline", or "gone" for who is not listed any more
	Role     string `json:"role,omitempty"`
	Bot      bool   `json:"bot,omitempty"`
}

// Typing is the line out that says who types in the shown room.
type Typing struct {
	Type   string   `json:"type"` // "typing"
	Room   string   `json:"room"`
	People []string `json:"people"`
}

// tellPresence appends who is in the shown room, or what has changed of it.
func (t *talk) tellPresence(out []byte) []byte {
	l := t.live
	now, was := t.s.Presence(), l.people
	if now == was {
		return out
	}
	l.people = now
	p := Presence{Type: "presence", Room: l.label, All: was == nil, People: []Person{}, Online: now.Online, Total: now.Total}
	before := map[text.Name]rooms.Present{}
	if was != nil {
		for _, one := range was.People {
			before[one.Name] = one
		}
	}
	for _, one := range now.People {
		if old, there := before[one.Name]; there {
			delete(before, one.Name)
			if old.Online == one.Online && old.Away == one.Away && old.Role == one.Role {
				continue
			}
		}
		p.People = append(p.People, t.person(&one))
	}
	if was != nil {
		for _, one := range was.People {
			if _, left := before[one.Name]; left {
				p.People = append(p.People, Person{Name: one.Name.String(), Presence: "gone"})
			}
		}
		if len(p.People) == 0 && now.Online == was.Online && now.Total == was.Total {
			return out
		}
	}
	out, _ = AppendLine(out, p)
	return out
}

func (t *talk) person(one *rooms.Present) Person {
	p := Person{Name: one.Name.String(), Presence: "offline", Role: one.Role.String()}
	switch {
	case one.Away:
		p.Presence = "away"
	case one.Online:
		p.Presence = "here"
	}
	if id, ok := t.Chat.Keys.Lookup(one.Name); ok {
		p.Bot = id.Role == keys.Bot
	}
	return p
}

func (t *talk) tellTyping(out []byte) []byte {
	now := t.s.Typists(nil)
	if slices.Equal(now, t.live.typists) {
		return out
	}
	t.live.typists = now
	list := names(now)
	if list == nil {
		list = []string{}
	}
	out, _ = AppendLine(out, Typing{Type: "typing", Room: t.live.label, People: list})
	return out
}
