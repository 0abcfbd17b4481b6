package wire

import (
	"slices"

	"parley/chat"
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
	Presence string `json:"presence"`       // "here", "away", "offline", or "gone" for who is not listed any more
	Away     string `json:"away,omitempty"` // what somebody said who is away
	Role     string `json:"role,omitempty"`
	Bot      bool   `json:"bot,omitempty"`
}

// Typing is the line out that says who types in the shown room.
type Typing struct {
	Type   string   `json:"type"` // "typing"
	Room   string   `json:"room"`
	People []string `json:"people"`
}

// tellPresence appends who is in the shown room, or what has changed of it. All who had the same before get the same line, which is made once.
func (t *talk) tellPresence(out []byte) []byte {
	l := t.live
	now, was := t.s.Presence(), l.people
	if now == was {
		return out
	}
	l.people = now
	return append(out, now.Coded(was, l.label, func() []byte { return t.presence(now, was) })...)
}

// presence is a line that says what of a snapshot is other than in the one before, nil for none; empty if nothing is.
func (t *talk) presence(now, was *rooms.Presence) []byte {
	p := Presence{Type: "presence", Room: t.live.label, All: was == nil, People: []Person{}, Online: now.Online, Total: now.Total}
	before := map[text.Name]*rooms.Present{}
	if was != nil {
		for i := range was.People {
			before[was.People[i].Name] = &was.People[i]
		}
	}
	for i := range now.People {
		one := &now.People[i]
		if old, there := before[one.Name]; there {
			delete(before, one.Name)
			if old.Online == one.Online && old.Away == one.Away && old.Why == one.Why && old.Role == one.Role {
				continue
			}
		}
		p.People = append(p.People, t.person(one))
	}
	if was != nil {
		for i := range was.People {
			if name := was.People[i].Name; before[name] != nil {
				p.People = append(p.People, Person{Name: name.String(), Presence: "gone"})
			}
		}
		if len(p.People) == 0 && now.Online == was.Online && now.Total == was.Total {
			return nil
		}
	}
	out, _ := AppendLine(nil, p)
	return out
}

func (t *talk) person(one *rooms.Present) Person {
	p := Person{Name: one.Name.String(), Presence: "offline", Role: one.Role.String()}
	switch {
	case one.Away:
		p.Presence = "away"
		if chat.Said(one.Why) {
			p.Away = one.Why.String()
		}
	case one.Online:
		p.Presence = "here"
	}
	if id, ok := t.chat.Keys.Lookup(one.Name); ok {
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
