package view

import (
	"strings"
	"testing"

	"parley/rooms"
	"parley/text"
)

// goes to the message that has some words, from wherever the selection is.
func (r *rig) selects(words string) {
	r.t.Helper()
	r.types("G")
	r.settle()
	for range 40 {
		if strings.Contains(r.chosenRow(), words) {
			return
		}
		r.types("k")
		r.settle()
	}
	r.t.Fatalf("there is no message %q to select\n%s", words, r.term)
}

// The letters act on what has become of a message, not on what it was.
func TestLettersKnowWhatHappened(t *testing.T) {
	f := obedient(eventful())
	in(t, f, 120, 36, func(r *rig) {
		ran := 0
		runs := func(message, keys, line string) {
			t.Helper()
			r.selects(message)
			r.types(keys)
			r.settle()
			if got := f.ran(); len(got) != ran+1 || got[ran] != line {
				t.Fatalf("%q of %q runs %q, want %q", keys, message, got[min(ran, len(got)):], line)
			}
			ran++
		}
		says := func(message, keys, words string) {
			t.Helper()
			r.selects(message)
			r.types(keys)
			r.settle()
			r.want(words)
			if len(f.ran()) != ran {
				t.Fatalf("%q of %q runs something", keys, message)
			}
		}
		r.types("\x13")
		runs("the runbook is", "p", "unpin #ops:8")
		runs("who looks", "p", "pin #ops:34")
		runs("ana: deploy is green", "+\r", "unreact #ops:3 :+1:")
		runs("ana: deploy is green", "+tada\r", "react #ops:3 :tada:")
		runs("Where do we eat?", "1", "vote #ops:26 1")
		runs("Where do we eat?", "3", "vote #ops:26 -")
		says("Tea?", "1", "no open poll")
		says("who looks", "2", "no open poll")
		says("Where do we eat?", "e", "only your own")
		for _, key := range []string{"r", "+", "p", "y", "q", "v"} {
			says(">message deleted", key, "this message was deleted")
		}
		r.selects("deleted by bo")
		if s := r.term.Row(34); s != "t thread u unread i info Esc" {
			t.Errorf("the letters of a deleted message are %q", s)
		}
		r.selects("Where do we eat?")
		if s := r.term.Row(34); !strings.HasPrefix(s, "1-9 vote r reply") {
			t.Errorf("the letters of a poll are %q", s)
		}
		r.selects("the runbook is")
		r.types("y")
		r.settle()
		if got := r.term.Clipboard(); !strings.HasPrefix(got, "the runbook is at https://example.org/runbook,") {
			t.Errorf("the clipboard has %q", got)
		}
		f.put(rooms.Event{Room: 1, Type: rooms.Unpin, Author: mustName("bo"), Ref: 8}) // while it is selected
		r.settle()
		runs("the runbook is", "p", "pin #ops:8")
	})
}

// Up passes over what was deleted, and edits what a message says now, also far back.
func TestUpEditsWhatAMessageSaysNow(t *testing.T) {
	for _, between := range []int{1, 300} {
		f := newFake("lea", "general")
		a := f.add(1, rooms.Message, "lea", "wrng").Seq
		b := f.add(1, rooms.Message, "lea", "a mistake").Seq
		f.put(rooms.Event{Room: 1, Type: rooms.Edit, Author: f.me, Ref: a, Text: text.NewBody("wrong")})
		f.put(rooms.Event{Room: 1, Type: rooms.Message, Author: f.me, Thread: a, Text: text.NewBody("in its thread")})
		for range between {
			f.add(1, rooms.Message, "ana", "hm")
		}
		f.put(rooms.Event{Room: 1, Type: rooms.Delete, Author: f.me, Ref: b})
		f.add(1, rooms.Poll, "lea", "Tea?\nyes\nno")
		in(t, f, 80, 24, func(r *rig) {
			r.types("\x1b[A")
			r.settle()
			r.want("Edit your message: wrong", "[lea] wrong")
			r.types("\x1b[A")
			r.settle()
			r.want("[lea] wrong")
		})
	}
}
