package view

import (
	"testing"

	"parley/rooms"
)

func TestTalk(t *testing.T) {
	f := newFake("you", "general", "ops")
	f.add(1, rooms.Message, "ana", "deploy is green")
	r := watch(t, f, 80, 24)
	t.Log("\n" + r.sees("deploy is green"))
	r.types("hello\r")
	t.Log("\n" + r.until("hello", func(s string) bool { return f.posted != nil }))
	f.add(1, rooms.Message, "kei", "@you can you look at https://example.org/x `code`?")
	f.add(2, rooms.Message, "kei", "psst")
	t.Log("\n" + r.sees("#ops(1)"))
	r.types("\x0e")
	t.Log("\n" + r.sees("psst"))
	r.types("\x03")
	t.Log("\n" + r.sees("Leave?"))
	r.types("y")
	if got := r.end(); got != SaidQuit {
		t.Errorf("outcome %v", got)
	}
	t.Log("\n" + r.term.String())
}
