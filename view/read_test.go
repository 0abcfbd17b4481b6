package view

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"parley/rooms"
)

// longLog is a room of n messages, all read, and a second room.
func longLog(n int) *fake {
	f := newFake("lea", "general", "ops")
	for i := range n {
		f.now = noon.Add(time.Duration(i) * time.Second)
		f.add(1, rooms.Message, "ana", fmt.Sprintf("line %d.", i))
	}
	f.Mark(1, uint64(n+1))
	return f
}

func TestScrollReachesTheFirstOfTenThousand(t *testing.T) {
	f := longLog(10_000)
	in(t, f, 80, 24, func(r *rig) {
		for i := range 700 {
			r.types("\x1b[5~")
			if i%50 == 0 {
				r.settle()
			}
		}
		r.settle()
		r.want("lea made this room", "line 0.")
		if n := len(r.view.st.win.items); n > 400 {
			t.Errorf("the view holds %d messages", n)
		}
		for range 700 {
			r.types("\x1b[6~")
			r.settle()
		}
		r.want("line 9999.", "Ctrl-G rooms")
		if !r.view.st.anchor.follow {
			t.Error("at the bottom again, it does not follow")
		}
	})
}

func TestScrollIsExact(t *testing.T) {
	f := longLog(1000)
	in(t, f, 80, 24, func(r *rig) {
		for i := 1; i <= 40; i++ {
			r.types("\x1b[5~")
			r.settle()
			r.want(fmt.Sprintf("  line %d.", 999-19*i))
			r.lacks(fmt.Sprintf("line %d.", 999-19*i+1))
			r.want(fmt.Sprintf("%d newer below", 19*i))
		}
		r.types("\x1b")
		r.settle()
		r.want("line 999.")
		r.lacks("newer below")
	})
}

func TestNewMessagesDoNotMoveWhoReadsBack(t *testing.T) {
	f := longLog(100)
	in(t, f, 80, 24, func(r *rig) {
		r.types("\x1b[5~")
		before := r.settle()
		for i := range 12 {
			f.add(1, rooms.Message, "bo", fmt.Sprintf("new %d", i))
		}
		after := r.settle()
		r.want("31 newer below")
		rowsOf := func(s string) string { return strings.Join(strings.Split(s, "\n")[2:20], "\n") }
		if rowsOf(before)[15:] != rowsOf(after)[15:] {
			t.Errorf("what was read has moved from\n%s\nto\n%s", before, after)
		}
		if f.marks[1] != 101 {
			t.Errorf("the read mark is at %d: messages below the screen are not read", f.marks[1])
		}
		r.want("*#general  12")
		r.types("\x1b")
		r.settle()
		r.want("new 11")
		if f.marks[1] != 113 {
			t.Errorf("the read mark is at %d after Esc", f.marks[1])
		}
	})
}

func TestNewRuleStaysUntilEsc(t *testing.T) {
	f := longLog(100)
	for i := range 3 {
		f.add(1, rooms.Message, "bo", fmt.Sprintf("unread %d", i))
	}
	in(t, f, 80, 24, func(r *rig) {
		r.want("new (3)", "unread 2")
		if f.marks[1] != 104 {
			t.Errorf("the read mark is at %d: all that is on the screen was read", f.marks[1])
		}
		f.add(1, rooms.Message, "bo", "one more")
		r.settle()
		r.want("new (3)", "one more")
		r.types("\x1b")
		r.settle()
		r.lacks("new (3)")
	})
}

func TestAltUGoesToTheRuleOverPages(t *testing.T) {
	f := longLog(100)
	for i := range 500 {
		f.add(1, rooms.Message, "bo", fmt.Sprintf("unread %d.", i))
	}
	in(t, f, 80, 24, func(r *rig) {
		r.want("unread 499.")
		r.lacks("new (500)")
		r.types("\x1bu")
		r.settle()
		r.want("new (500)", "unread 0.", "line 99.")
	})
}

func TestSecondTerminalSeesCountsFall(t *testing.T) {
	s := newServer(t)
	general := s.room("general", "ana", "bo")
	s.room("ops", "ana", "bo")
	one := s.enter("bo", 80, 24)
	one.sees("Write to #general")
	one.types("\x0e")
	one.sees("Write to #ops")
	two := s.enter("bo", 80, 24)
	two.sees("Write to #ops")
	s.post(general, "ana", "hello @bo")
	one.sees("#general(1@)")
	two.sees("#general(1@)")
	one.types("\x10")
	one.sees("hello @bo")
	two.gone("#general(1@)")
}

