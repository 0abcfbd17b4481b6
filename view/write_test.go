package view

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"parley/chat"
	"parley/lang"
	"parley/rooms"
	"parley/text"
)

func (r *rig) want(words ...string) {
	r.t.Helper()
	s := r.term.String()
	for _, w := range words {
		if !strings.Contains(s, w) {
			r.t.Fatalf("the screen lacks %q:\n%s", w, s)
		}
	}
}

func (r *rig) lacks(words ...string) {
	r.t.Helper()
	s := r.term.String()
	for _, w := range words {
		if strings.Contains(s, w) {
			r.t.Fatalf("the screen has %q:\n%s", w, s)
		}
	}
}

func TestPostIsSentOnceAndTheInputIsEmpty(t *testing.T) {
	f := world()
	in(t, f, 80, 24, func(r *rig) {
		r.types("hello\r")
		r.settle()
		r.want("lea         hello", "[lea] Write to #ops")
		if len(f.posted) != 1 || f.posted[0].Nonce == "" {
			t.Errorf("posted %v", f.posted)
		}
		r.types("//etc is a folder\r")
		r.settle()
		r.want("lea         /etc is a folder")
	})
}

func TestUnknownCommandNeverReachesTheRoom(t *testing.T) {
	f := world()
	in(t, f, 80, 24, func(r *rig) {
		r.types("/tpoic new words\r")
		r.settle()
		r.want("there is no command /tpoic")
		if len(f.posted) != 0 {
			t.Errorf("posted %v", f.posted)
		}
	})
}

func TestFailedPostComesBackBeforeWhatWasTypedSince(t *testing.T) {
	f := world()
	f.postErr = rooms.ErrUnavailable
	in(t, f, 80, 24, func(r *rig) {
		wait := make(chan struct{})
		f.mu.Lock()
		f.postWait = wait
		f.mu.Unlock()
		r.types("first\rsecond\rthird")
		r.settle()
		close(wait)
		r.settle()
		if got, want := r.view.ed.Text(), "first\nsecond\nthird"; got != want {
			t.Errorf("the input is %q, want %q", got, want)
		}
		r.want("cannot store anything right now")
		if n := len(f.posted); n != 1 {
			t.Errorf("%d posts were tried; what was entered after a failed one must wait", n)
		}
		f.mu.Lock()
		f.postErr = nil
		f.mu.Unlock()
		r.types("\r")
		r.settle()
		r.want("[lea] Write to #ops", "lea         first", "│ second", "│ third")
	})
}

func TestSlowPostIsSpokenOfAndTypingGoesOn(t *testing.T) {
	f := world()
	in(t, f, 80, 24, func(r *rig) {
		wait := make(chan struct{})
		f.mu.Lock()
		f.postWait = wait
		f.mu.Unlock()
		r.types("first\rsecond\r")
		time.Sleep(time.Second)
		r.settle()
		r.want("sending …", "[lea] Write to #ops")
		r.types("meanwhile")
		r.settle()
		r.want("[lea] meanwhile")
		close(wait)
		r.settle()
		r.lacks("sending …")
		if len(f.posted) != 2 || f.posted[0].Text.String() != "first" || f.posted[1].Text.String() != "second" {
			t.Errorf("posted %v", f.posted)
		}
	})
}

func TestFailedPostOfAnotherRoomIsItsDraft(t *testing.T) {
	f := world()
	f.postErr = rooms.ErrUnavailable
	in(t, f, 80, 24, func(r *rig) {
		wait := make(chan struct{})
		f.mu.Lock()
		f.postWait = wait
		f.mu.Unlock()
		r.types("for ops\r\x1b1")
		r.settle()
		r.want("Write to #general")
		close(wait)
		r.settle()
		r.want("#ops: the server cannot store", "[lea] Write to #general")
		r.types("\x1b2")
		r.settle()
		r.want("[lea] for ops")
	})
}

