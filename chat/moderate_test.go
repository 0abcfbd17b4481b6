package chat_test

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"parley/chat"
	"parley/keys"
	"parley/rooms"
	"parley/text"
)

// What moderators do to a room and to people in it, as they type it.
func TestModeration(t *testing.T) {
	w := newPlace(t, "ana", "bo", "kei", "zoe")
	w.must("ana", "create #ops")
	w.must("bo", "join #ops")
	w.must("kei", "join #ops")
	for _, step := range []struct{ who, line, want string }{
		{"bo", "kick #ops @kei", "you may not"},
		{"ana", "role #ops @bo moderator", "bo is moderator of #ops now"},
		{"bo", "role #ops", "moderator"},
		{"bo", "quiet #ops @kei 2h too loud", "until"},
		{"kei", "post #ops hello", "silenced you until"},
		{"kei", "topic #ops mine", "silenced"},
		{"bo", "unquiet #ops @kei", "may write in #ops again"},
		{"bo", "quiet #ops @kei 2h", "until"},
		{"bo", "quiet #ops @kei off calm again", "may write in #ops again"},
		{"kei", "post #ops hello", ""},
		{"bo", "quiet #ops @ana", "that person is a moderator or an owner of this room"},
		{"bo", "archive #ops", "an owner of the room can"}, // and is not asked first
		{"bo", "retention #ops 30d", "an owner of the room can"},
		{"kei", "purge #ops 2", "a moderator or an owner of the room can"},
		{"bo", "lock #ops", "locked the room"},
		{"kei", "post #ops hello", "locked"},
		{"bo", "post #ops only us", ""},
		{"bo", "unlock #ops", "unlocked"},
		{"bo", "slow #ops 30s", "one message a person in 30s"},
		{"kei", "post #ops one", ""},
		{"kei", "post #ops two", "slow mode"},
		{"bo", "post #ops one", ""},
		{"bo", "post #ops two", ""},
		{"bo", "slow #ops 7h", "six hours"},
		{"bo", "slow #ops off", "ended slow mode"},
		{"zoe", "bot", "a member of this server"},
		{"zoe", "bot maybe", "write on or off"},
		{"zoe", "bot on", "a bot of this server from now on"},
		{"zoe", "join #ops", "you are in #ops"},
		{"zoe", "post #ops beep", ""},
		{"bo", "bots #ops off", "lets no bots write"},
		{"zoe", "post #ops boop", "programs do not write in this room"},
		{"zoe", "react #ops:^ :tada:", "programs do not write in this room"},
		{"kei", "post #ops and people do", ""},
		{"bo", "bots #ops on", "lets bots write"},
		{"zoe", "post #ops boop", ""},
		{"zoe", "bot off", "a member of this server from now on"},
		{"zoe", "leave #ops", "you have left #ops"},
		{"bo", "newcomers #ops joined", "you may not"},
		{"ana", "newcomers #ops joined", "newcomers read what is said from then on"},
		{"zoe", "history #ops", "you are not in that room"},
		{"zoe", "join #ops", "you are in #ops"},
		{"bo", "purge #ops 2", "delete 2 messages of #ops for good?"},
		{"kei", "purge #ops 2", "a moderator or an owner"},
		{"bo", "rename #ops #operations", "you may not"},
		{"ana", "rename #ops #operations", "#ops is #operations from now on"},
		{"kei", "post #operations where?", ""},
		{"bo", "kick #operations @kei bye", "kei is out of #operations"},
		{"kei", "post #operations where?", "not in that room"},
		{"ana", "archive #operations", "archive #operations?"},
		{"ana", "archive #operations off", "that is so already"},
		{"ana", "role #operations @ana member", "last owner"},
		{"ana", "guests #operations on", "lets guests in"},
		{"ana", "kick #operations @ana", "yourself"},
	} {
		if got := w.said(step.who, step.line); !strings.Contains(got, step.want) || step.want == "" && got != "" {
			t.Errorf("%s: /%s\nsays %q, want %q", step.who, step.line, got, step.want)
		}
	}
}

// said is what somebody reads after a line: the answer, the question or the refusal. Posts answer nothing.
func (p *place) said(name, line string) string {
	r, err := p.run(p.as(name, line))
	if err != nil {
		return err.Error()
	}
	if !r.Ask.IsZero() {
		return r.Ask.String()
	}
	r.Events = nil
	return joined(r)
}