func TestPlaceSurvivesADroppedConnection(t *testing.T) {
	s := newServer(t)
	s.room("general", "ana", "bo")
	ops := s.room("ops", "ana", "bo")
	for i := range 100 {
		s.post(ops, "ana", fmt.Sprintf("line %d.", i))
	}
	one := s.enter("bo", 80, 24)
	one.sees("Write to #general")
	one.types("\x0e")
	one.sees("line 99.")
	one.types("half a thought\x1b[5~")
	clock := regexp.MustCompile(`(?m)^\[\d\d:\d\d\]`) // of the status line, which may have gone on
	screen := clock.ReplaceAllString(one.sees("19 newer below"), "[clock]")
	one.cancel(errors.New("connection lost"))
	one.end()
	two := s.enter("bo", 80, 24)
	if got := clock.ReplaceAllString(two.sees("19 newer below"), "[clock]"); got != screen {
		t.Errorf("it came back to\n%s\nand was\n%s", got, screen)
	}
	two.sees("half a thought")
}

func TestDraftsStayInTheirRooms(t *testing.T) {
	f := world()
	in(t, f, 80, 24, func(r *rig) {
		r.types("for ops\x1b1")
		r.settle()
		r.want("Write to #general")
		r.types("for general\x1b2")
		r.settle()
		r.want("[lea] for ops")
		r.types("\x1b/")
		r.settle()
		r.want("[lea] for general")
	})
}

func TestDraftIsKeptASecondAfterTyping(t *testing.T) {
	f := world()
	in(t, f, 80, 24, func(r *rig) {
		r.types("unfinished")
		time.Sleep(1100 * time.Millisecond)
		r.settle()
		if got := f.places[2].Draft; got != "unfinished" {
			t.Errorf("the draft kept is %q", got)
		}
	})
}

func TestAltAVisitsMentionsFirstAndComesBack(t *testing.T) {
	f := world() // #general has 2 unread, #random a mention
	in(t, f, 80, 24, func(r *rig) {
		for _, room := range []string{"#random", "#general", "#ops"} {
			r.types("\x1ba")
			r.settle()
			r.want("Write to " + room)
		}
		r.types("\x1ba")
		r.settle()
		r.want("Write to #ops", "nothing is unread")
	})
}

func TestRoomKeys(t *testing.T) {
	f := world()
	in(t, f, 80, 24, func(r *rig) {
		for _, c := range []struct{ keys, room string }{
			{"\x1b[1;4B", "#random"}, {"\x1b[1;4A", "#general"}, {"\x1b2", "#ops"}, {"\x0e", "#random"}, {"\x10", "#ops"}, {"\x1b[1;3B", "#random"}, {"\x1b[1;3A", "#ops"},
			{"\x1b1", "#general"}, {"\x1b/", "#ops"}, {"\x07rand\r", "#random"}, {"\x1bjgenl\r", "#general"},
			{"\x0bops\r", "#ops"},
		} {
			r.types(c.keys)
			r.settle()
			r.want("Write to " + c.room)
		}
	})
}

func TestMentionsAreMarkedAndFound(t *testing.T) {
	f := longLog(100)
	f.add(1, rooms.Message, "bo", "@lea first")
	for range 200 {
		f.add(1, rooms.Message, "bo", "chatter")
	}
	f.add(1, rooms.Message, "bo", "@lea second")
	for range 40 {
		f.add(1, rooms.Message, "bo", "chatter")
	}
	in(t, f, 80, 24, func(r *rig) {
		r.types("\x1bp")
		r.settle()
		r.want("@ @lea second")
		r.types("\x1bp")
		r.settle()
		r.want("@ @lea first")
		r.types("\x1bn")
		r.settle()
		r.want("@ @lea second")
	})
}

func TestJoinsAreGathered(t *testing.T) {
	f := longLog(5)
	for i := range 3000 {
		f.add(1, rooms.Join, fmt.Sprintf("user%d", i), "")
	}
	f.add(1, rooms.Message, "ana", "what a crowd")
	in(t, f, 80, 24, func(r *rig) {
		// The page is read in bounded pieces, so the count is of those that were read.
		r.want("joined", "what a crowd")
		if n := strings.Count(r.term.String(), "joined"); n != 1 {
			t.Errorf("%d lines speak of joins", n)
		}
	})
	g := longLog(30)
	in(t, g, 80, 24, func(r *rig) {
		for i := range 37 {
			g.add(1, rooms.Join, fmt.Sprintf("user%d", i), "")
			if i%5 == 0 {
				r.settle()
			}
		}
		r.settle()
		r.want("+37 joined", "line 29.")
	})
}

// Whoever follows a room in which thousands came and went reads a bounded part of that, and not on with every message.
func TestJoinsAreNotReadForEveryMessage(t *testing.T) {
	f := longLog(5)
	for i := range 3000 {
		f.add(1, rooms.Join, fmt.Sprintf("user%d", i), "")
	}
	in(t, f, 80, 24, func(r *rig) {
		before := f.reads()
		for range 10 {
			f.add(1, rooms.Message, "ana", "what a crowd")
			r.settle()
		}
		if n := f.reads() - before; n > 0 {
			t.Errorf("ten messages made the view read %d times", n)
		}
		for range 10 { // who scrolls gets to the first
			r.types("\x1b[5~")
			r.settle()
		}
		r.want("line 0.")
	})
}