func TestSameTextAgainKeepsItsNonce(t *testing.T) {
	f := world()
	f.postErr = context.DeadlineExceeded
	in(t, f, 80, 24, func(r *rig) {
		r.types("did it arrive?\r")
		r.settle()
		r.want("did not answer")
		f.mu.Lock()
		f.postErr = nil
		f.mu.Unlock()
		r.types("\r")
		r.settle()
		if len(f.posted) != 2 || f.posted[0].Nonce != f.posted[1].Nonce {
			t.Errorf("posted %v: the nonce changed, so the message may be in the room twice", f.posted)
		}
	})
}

func TestRateLimitHoldsTheLineAndCountsDown(t *testing.T) {
	f := world()
	f.postErr = &rooms.RateError{After: 1900 * time.Millisecond, What: "messages"}
	in(t, f, 80, 24, func(r *rig) {
		r.types("too fast\r")
		r.settle()
		r.want("[lea] too fast", "2 s: too much at once")
		time.Sleep(time.Second)
		r.settle()
		r.want("[lea] too fast", "1 s: too much at once")
		f.mu.Lock()
		f.postErr = nil
		f.mu.Unlock()
		time.Sleep(time.Second)
		r.settle()
		r.want("lea         too fast", "[lea] Write to #ops")
	})
}

func TestRateLimitLeavesChangedTextAlone(t *testing.T) {
	f := world()
	f.postErr = &rooms.RateError{After: time.Second, What: "messages"}
	in(t, f, 80, 24, func(r *rig) {
		r.types("too fast\r")
		r.settle()
		r.types(" and more\rnext")
		f.mu.Lock()
		f.postErr = nil
		f.mu.Unlock()
		time.Sleep(2 * time.Second)
		r.settle()
		if got, want := r.view.ed.Text(), "too fast and more\nnext"; got != want {
			t.Errorf("the input is %q, want %q", got, want)
		}
		r.want("you can send it now")
	})
}

// TestSlowModeHoldsOneRoomBack: what is said elsewhere, and every command, goes at once, and the end of slow mode lets go.
func TestSlowModeHoldsOneRoomBack(t *testing.T) {
	f := newFake("lea", "ops", "random")
	f.obeys = true
	slow := func(span string) {
		f.put(rooms.Event{Room: 1, Type: rooms.Set, Author: mustName("ana"), Detail: rooms.PropSlow, Text: text.NewBody(span)})
	}
	fails := func(err error) { f.mu.Lock(); f.postErr = err; f.mu.Unlock() }
	in(t, f, 80, 24, func(r *rig) {
		slow("1h")
		fails(&rooms.RateError{After: time.Hour, What: "messages", Room: 1})
		r.settle()
		r.types("held\r")
		r.settle()
		r.want("[lea] held", "3600 s: this room is in slow mode")
		r.types("\x1b2")
		r.settle()
		r.want("[lea] Write to #random")
		r.lacks("slow mode")
		fails(nil)
		r.types("not here\r")
		r.settle()
		r.want("lea         not here")
		r.types("/away lunch\r")
		r.settle()
		if n := len(f.lines); n == 0 || f.lines[n-1] != "away lunch" {
			t.Errorf("the commands were %q", f.lines)
		}
		r.types("\x1b1")
		r.settle()
		r.want("[lea] held")
		r.types("\r")
		r.settle()
		r.want("s: this room is in slow mode")
		slow("0s")
		time.Sleep(2 * time.Second)
		r.settle()
		r.want("[lea] held", "you can send it now") // other things were said since
		fails(&rooms.RateError{After: time.Hour, What: "messages", Room: 1})
		slow("1h")
		r.settle()
		r.types("\x7f\r")
		r.settle()
		r.want("3600 s: this room is in slow mode")
		fails(nil)
		slow("0s")
		time.Sleep(2 * time.Second)
		r.settle()
		r.want("lea         held", "[lea] Write to #ops")
	})
}