// yes runs a line and says yes to what it asks.
func (p *place) yes(name, line string) (chat.Reply, error) {
	r := p.as(name, line)
	r.Yes = true
	return p.run(r)
}

// A purge erases the newest messages, of one person alone if one is named.
func TestPurge(t *testing.T) {
	w := newPlace(t, "ana", "bo", "kei", "zoe")
	w.must("ana", "create #ops")
	w.must("bo", "join #ops")
	for _, line := range []string{"post #ops spam 1", "post #ops spam 2", "post #ops spam 3"} {
		w.must("bo", line)
	}
	w.must("ana", "post #ops stays")
	r, err := w.yes("ana", "purge #ops @bo 2 spam")
	if err != nil || len(r.Lines) != 1 || r.Lines[0].String() != "2 messages deleted" {
		t.Fatalf("purge says %v (%v)", r.Lines, err)
	}
	r, err = w.run(w.as("ana", "history #ops"))
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, e := range r.Events {
		if e.Type == rooms.Message && !e.Text.IsZero() {
			left = append(left, e.Text.String())
		}
	}
	if got := strings.Join(left, "; "); got != "spam 1; stays" {
		t.Errorf("what is left is %q", got)
	}
}

// What somebody wrote who is gone can be purged: who spams does not wait for it.
func TestPurgeOfAGuestWhoIsGone(t *testing.T) {
	p := newPlace(t, "ana")
	p.must("ana", "create -g #lobby")
	guest := text.GuestName(3)
	if _, err := p.run(chat.Request{Who: keys.Identity{Name: guest}, Actor: rooms.Actor{Name: guest, Guest: true}, Line: "post #lobby spam"}); err != nil {
		t.Fatal(err)
	}
	if got := p.said("ana", "purge #lobby @guest-3 9"); got != "delete 1 message of guest-3 in #lobby for good?" {
		t.Errorf("a purge asks %q", got)
	}
	if r, err := p.yes("ana", "purge #lobby @guest-3 9"); err != nil || r.Lines[0].String() != "1 message deleted" {
		t.Errorf("a purge says %v (%v)", r.Lines, err)
	}
	if got := p.said("ana", "purge #lobby @guest-3 9"); got != "nobody here is called guest-3" {
		t.Errorf("a purge of nobody says %q", got)
	}
	for _, line := range []string{"kick #lobby @guest-3", "ban #lobby @guest-3 10m spam", "quiet #lobby @guest-3"} {
		session, err := p.chat.Rooms.Attach(t.Context(), rooms.Actor{Name: guest, Guest: true}, rooms.SessionInfo{})
		if err != nil {
			t.Fatal(err)
		}
		if got := p.said("ana", line); !strings.Contains(got, "a guest has no name that lasts: /guests off") {
			t.Errorf("%s says %q", line, got)
		}
		session.Close()
	}
}

// Away, back and do not disturb are said once and hold until they are taken back.
func TestAwayAndBack(t *testing.T) {
	p := newPlace(t, "ana", "bo")
	for _, step := range []struct{ who, line, want string }{
		{"ana", "status @bo", "bo is not here"},
		{"bo", "away lunch", "you are away: /back"},
		{"bo", "dnd 2h", "nothing rings until"},
		{"ana", "status @bo", "not to be disturbed until"},
		{"bo", "away", "you are away already: lunch. /back when"},
		{"bo", "dnd", "/dnd off ends it, /dnd 2h is from now on"},
		{"bo", "dnd soon", "cannot read \"soon\""},
		{"bo", "dnd off", "told of messages again"},
		{"bo", "dnd", "nothing rings until"},
		{"bo", "dnd until tomorrow 9:00", "09:00"},
		{"bo", "back", "welcome back"},
		{"bo", "back", "you are here, and you are told of messages"},
		{"bo", "nick", "you are bo: a name belongs to its keys"},
	} {
		if got := p.said(step.who, step.line); !strings.Contains(got, step.want) {
			t.Errorf("%s: /%s\nsays %q, want %q", step.who, step.line, got, step.want)
		}
	}
	if got := p.said("ana", "status @bo"); strings.Contains(got, "disturbed") {
		t.Errorf("after /back: %q", got)
	}
}

