package view

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parley/rooms"
	"parley/text"
)

// rung waits for what happens now and returns what told the person of it since the last call.
func (r *rig) rung() string {
	synctest.Wait()
	time.Sleep(2 * ringTime) // of the test's own clock: the next one may ring again
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	said := string(r.said)
	r.said = nil
	return said
}

// What rings, by what the person wants of a room and of the hour.
func TestNotices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake("lea", "general", "ops", "quiet", "loud")
		f.rooms = append(f.rooms, rooms.Membership{Room: rooms.Room{ID: 5, Kind: rooms.Direct, Direct: "kei,lea", People: 2}, Role: rooms.RoleMember})
		f.rooms[2].Prefs.Notify = rooms.NotifyNone
		f.rooms[3].Prefs.Notify = rooms.NotifyAll
		f.person.Settings = map[string]string{"highlight": "deploy,昼食"}
		r := watch(t, f, 80, 24, func(o *Options) { o.Env["TERM_PROGRAM"] = "WezTerm" })
		r.until("the room", func(s string) bool { return strings.Contains(s, "#general") })
		r.rung()
		for _, c := range []struct {
			room        rooms.ID
			author, say string
			want        string
		}{
			{1, "kei", "hello", ""},
			{1, "kei", "hello @lea", "9;kei · #general\a\a"},
			{1, "lea", "hello @lea", ""},
			{1, "kei", "@here look", "9;kei · #general\a\a"},
			{1, "kei", "the deploy is done", "9;kei · #general\a\a"},
			{1, "kei", "redeployed", ""},
			{1, "kei", "今日の昼食は", "9;kei · #general\a\a"},
			{2, "kei", "hello", ""},
			{2, "kei", "hello @lea", "9;#ops\a\a"},
			{2, "kei", "deploy?", "9;#ops\a\a"},
			{3, "kei", "hello @lea", ""},
			{4, "kei", "hello", "9;#loud\a\a"},
			{5, "kei", "psst", "9;@kei\a\a"},
		} {
			f.add(c.room, rooms.Message, c.author, c.say)
			if got := r.rung(); got != c.want {
				t.Errorf("%s says %q in room %d: told by %q, want %q", c.author, c.say, c.room, got, c.want)
			}
		}
		for range 20 {
			f.add(1, rooms.Message, "kei", "@lea @lea")
		}
		if got := r.rung(); got != "9;kei · #general\a\a" {
			t.Errorf("a burst is told by %q, want one notice", got)
		}
		set := func(name, value string) {
			f.mu.Lock()
			f.person.Settings[name] = value
			f.signal(rooms.SettingsChanged)
			f.mu.Unlock()
			synctest.Wait()
		}
		for _, c := range []struct{ name, value, want string }{
			{"dnd", "2022-11-22T14:10:01Z", ""},
			{"dnd", "2022-11-22T14:10:00Z", "9;kei · #general\a\a"},
			{"quiet", "14:00-15:00", ""},
			{"quiet", "15:00-14:00", "9;kei · #general\a\a"},
			{"bell", "off", "9;kei · #general\a"},
			{"notify-method", "off", ""},
			{"bell", "on", "\a"},
			{"notify-method", "osc777", "777;notify;Parley;kei · #general\a\a"},
		} {
			set(c.name, c.value)
			f.add(1, rooms.Message, "kei", "@lea")
			if got := r.rung(); got != c.want {
				t.Errorf("with %s %s: told by %q, want %q", c.name, c.value, got, c.want)
			}
		}
	})
}

// The others are told of typing at once, every two seconds, and when it ends; not of commands.
func TestTypingIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake("lea", "general")
		r := watch(t, f, 80, 24)
		r.until("the room", func(s string) bool { return strings.Contains(s, "#general") })
		synctest.Wait()
		told := func() string {
			synctest.Wait()
			f.mu.Lock()
			defer f.mu.Unlock()
			out := ""
			for _, on := range f.typing {
				out += map[bool]string{true: "+", false: "-"}[on]
			}
			f.typing = nil
			return out
		}
		r.types("h")
		if got := told(); got != "+" {
			t.Errorf("the first key tells %q", got)
		}
		r.types("ello")
		if got := told(); got != "" {
			t.Errorf("the next keys tell %q", got)
		}
		time.Sleep(typingEvery)
		r.types("!")
		if got := told(); got != "+" {
			t.Errorf("typing on tells %q", got)
		}
		r.types("\x15")
		if got := told(); got != "-" {
			t.Errorf("an empty input tells %q", got)
		}
		r.types("/topic x")
		if got := told(); got != "" {
			t.Errorf("a command tells %q", got)
		}
		f.mu.Lock()
		f.typists = []text.Name{mustName("bo")}
		f.signal(rooms.TypingChanged)
		f.mu.Unlock()
		r.until("who types", func(s string) bool { return strings.Contains(s, "bo is typing") })
		f.mu.Lock()
		f.typists = nil
		f.signal(rooms.TypingChanged)
		f.mu.Unlock()
		r.until("that nobody types", func(s string) bool { return !strings.Contains(s, "is typing") })
	})
}

