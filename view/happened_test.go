package view

import (
	"fmt"
	"strings"
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

// reactions lets n people react to a message, or take that back.
func reactions(f *fake, to uint64, n int) {
	for i := range n {
		kind := []rooms.Type{rooms.React, rooms.Unreact}[i%2]
		f.put(rooms.Event{Room: 1, Type: kind, Author: mustName("bo"), Ref: to, Detail: "+1"})
	}
}

func TestTenThousandReactionsTakeNoRow(t *testing.T) {
	f := longLog(60)
	reactions(f, 30, 10_001)
	f.add(1, rooms.Message, "ana", "after all that")
	reactions(f, 40, 10_001)
	f.Mark(1, uint64(len(f.logs[1])))
	in(t, f, 80, 24, func(r *rig) {
		r.want("after all that")
		for range 6 {
			r.types("\x1b[5~")
			r.settle()
		}
		r.want("line 0.")
		r.types("\x1b")
		r.settle()
		r.want("after all that", "line 59.")
		before := f.reads()
		for i := range 50 {
			f.add(1, rooms.Message, "ana", fmt.Sprintf("one more %d", i))
			r.settle()
		}
		r.want("one more 49")
		if n := f.reads() - before; n > 60 {
			t.Errorf("fifty messages were followed by %d reads of the store", n)
		}
	})
}

func TestReactionsAreNotNewMessages(t *testing.T) {
	f := longLog(40)
	in(t, f, 80, 24, func(r *rig) {
		r.types("\x0e") // to the other room
		r.settle()
		reactions(f, 41, 5)
		f.put(rooms.Event{Room: 1, Type: rooms.Edit, Author: mustName("ana"), Ref: 40, Text: text.NewBody("changed")})
		f.answer(40, "bo", "in a thread")
		r.settle()
		r.want(" #general     │") // no count
		r.types("\x10")
		r.settle()
		r.want("changed  (edited)", "line 39.  [👍 1]", "1 reply")
		r.lacks("new (")
		r.types("\x0e")
		r.settle()
		reactions(f, 41, 2)
		f.add(1, rooms.Message, "ana", "this is new")
		r.settle()
		r.types("\x10")
		r.settle()
		s := r.term.String()
		if !strings.Contains(s, "new (1)") || strings.Index(s, "new (1)") > strings.Index(s, "this is new") {
			t.Errorf("the rule is not above what is new:\n%s", s)
		}
	})
}

func TestWhatExpiresGoesFromTheScreen(t *testing.T) {
	f := longLog(50)
	f.put(rooms.Event{Room: 1, Type: rooms.Message, Author: mustName("bo"), Ref: 20, Text: text.NewBody("an answer to an old one")})
	f.Mark(1, uint64(len(f.logs[1])))
	in(t, f, 80, 24, func(r *rig) {
		r.want("┌ ana: line 18.")
		r.types("\x1b[5~")
		r.settle()
		f.put(rooms.Event{Room: 1, Type: rooms.Expire, Author: mustName("ana"), Ref: 45})
		r.settle()
		r.want("older messages have expired", "line 44.", "an older message")
		r.lacks("line 43.", "line 18.")
		r.types("\x1b[1;3H")
		r.settle()
		r.want("older messages have expired")
		r.lacks("line 43.")
	})
}

func TestADeletedMessageIsGoneWhileSomebodyReadsBack(t *testing.T) {
	f := longLog(200)
	in(t, f, 80, 24, func(r *rig) {
		r.types("\x1b[5~\x1b[5~")
		r.settle()
		r.want("line 150.")
		f.put(rooms.Event{Room: 1, Type: rooms.Delete, Author: mustName("bo"), Ref: 152, Text: text.NewBody("no")})
		f.put(rooms.Event{Room: 1, Type: rooms.Edit, Author: mustName("ana"), Ref: 153, Text: text.NewBody("other words")})
		r.settle()
		r.want("deleted by bo: no", "other words  (edited)")
		r.lacks("line 150.", "line 151.")
	})
}