// Who asks who somebody is hears as well that they are away.
// Programs are told why somebody is away, as people are; /away alone is no reason.
func TestProgramsAreToldWhySomebodyIsAway(t *testing.T) {
	w := newPlace(t, "ana", "bo")
	w.must("ana", "create #ops")
	w.must("bo", "join #ops")
	bo, err := w.chat.Rooms.Attach(t.Context(), w.as("bo", "").Actor, rooms.SessionInfo{Face: "ssh"})
	if err != nil {
		t.Fatal(err)
	}
	defer bo.Close()
	for _, c := range []struct{ away, fact, line string }{
		{"away lunch", "lunch", "- bo: lunch"},
		{"away", "lunch", "- bo: lunch"},
		{"back", "", "+ bo"},
		{"away", "away", "- bo"},
	} {
		w.must("bo", c.away)
		r := w.list("ana", "who #ops")
		var facts []any
		for _, f := range append(r.Facts, w.list("ana", "whois @bo").Facts...) {
			for _, one := range f {
				if one.Name == "away" {
					facts = append(facts, one.Value)
				}
			}
		}
		if c.fact == "" && len(facts) > 0 || c.fact != "" && (len(facts) != 2 || facts[0] != c.fact || facts[1] != c.fact) {
			t.Errorf("after /%s programs are told %v, want %q", c.away, facts, c.fact)
		}
		if got := joined(r); !strings.HasSuffix(strings.ReplaceAll(got, "  ", " "), c.line) {
			t.Errorf("after /%s: %q, want %q", c.away, got, c.line)
		}
	}
}

func TestWhoisSaysThatSomebodyIsAway(t *testing.T) {
	p := newPlace(t, "ana", "bo")
	ses, err := p.chat.Rooms.Attach(t.Context(), p.as("bo", "").Actor, rooms.SessionInfo{ID: "bo", Face: "ssh"})
	if err != nil {
		t.Fatal(err)
	}
	defer ses.Close()
	if got := p.said("ana", "whois @bo"); strings.Contains(got, "away") {
		t.Errorf("of somebody who is here: %q", got)
	}
	p.must("bo", "away lunch")
	p.must("ana", "create #ops")
	p.must("bo", "join #ops")
	for _, line := range []string{"who #ops", "members #ops"} {
		if got := p.said("ana", line); !strings.Contains(got, "-  bo: lunch") {
			t.Errorf("/%s says of somebody who is away: %q", line, got)
		}
	}
	if got := p.said("ana", "whois @bo"); !strings.Contains(got, "bo is away: lunch") {
		t.Errorf("of somebody who is away: %q", got)
	}
}

