package view

import (
	"fmt"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

// eventful is a server in whose first room a lot has happened to messages.
func eventful() *fake {
	f := newFake("lea", "ops", "random")
	say := func(who, words string) uint64 { return f.add(1, rooms.Message, who, words).Seq }
	do := func(t rooms.Type, who string, ref uint64, detail, words string) uint64 {
		return f.put(rooms.Event{Room: 1, Type: t, Author: mustName(who), Ref: ref, Detail: detail, Text: text.NewBody(words)}).Seq
	}
	in := func(root uint64, who, words string) uint64 {
		return f.put(rooms.Event{Room: 1, Type: rooms.Message, Author: mustName(who), Thread: root, Text: text.NewBody(words)}).Seq
	}
	f.now = noon
	green := say("ana", "deploy is green")
	f.now = noon.Add(2 * time.Minute)
	great := do(rooms.Message, "bo", green, "", "great, closing the ticket")
	for _, who := range []string{"ana", "kei", "lea"} {
		do(rooms.React, who, great, "+1", "")
	}
	do(rooms.React, "kei", great, "tada", "")
	typo := say("kei", "the runbook is at https://exmaple.org")
	do(rooms.Edit, "kei", typo, "", "the runbook is at https://example.org/runbook, and this line is so long that what has become of it goes below")
	do(rooms.Pin, "ana", typo, "", "")
	for i, name := range []string{"heart", "joy", "eyes", "rocket", "fire"} {
		for _, who := range []string{"ana", "bo", "kei", "lea"}[:1+i%4] {
			do(rooms.React, who, typo, name, "")
		}
	}
	own := say("mia", "this was a mistake")
	do(rooms.Delete, "mia", own, "", "")
	spam := say("eve", "buy my things")
	do(rooms.Delete, "bo", spam, "", "no adverts here")
	f.now = noon.Add(5 * time.Minute)
	lunch := f.add(1, rooms.Poll, "ana", "Where do we eat?\npizza\nthe new place around the corner that kei found last week\nsushi").Seq
	for who, option := range map[string]string{"ana": "1", "bo": "3", "kei": "3", "lea": "3"} {
		do(rooms.Vote, who, lunch, option, "")
	}
	tea := f.add(1, rooms.Poll, "bo", "Tea?\nyes\nno").Seq
	do(rooms.Vote, "mia", tea, "1", "")
	do(rooms.Close, "bo", tea, "", "")
	f.now = noon.Add(9 * time.Minute)
	root := say("kei", "who looks at #1234?")
	in(root, "bo", "I do")
	f.now = noon.Add(12 * time.Minute)
	in(root, "ana", "it is the cache, as always")
	do(rooms.Message, "lea", own, "", "which one?")
	f.Mark(1, uint64(len(f.logs[1])))
	return f
}

// wide are the widths of the goldens.
var wide = []struct{ cols, rows int }{{60, 40}, {80, 36}, {100, 36}, {200, 50}}

func TestGoldenHappened(t *testing.T) {
	for _, size := range wide {
		t.Run(fmt.Sprint(size.cols), func(t *testing.T) {
			golden(t, fmt.Sprintf("happened-%d", size.cols), watch(t, eventful(), size.cols, size.rows).sees("which one?"))
		})
	}
}