func TestDeadStoreLeavesWhatIsOnTheScreen(t *testing.T) {
	f := longLog(400)
	in(t, f, 80, 24, func(r *rig) {
		block := make(chan struct{})
		f.mu.Lock()
		f.block = block
		f.mu.Unlock()
		for range 5 {
			r.types("\x1b[5~")
		}
		r.settle()
		r.want("newer below")
		f.add(1, rooms.Message, "bo", "still alive")
		r.types("\x1b")
		r.settle()
		r.types("typing goes on")
		r.settle()
		r.want("still alive", "[lea] typing goes on")
		time.Sleep(11 * time.Second)
		r.settle()
		r.want("cannot be read right now")
		close(block)
		f.mu.Lock()
		f.block = nil
		f.mu.Unlock()
		for range 5 {
			r.types("\x1b[5~")
			r.settle()
		}
		r.want("line 304.")
	})
}

func TestRoomThatCannotBeReadIsTriedAgain(t *testing.T) {
	f := longLog(10)
	f.readErr = rooms.ErrUnavailable
	in(t, f, 80, 24, func(r *rig) {
		r.want("cannot be read right now", "Reading #general")
		f.mu.Lock()
		f.readErr = nil
		f.mu.Unlock()
		time.Sleep(2 * time.Second)
		r.settle()
		r.want("line 9.")
	})
}

func TestBurstIsAFewFrames(t *testing.T) {
	f := longLog(100)
	in(t, f, 80, 24, func(r *rig) {
		r.mu.Lock()
		before := r.writes
		r.mu.Unlock()
		for i := range 1000 {
			f.add(1, rooms.Message, "bo", fmt.Sprintf("burst %d.", i))
			if i%10 == 0 {
				time.Sleep(time.Millisecond) // 1,000 posts in a tenth of a second
			}
		}
		r.settle()
		r.want("burst 999.", "burst 981.")
		r.mu.Lock()
		frames := r.writes - before
		r.mu.Unlock()
		if frames > 6 {
			t.Errorf("a burst of a tenth of a second was painted as %d frames; at most 30 a second are allowed", frames)
		}
		if f.marks[1] != 1101 {
			t.Errorf("the read mark is at %d", f.marks[1])
		}
	})
}

// The inbox may count a message one paint before the head of the room has it.
func TestNewerBelowIsCountedBehindTheInbox(t *testing.T) {
	f := longLog(100)
	in(t, f, 80, 24, func(r *rig) {
		r.types("\x1b[5~")
		r.settle()
		r.want("19 newer below")
		f.mu.Lock()
		f.focus = 0
		f.mu.Unlock()
		f.add(1, rooms.Message, "bo", "one more")
		r.settle()
		r.want("*#general   1")
		f.mu.Lock()
		f.focus = 1
		f.signal(rooms.RoomChanged)
		f.mu.Unlock()
		r.settle()
		r.want("20 newer below")
	})
}

func TestIdleViewDoesNothing(t *testing.T) {
	f := longLog(10)
	in(t, f, 39, 24, func(r *rig) { // too narrow for a clock
		r.mu.Lock()
		before := r.writes
		r.mu.Unlock()
		time.Sleep(time.Hour)
		r.settle()
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.writes != before {
			t.Errorf("%d writes in an hour in which nothing happened", r.writes-before)
		}
	})
}

func TestClockMoves(t *testing.T) {
	f := longLog(10)
	in(t, f, 80, 24, func(r *rig) {
		r.want("[00:00]") // the bubble's time
		time.Sleep(61 * time.Second)
		r.settle()
		r.want("[00:01]")
	}, func(o *Options) { o.Clock = time.Now })
}

func TestZone(t *testing.T) {
	for _, c := range []struct{ tz, want string }{
		{"Asia/Tokyo", "21:00 --"}, {"UTC", "12:00 --"}, {"America/New_York", "07:00 --"}, {"../../etc/passwd", noon.Local().Format("15:04 --")},
	} {
		in(t, world(), 120, 40, func(r *rig) { r.want(c.want) }, func(o *Options) { o.Env = map[string]string{"TZ": c.tz} })
	}
}

func TestNoColor(t *testing.T) {
	in(t, world(), 120, 40, func(r *rig) {
		for y := range 40 {
			for x := range 120 {
				if st := r.term.Cell(x, y).Style; st.Fg != nil || st.Bg != nil {
					t.Fatalf("cell %d,%d has a colour: %v", x, y, st)
				}
			}
		}
	}, func(o *Options) { o.Env = map[string]string{"NO_COLOR": "1", "COLORTERM": "truecolor"} })
}

// A message of one's own, marked as unread, is nothing new to its author.
func TestNewRuleCountsNothingOfOnesOwn(t *testing.T) {
	f := longLog(20)
	f.add(1, rooms.Message, f.me.String(), "mine")
	in(t, f, 80, 24, func(r *rig) {
		r.types("\x13u")
		r.settle()
		r.want("── new ──")
		r.lacks("new (0)")
	})
}