// Whoever calls more than ten people at once is asked first.
func TestCallingEverybodyAsks(t *testing.T) {
	var names []string
	for _, c := range "abcdefghijkl" {
		names = append(names, "p"+string(c)+"1")
	}
	p := newPlace(t, names...)
	p.must("pa1", "create #ops")
	for _, n := range names[1:10] {
		p.must(n, "join #ops")
	}
	if got := p.said("pa1", "post #ops @room hello"); got != "" {
		t.Errorf("ten people: %q", got)
	}
	p.must("pk1", "join #ops")
	for line, want := range map[string]string{
		"post #ops @room hello":      "call all 11 people of #ops?",
		"reply #ops:11 hi @everyone": "call all 11 people of #ops?",
		"me #ops waves at @here":     "call all of the 11 people of #ops who are here?",
		"post #ops about the `@all`": "",
		"post #ops hello @pa1":       "",
	} {
		if got := p.said("pb1", line); got != want {
			t.Errorf("/%s says %q, want %q", line, got, want)
		}
	}
	before, err := p.run(p.as("pa1", "unread"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.yes("pb1", "post #ops @room now"); err != nil {
		t.Fatal(err)
	}
	after, err := p.run(p.as("pa1", "unread"))
	if err != nil || joined(after) == joined(before) || !strings.Contains(joined(after), "2 mentions") {
		t.Errorf("before %q, after %q (%v)", joined(before), joined(after), err)
	}
}

// Who is ignored is kept for the person, and archived rooms are listed for who asks for them.
func TestIgnoreAndArchivedRooms(t *testing.T) {
	p := newPlace(t, "ana", "bo", "kei")
	p.must("ana", "create #ops")
	p.must("ana", "create #old")
	if _, err := p.yes("ana", "archive #old"); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ who, line, want string }{
		{"bo", "list", "#ops  1 person"},
		{"bo", "list -a", "#old  1 person"},
		{"bo", "ignore", "you ignore nobody"},
		{"bo", "ignore @ana", "what ana says is not shown"},
		{"bo", "ignore @kei", "what kei says is not shown"},
		{"bo", "ignore @ana", "what ana says is not shown"},
		{"bo", "ignore", "you ignore ana, kei"},
		{"bo", "unignore @ana", "what ana says is shown to you again"},
		{"bo", "ignore", "you ignore kei"},
		{"bo", "ignore @bo", "you cannot ignore yourself"},
	} {
		if got := p.said(step.who, step.line); !strings.HasPrefix(got, step.want) || strings.Contains(got, "\n") {
			t.Errorf("%s: /%s\nsays %q, want %q", step.who, step.line, got, step.want)
		}
	}
}

// Who leaves a room that is theirs, or is the last one, is asked, and what follows is in the audit log.
func TestLeavingWhatOneOwns(t *testing.T) {
	w := newPlace(t, "ana", "bo", "zoe")
	w.give("ana", "owner")
	w.must("ana", "create #ops")
	w.must("bo", "join #ops")
	w.must("bo", "create -p #den")
	for _, step := range []struct{ who, line, want string }{
		{"ana", "leave #ops", "You are its last owner"},
		{"bo", "leave #den", "You are the last one in it: nobody can enter it any more"},
		{"bo", "members #ops", "ana"},
	} {
		if got := w.said(step.who, step.line); !strings.Contains(got, step.want) {
			t.Errorf("%s: /%s\nsays %q, want %q", step.who, step.line, got, step.want)
		}
	}
	if _, err := w.yes("ana", "leave #ops"); err != nil {
		t.Fatal(err)
	}
	if got := w.said("bo", "leave #ops"); !strings.Contains(got, "whoever joins it next owns it") {
		t.Errorf("the last one is asked %q", got)
	}
	if _, err := w.yes("bo", "leave #ops"); err != nil {
		t.Fatal(err)
	}
	w.must("zoe", "join #ops")
	got := w.said("ana", "audit about zoe")
	if !strings.Contains(got, "the first one in a room that all had left") {
		t.Errorf("of the newcomer the audit log has %q", got)
	}
	if got = w.said("ana", "audit about bo"); !strings.Contains(got, "the last owner is out") {
		t.Errorf("of the heir the audit log has %q", got)
	}
}

// A message that calls many is asked about when it is planned, because nobody is there to be asked when it is posted.
func TestPlannedCallsAreAskedAbout(t *testing.T) {
	people := strings.Fields("ana bo cleo dan eve finn gus hal ida jon kim")
	w := newPlace(t, people...)
	w.must("ana", "create #ops")
	for _, name := range people[1:] {
		w.must(name, "join #ops")
	}
	for _, line := range []string{"schedule #ops in 2h @room lunch", "remind #ops in 2h @room lunch"} {
		if got := w.said("ana", line); !strings.Contains(got, "11") {
			t.Errorf("/%s says %q, want a question about 11 people", line, got)
		}
		if _, err := w.yes("ana", line); err != nil {
			t.Errorf("/%s after yes: %v", line, err)
		}
	}
	w.must("bo", "ignore @ana")
	if got := w.said("ana", "remind @bo in 2h look"); !strings.Contains(got, "bo takes no reminders from you") {
		t.Errorf("who is ignored reminds: %q", got)
	}
}

// Over ssh too, what is read is read with its threads.
func TestReadingARoomReadsItsThreads(t *testing.T) {
	for _, line := range []string{"read all", "read #ops"} {
		w := newPlace(t, "ana", "bo")
		w.must("ana", "create #ops")
		w.must("bo", "join #ops")
		w.must("ana", "post #ops shall we?")
		w.must("bo", "thread #ops:3 yes")
		if got := w.said("ana", "unread"); !strings.Contains(got, "1 new in threads") {
			t.Fatalf("unread is %q", got)
		}
		w.must("ana", line)
		got := w.said("ana", "unread") // counted by the store, and soon in memory too
		for end := time.Now().Add(10 * time.Second); strings.Contains(got, "threads") && time.Now().Before(end); runtime.Gosched() {
			got = w.said("ana", "unread")
		}
		if strings.Contains(got, "threads") {
			t.Errorf("after /%s unread is %q", line, got)
		}
	}
}

// What a room is already is answered, and adds nothing to its log.
func TestSettingWhatIsSoAddsNothing(t *testing.T) {
	p := newPlace(t, "ana", "bo")
	p.must("ana", "create #ops")
	p.must("bo", "join #ops")
	for _, line := range []string{"archive #ops off", "unlock #ops", "slow #ops off", "retention #ops off", "newcomers #ops all", "guests #ops off", "bots #ops on"} {
		if got := p.must("ana", line); got != "that is so already" {
			t.Errorf("/%s says %q", line, got)
		}
	}
	p.must("ana", "slow #ops 1m")
	if got := p.must("ana", "slow #ops 60s"); got != "that is so already" {
		t.Errorf("the same pause again says %q", got)
	}
	if list := p.log("ana", "#ops"); len(list) != 3 || list[2].Detail != rooms.PropSlow {
		t.Errorf("the room has %d events, want one for its making, one for bo and one for the pause", len(list))
	}
	if _, err := p.yes("ana", "archive #ops"); err != nil {
		t.Fatal(err)
	}
	if got := p.must("ana", "archive #ops off"); !strings.Contains(got, "opened the room again") {
		t.Errorf("opening an archived room says %q", got)
	}
	if got := p.said("bo", "unlock #ops"); strings.Contains(got, "so already") {
		t.Errorf("who may not change it is told %q", got)
	}
}

func TestAPollHasEachOptionOnce(t *testing.T) {
	p := newPlace(t, "ana")
	p.must("ana", "create #ops")
	if got := p.said("ana", "poll #ops lunch? soup | rice | SOUP"); !strings.Contains(got, "write each once") {
		t.Errorf("it says %q", got)
	}
	p.must("ana", "poll #ops lunch? soup | rice")
}

func TestAKeyIsLookedForBeforeItsRemovalIsAsked(t *testing.T) {
	p := newPlace(t, "ana", "owner1")
	for _, line := range []string{"keys remove x", "keys remove SHA256:aaaaaaaaaaaaaaaaaaaa"} {
		if got := p.said("ana", line); !strings.Contains(got, "fingerprint") {
			t.Errorf("/%s says %q", line, got)
		}
	}
	if got := p.said("owner1", "keys remove @ana x"); !strings.Contains(got, "fingerprint") {
		t.Errorf("of somebody else it says %q", got)
	}
}

// A ban and a silence end when they were said to: what reads as a time must not become a reason, and the ban one for ever.
func TestHowLongABanIs(t *testing.T) {
	w := newPlace(t, "ana", "bo")
	w.must("ana", "create #ops")
	w.must("bo", "join #ops")
	for _, c := range []struct {
		typed string
		end   time.Duration // from now; 0 for none
		why   string
	}{
		{"2h spam", 2 * time.Hour, "spam"},
		{"1 week of spam", 7 * 24 * time.Hour, "of spam"},
		{"for 2 hours", 2 * time.Hour, ""},
		{"until tomorrow spam", -1, "spam"},
		{"until 18:00", -1, ""},
		{"for spam", 0, "for spam"},
		{"3 warnings", 0, "3 warnings"},
		{"spam", 0, "spam"},
		{"", 0, ""},
	} {
		before := w.chat.Rooms.Now()
		w.must("ana", strings.TrimSpace("ban #ops @bo "+c.typed))
		list, err := w.chat.Rooms.Sanctions(t.Context(), rooms.Actor{Name: mustRead(t, "ana")}, w.room("ana", "#ops").ID)
		if err != nil || len(list) != 1 {
			t.Fatalf("%q: %v, %v", c.typed, list, err)
		}
		s := list[0]
		lasts := s.Until.Sub(before)
		switch {
		case c.end == 0 && !s.Until.IsZero(), c.end < 0 && (lasts <= 0 || lasts > 40*time.Hour),
			c.end > 0 && (lasts < c.end || lasts > c.end+time.Minute), s.Reason.String() != c.why:
			t.Errorf("ban @bo %s is until %v for %q", c.typed, s.Until, s.Reason)
		}
		w.must("ana", "unban #ops @bo")
	}
	for _, line := range []string{"ban #ops @bo until he says sorry", "quiet #ops @bo until 25:00"} {
		if got := w.said("ana", line); !strings.Contains(got, "time") {
			t.Errorf("%s: %s", line, got)
		}
	}
	if got := w.must("ana", "bans #ops"); !strings.Contains(got, "nobody") {
		t.Errorf("after a refused ban: %s", got)
	}
}