func TestPasteOfOneLineIsTypedText(t *testing.T) {
	f := world()
	in(t, f, 80, 24, func(r *rig) {
		r.types("a \x1b[200~pasted line\r\n\x1b[201~ b")
		r.settle()
		if got, want := r.view.ed.Text(), "a pasted line b"; got != want {
			t.Errorf("the input is %q, want %q", got, want)
		}
	})
}

func TestPasteOfManyLinesAsks(t *testing.T) {
	for _, c := range []struct{ key, want string }{
		{"\r", "one\n\ttwo"}, {"f", ""}, {"c", "```\none\n\ttwo\n```"}, {"\x1b", ""}, {"x", ""},
	} {
		f := world()
		in(t, f, 80, 24, func(r *rig) {
			r.types("\x1b[200~one\r\ttwo\r\x1b[201~")
			r.settle()
			r.want("You pasted 2 lines")
			r.types(c.key)
			r.settle()
			r.lacks("You pasted")
			if got := strings.ReplaceAll(r.view.ed.Text(), "    two", "\ttwo"); got != c.want {
				t.Errorf("%q: the input is %q, want %q", c.key, got, c.want)
			}
			if len(f.posted) != 0 {
				t.Errorf("%q: a paste posted %v", c.key, f.posted)
			}
			if got := strings.Join(f.given, "|"); (got == "post --file: one\n\ttwo") != (c.key == "f") {
				t.Errorf("%q: %q became a file", c.key, got)
			}
		})
	}
}

// What is longer than a message becomes a file, whatever stands in the input, and is not lost when that is refused.
func TestALongPasteBecomesAFile(t *testing.T) {
	long := strings.Repeat("日本語", 3000)
	f := world()
	f.runErr = rooms.ErrUnavailable
	in(t, f, 80, 24, func(r *rig) {
		r.types("typed \x1b[200~" + long + "\x1b[201~")
		r.settle()
		r.want("You pasted more than a message may hold (16 KiB). Put it into the", "y yes")
		r.types("y")
		r.settle()
		r.want("the server cannot store anything right now", "Try once more")
		f.mu.Lock()
		f.runErr, f.obeys = nil, true
		f.mu.Unlock()
		r.types("y")
		r.settle()
		r.lacks("Try once more")
		r.want("[lea] typed")
		if want := "post --file: " + long; len(f.given) != 2 || f.given[0] != want || f.given[1] != want || f.nonces[0] != f.nonces[1] {
			t.Errorf("files of %d texts, with the nonces %q", len(f.given), f.nonces)
		}
		r.types("\x1b[200~" + long + "\x1b[201~n")
		r.settle()
		r.want("[lea] typed")
		r.types("\x1b[200~" + long + "!\x1b[201~y")
		r.settle()
		if len(f.given) != 3 || f.nonces[2] == f.nonces[1] {
			t.Errorf("another text has the nonce of the one before: %q", f.nonces)
		}
		r.types("\x1b[200~" + strings.Repeat("x", 65<<10) + "\x1b[201~")
		r.settle()
		r.want("longer than what can be pasted (64 KiB)", "[lea] typed")
	})
}

// A file that waits for its turn is not lost when the message before it is refused.
func TestAFileWaitsBehindAMessageThatIsRefused(t *testing.T) {
	f := world()
	f.postErr, f.obeys = rooms.ErrUnavailable, true
	in(t, f, 80, 24, func(r *rig) {
		wait := make(chan struct{})
		f.mu.Lock()
		f.postWait = wait
		f.mu.Unlock()
		r.types("hello\r")
		r.settle()
		r.types("\x1b[200~one\ntwo\x1b[201~")
		r.settle()
		r.types("f")
		r.settle()
		close(wait)
		r.settle()
		r.want("[lea] hello")
		if got := strings.Join(f.given, "|"); got != "post --file: one\ntwo" {
			t.Errorf("%q became a file", got)
		}
	})
}

