package view

import (
	"fmt"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

// moderated is a room in which there was order to keep, with people who are away, type and are invited elsewhere, and with what
// programs, signatures and files bring.
func moderated() *fake {
	f := newFake("lea", "ops", "random")
	by := func(who, target string, typ rooms.Type, detail, words string, until time.Duration) {
		e := rooms.Event{Room: 1, Type: typ, Author: mustName(who), Detail: detail, Text: text.NewBody(words)}
		if target != "" {
			e.Target = mustName(target)
		}
		if until > 0 {
			e.Until = f.now.Add(until)
		}
		f.put(e)
	}
	f.add(1, rooms.Message, "eve", "buy my things")
	f.now = noon.Add(2 * time.Minute)
	by("ana", "eve", rooms.Quiet, "", "no adverts here", time.Hour)
	by("ana", "eve", rooms.Unquiet, "", "", 0)
	by("ana", "eve", rooms.Kick, "", "once more", 0)
	by("ana", "mallory", rooms.Ban, "", "shouting at everybody who asks for a review of their work", 24*time.Hour)
	by("ana", "mallory", rooms.Unban, "", "", 0)
	by("ana", "bo", rooms.Grant, "moderator", "", 0)
	by("bo", "", rooms.Set, rooms.PropSlow, "30s", 0)
	by("bo", "", rooms.Set, rooms.PropLocked, "on", 0)
	f.now = noon.Add(5 * time.Minute)
	f.put(rooms.Event{Room: 1, Type: rooms.Message, Author: mustName("ci"), Bot: true, Text: text.NewBody("build 7 is green")})
	f.put(rooms.Event{Room: 1, Type: rooms.Message, Author: mustName("ana"), Text: text.NewBody("I approve of release 1.4"), Signature: "a signature"})
	f.put(rooms.Event{Room: 1, Type: rooms.Message, Author: mustName("kei"), Text: text.NewBody("the figures"), File: &rooms.File{Name: text.NewLine("figures of November.csv", 80), Size: 48230, SHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}})
	f.rooms = append(f.rooms, rooms.Membership{Room: rooms.Room{ID: 3, Name: roomName("plans"), Kind: rooms.Private, People: 2}})
	f.people = &rooms.Presence{Online: 3, Total: 4, Version: 1, People: []rooms.Present{
		{Member: rooms.Member{Name: mustName("ana"), Role: rooms.RoleOwner}, Online: true},
		{Member: rooms.Member{Name: mustName("kei"), Role: rooms.RoleMember}, Online: true, Away: true},
		{Member: rooms.Member{Name: mustName("lea"), Role: rooms.RoleMember}, Online: true},
		{Member: rooms.Member{Name: mustName("bo"), Role: rooms.RoleModerator}},
	}}
	f.Mark(1, uint64(len(f.logs[1])))
	return f
}

// TestGoldenModerated shows at four widths what keeping order, presence and programs look like.
func TestGoldenModerated(t *testing.T) {
	for _, size := range []struct{ cols, rows int }{{60, 26}, {80, 24}, {100, 24}, {200, 24}} {
		t.Run(fmt.Sprint(size.cols), func(t *testing.T) {
			f := moderated()
			in(t, f, size.cols, size.rows, func(r *rig) {
				f.mu.Lock()
				f.typists = []text.Name{mustName("ana")}
				f.signal(rooms.TypingChanged)
				f.mu.Unlock()
				r.settle()
				golden(t, fmt.Sprintf("moderated-%d", size.cols), r.sees("release 1.4"))
			})
		})
	}
}