// A message that calls everybody of a large room is asked about, and stays in the input until then.
func TestCallingEverybody(t *testing.T) {
	f := newFake("lea", "general")
	f.rooms[0].Room.People = 11
	r := watch(t, f, 80, 24)
	r.until("the room", func(s string) bool { return strings.Contains(s, "#general") })
	r.types("lunch, @room\r")
	r.until("the question", func(s string) bool { return strings.Contains(s, "call all 11 people of #general?") })
	r.types("n")
	r.until("the text is there still", func(s string) bool { return strings.Contains(s, "[lea] lunch, @room") })
	if n := f.posts(); n != 0 {
		t.Fatalf("%d messages were posted after a no", n)
	}
	r.types("\r")
	r.until("the question", func(s string) bool { return strings.Contains(s, "call all 11 people of #general?") })
	r.types("y")
	r.until("the message", func(s string) bool {
		return strings.Contains(s, "lea         lunch, @room") || strings.Contains(s, "Write to")
	})
	if n := f.posts(); n != 1 {
		t.Fatalf("%d messages were posted after a yes", n)
	}
}

// posts is how many messages were posted.
func (f *fake) posts() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.posted)
}

// What somebody says who is ignored is not shown, rings nothing, and is there again when they are not.
func TestIgnored(t *testing.T) {
	f := newFake("lea", "general")
	f.rooms = append(f.rooms, rooms.Membership{Room: rooms.Room{ID: 2, Kind: rooms.Direct, Direct: "kei,lea", People: 2}, Role: rooms.RoleMember})
	in(t, f, 80, 24, func(r *rig) {
		set := func(value string) {
			f.mu.Lock()
			f.person.Settings = map[string]string{"ignore": value}
			f.signal(rooms.SettingsChanged)
			f.mu.Unlock()
			r.settle()
		}
		f.add(1, rooms.Message, "kei", "before")
		f.add(1, rooms.Message, "bo", "also before")
		r.settle()
		set("kei")
		if s := r.settle(); strings.Contains(s, "kei          before") || !strings.Contains(s, "also before") {
			t.Errorf("the screen is\n%s", s)
		}
		r.rung()
		f.add(1, rooms.Message, "kei", "@lea look")
		if s := r.settle(); strings.Contains(s, "look") {
			t.Errorf("the screen is\n%s", s)
		}
		if rung := r.rung(); rung != "" {
			t.Errorf("it rang: %q", rung)
		}
		f.add(2, rooms.Message, "kei", "elsewhere")
		if rung := r.rung(); rung != "" {
			t.Errorf("a conversation with somebody who is ignored rang: %q", rung)
		}
		f.add(2, rooms.Message, "kei", "and again")
		if s := r.settle(); strings.Contains(s, "@kei(") || strings.Contains(s, "@kei  2") {
			t.Errorf("it is counted:\n%s", s)
		}
		set("")
		if s := r.settle(); !strings.Contains(s, "look") || !strings.Contains(s, "before") {
			t.Errorf("the screen is\n%s", s)
		}
	})
}

// Who calls everybody, or says a word of the person's, calls them: the line is marked, and Alt-p finds it.
func TestCallsAreMarked(t *testing.T) {
	f := newFake("lea", "general")
	f.person.Settings = map[string]string{"highlight": "deploy"}
	in(t, f, 80, 24, func(r *rig) {
		f.add(1, rooms.Message, "kei", "nothing")
		f.add(1, rooms.Message, "kei", "@room fire drill")
		f.add(1, rooms.Message, "bo", "the deploy is done")
		f.add(1, rooms.Message, "lea", "@room I call")
		s := r.settle()
		for line, marked := range map[string]bool{"nothing": false, "@room fire drill": true, "the deploy is done": true, "@room I call": false} {
			at := strings.Index(s, line)
			if at < 0 {
				t.Fatalf("%q is not on the screen\n%s", line, s)
			}
			row := s[strings.LastIndexByte(s[:at], '\n')+1 : at]
			if got := strings.HasSuffix(row, "@ "); got != marked {
				t.Errorf("before %q stands %q", line, row)
			}
		}
		f.mu.Lock()
		f.person.Settings = map[string]string{"highlight": "nothing"}
		f.signal(rooms.SettingsChanged)
		f.mu.Unlock()
		s = r.settle()
		at := strings.Index(s, "the deploy is done")
		if row := s[strings.LastIndexByte(s[:at], '\n')+1 : at]; strings.HasSuffix(row, "@ ") {
			t.Errorf("a word that calls no more is marked: %q", row)
		}
	})
}