func TestPastedCodeStaysCode(t *testing.T) {
	for _, c := range []struct{ typed, paste, want string }{
		{"", "a ``` b\nc", "````\na ``` b\nc\n````"},
		{"", "`````\n````", "``````\n`````\n````\n``````"},
		{"look: ", "a\nb", "look: \n```\na\nb\n```"},
		{"before after\x1bb", "a\nb", "before \n```\na\nb\n```\nafter"},
		{"one\x1b\r", "a\nb", "one\n```\na\nb\n```"},
	} {
		in(t, world(), 80, 24, func(r *rig) {
			r.types(c.typed + "\x1b[200~" + c.paste + "\x1b[201~c")
			r.settle()
			got := r.view.ed.Text()
			if got != c.want {
				t.Errorf("after %q the input is %q, want %q", c.typed, got, c.want)
			}
			if spans := text.Parse(text.NewBody(got)); c.typed == "" && spans[0].Kind == text.Plain {
				t.Errorf("%q is no code: %+v", got, spans)
			}
		})
	}
}

func TestPasteInSelectModeGoesToTheInput(t *testing.T) {
	in(t, world(), 80, 24, func(r *rig) {
		r.types("\x13\x1b[200~dd\x1b[201~")
		r.settle()
		r.want("[lea] dd")
		r.wantChosen("")
	})
}

func TestPasteThatIsTooLongLosesNothing(t *testing.T) {
	f := world()
	in(t, f, 80, 24, func(r *rig) {
		r.types("kept")
		r.settle()
		r.types("\x1b[200~" + strings.Repeat("x", 70<<10) + "\x1b[201~")
		r.settle()
		r.want("[lea] kept", "longer than what can be pasted")
	})
}

func TestCommandThenTextGoesToTheNewRoom(t *testing.T) {
	f := world()
	in(t, f, 80, 24, func(r *rig) {
		r.types("\x1b1hello from here\r")
		r.settle()
		if len(f.posted) != 1 || f.posted[0].Room != 1 {
			t.Errorf("posted %v: the text was typed after Alt-1", f.posted)
		}
	})
}

func TestInterruptClearsThenAsks(t *testing.T) {
	f := world()
	in(t, f, 80, 24, func(r *rig) {
		r.types("half a thought")
		r.settle()
		r.types("\x03")
		r.settle()
		r.want("[lea] Write to")
		r.types("\x03")
		r.settle()
		r.want("Leave?")
		r.types("n")
		r.settle()
		r.lacks("Leave?")
		r.types("\x03\x03")
		if got := r.end(); got != SaidQuit {
			t.Errorf("outcome %v", got)
		}
	})
}

func TestGoodbyeSaysWhyAndHowToComeBack(t *testing.T) {
	f := world()
	in(t, f, 80, 24, func(r *rig) {
		r.cancel(errors.New("the server restarts"))
		if got := r.end(); got != Stopped {
			t.Errorf("outcome %v", got)
		}
		r.want("Goodbye: the server restarts. The same ssh command brings you back")
		r.lacks("#ops")
	})
	in(t, world(), 80, 24, func(r *rig) {
		_ = r.hands.Close()
		if got := r.end(); got != InputEnded {
			t.Errorf("outcome %v", got)
		}
	})
	in(t, world(), 80, 24, func(r *rig) {
		r.types("\x04")
		if got := r.end(); got != SaidQuit {
			t.Errorf("outcome %v", got)
		}
	})
}

func TestNoticesAreSeenByThisPersonOnly(t *testing.T) {
	f := world()
	in(t, f, 80, 24, func(r *rig) {
		f.notify("a key was added to your identity")
		r.settle()
		r.want("==          a key was added to your identity")
	})
}

func TestWelcomeIsShownInTheRoom(t *testing.T) {
	in(t, world(), 80, 24, func(r *rig) {
		r.want("welcome to parley.example, lea", "/create #ops")
	}, func(o *Options) {
		o.Welcome = greeting
	})
}

func greeting(in lang.Tag) []text.Line {
	if in == lang.Ja {
		return []text.Line{text.NewLine("leaさん、ようこそ", 200), text.NewLine("/create #ops はルームを作ります", 200)}
	}
	return []text.Line{text.NewLine("welcome to parley.example, lea: you are its owner", 200), text.NewLine("/create #ops makes a room", 200)}
}

func TestTheWelcomeFollowsIntoAnotherLanguage(t *testing.T) {
	f := world()
	in(t, f, 80, 24, func(r *rig) {
		r.want("welcome to parley.example, lea", "/create #ops makes")
		f.set("lang", "ja")
		r.settle()
		r.want("leaさん、ようこそ", "ルームを作ります")
		r.lacks("welcome to")
	}, func(o *Options) { o.Welcome = greeting })
}

// TestWhoIsSilencedIsTold before they write, and nobody sees them type.
func TestWhoIsSilencedIsTold(t *testing.T) {
	f := newFake("lea", "ops")
	quiet := func(until time.Time) {
		f.mu.Lock()
		f.rooms[0].Quiet = until
		f.mu.Unlock()
		f.signal(rooms.InboxChanged)
	}
	in(t, f, 100, 24, func(r *rig) {
		r.want("Write to #ops")
		quiet(rooms.Forever)
		r.settle()
		r.want("You are silenced in #ops and can read, / for commands")
		r.types("hm")
		r.settle()
		r.want("you are silenced here, Ctrl-C clears")
		r.lacks("Enter sends")
		if len(f.typing) != 0 {
			t.Errorf("the others were told of typing: %v", f.typing)
		}
		quiet(time.Time{})
		r.settle()
		r.want("Enter sends")
	})
}

// TestWhoIsLockedOutIsTold before they write; a moderator writes on.
func TestWhoIsLockedOutIsTold(t *testing.T) {
	f := newFake("lea", "ops")
	change := func(locked bool, role rooms.Role) {
		f.mu.Lock()
		f.rooms[0].Room.Locked, f.rooms[0].Role = locked, role
		f.mu.Unlock()
		f.signal(rooms.InboxChanged | rooms.RoomChanged)
	}
	f.rooms[0].Role = rooms.RoleMember
	in(t, f, 100, 24, func(r *rig) {
		r.want("Write to #ops")
		change(true, rooms.RoleMember)
		r.settle()
		r.want("#ops is locked: only its moderators write, / for commands")
		r.types("hm")
		r.settle()
		r.want("locked, Ctrl-C clears")
		r.lacks("Enter sends")
		change(true, rooms.RoleModerator)
		r.settle()
		r.want("Enter sends")
	})
}

// TestLeavingIsSaidOnce, though the room is gone from the list as well; of who left it elsewhere only that is known.
func TestLeavingIsSaidOnce(t *testing.T) {
	for _, c := range []struct{ how, want string }{
		{"elsewhere", "you are not in #third any more"},
		{"here", "you have left #third"},
		{"put out", "ana has put you out of #third"},
	} {
		f := newFake("lea", "ops", "third")
		f.person.LastRoom = 2
		f.answers["leave"] = chat.Reply{Lines: []text.Line{text.NewLine("you have left #third", 80)}}
		in(t, f, 100, 24, func(r *rig) {
			r.want("Write to #third")
			f.mu.Lock()
			f.rooms = f.rooms[:1]
			f.mu.Unlock()
			switch c.how {
			case "elsewhere":
				f.signal(rooms.InboxChanged)
			case "here":
				r.types("/leave\r")
			case "put out":
				f.signal(rooms.InboxChanged)
				f.notify(c.want) // once it is done, as by a moderator
			}
			r.settle()
			r.want("Write to #ops", c.want)
			if c.how != "elsewhere" {
				r.lacks("any more")
			}
		})
	}
}
