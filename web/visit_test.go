package web

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/keys"
	"parley/rooms"
	"parley/text"
)

// visit is who the browser's requests come from.
func (b *browser) visit() (visit, bool) {
	r, err := http.NewRequest("GET", "/", nil)
	if err != nil {
		b.p.tb.Fatal(err)
	}
	r.RemoteAddr = b.addr + ":4242"
	r.AddCookie(&http.Cookie{Name: sessionCookie, Value: b.cookies[sessionCookie]})
	return b.p.visitor(r)
}

// over reports whether a visit has ended, at once.
func over(v visit) bool {
	select {
	case <-v.Ended():
		return true
	default:
		return false
	}
}

// restart is the server after a restart.
func (p *entrance) restart() {
	p.door.Close()
	p.door = NewDoor(p.door.DoorOptions)
	p.tb.Cleanup(p.door.Close)
	o := p.Server.Options
	o.Door = p.door
	p.Server = New(o)
}

func TestTheStoreHasNoTokens(t *testing.T) {
	p := newEntrance(t)
	b := p.browser("192.0.2.7")
	b.let("ana")
	folder := t.TempDir()
	copied := filepath.Join(folder, "copy.db")
	if err := p.store.Backup(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(copied)
	if err != nil {
		t.Fatal(err)
	}
	token := b.cookies[sessionCookie]
	if len(token) < 26 || bytes.Contains(data, []byte(token)) || strings.Contains(p.log.String(), token) {
		t.Errorf("the token %q is in the database or in the log", token)
	}
	if !bytes.Contains(data, []byte("Firefox 145 on Linux")) {
		t.Error("the session is not in the copy")
	}
	for _, forged := range []string{"", "x", strings.ToLower(token), token[1:]} {
		b := p.browser("192.0.2.7")
		b.cookies[sessionCookie] = forged
		if got := b.in(); got != "" {
			t.Errorf("%q lets in %s", forged, got)
		}
	}
}

func TestARevokedKeyEndsWhatItLetIn(t *testing.T) {
	p := newEntrance(t)
	ana, bo := p.browser("192.0.2.7"), p.browser("192.0.2.8")
	ana.let("ana")
	bo.let("bo")
	v, ok := ana.visit()
	other, _ := bo.visit()
	if !ok || over(v) || v.Who.Name.String() != "ana" || v.Who.Role != keys.Member || v.Actor.Addr.String() != "192.0.2.7" || v.Info().ID != "b1" || v.Info().Face != "browser" {
		t.Fatalf("the visit is %+v", v)
	}
	p.write("ana.pub", "")
	select {
	case <-v.Ended():
	case <-time.After(20 * time.Second):
		t.Fatal("the page stays open")
	}
	if ana.in() != "" || bo.in() != "bo" || over(other) {
		t.Error("the wrong ones are in")
	}
	p.door.work.Wait()
	if list, err := p.Rooms.WebSessions(t.Context(), text.Name{}); err != nil || len(list) != 1 {
		t.Errorf("the store has %+v (%v)", list, err)
	}
}

// A key that is taken away while the server is down, or while it fails to hear of it, opens nothing any more.
func TestAKeyIsLookedAtWithEachRequest(t *testing.T) {
	p := newEntrance(t)
	b := p.browser("192.0.2.7")
	b.let("ana")
	p.door.unwatch()
	p.write("ana.pub", "")
	if got := b.in(); got != "" {
		t.Errorf("%s is in", got)
	}
	p.enrol("bo")
	c := p.browser("192.0.2.7")
	c.let("bo")
	p.door.Close()
	p.write("bo.pub", "")
	p.restart()
	if got := c.in(); got != "" {
		t.Errorf("%s is in after a restart", got)
	}
}

func TestABanEndsWhatIsIn(t *testing.T) {
	p := newEntrance(t)
	if err := p.Rooms.LoadBans(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.door.Barred = func(n text.Name, key string, addr netip.Addr) bool { return p.Rooms.Banned(n, key, addr) != nil }
	ana, bo, far := p.browser("192.0.2.7"), p.browser("192.0.2.8"), p.browser("198.51.100.9")
	ana.let("ana")
	bo.let("bo")
	far.let("far")
	v, _ := ana.visit()
	w, _ := far.visit()
	ban := func(s rooms.Sanction) {
		t.Helper()
		if _, err := p.Rooms.Ban(t.Context(), rooms.Actor{Name: name(t, "boss"), Staff: true}, s); err != nil {
			t.Fatal(err)
		}
	}
	ban(rooms.Sanction{Name: name(t, "ana")})
	if !over(v) || ana.in() != "" {
		t.Error("who is banned by name is in")
	}
	ban(rooms.Sanction{Prefix: "198.51.100.0/24"})
	if !over(w) || far.in() != "" {
		t.Error("who is banned by network is in")
	}
	if bo.in() != "bo" {
		t.Error("who is not banned is not in")
	}
	code := p.browser("192.0.2.9")
	if err := p.admit("ana", code.code()); err != nil {
		t.Fatal(err) // sshd lets no banned person get here
	}
	if w := code.do("GET", "/login"); w.Code != http.StatusForbidden || code.in() != "" {
		t.Errorf("a browser of a banned person: %d %s", w.Code, w.Body)
	}
}

func TestASessionEndsWhenItIsNotUsed(t *testing.T) {
	p := newEntrance(t)
	b := p.browser("192.0.2.7")
	b.let("ana")
	for range 3 {
		p.clock.move(29 * 24 * time.Hour)
		if b.in() != "ana" {
			t.Fatal("a session that is used has ended")
		}
	}
	p.restart() // and what the store has of it is new enough
	p.clock.move(29 * 24 * time.Hour)
	if b.in() != "ana" {
		t.Fatal("the store did not know of its use")
	}
	p.clock.move(sessionTime)
	if b.in() != "" {
		t.Error("a session that was not used for 30 days goes on")
	}
}

// A connection that stays open keeps its session, and is told when its time is over.
func TestTheTimeOfASessionIsWatched(t *testing.T) {
	p := newEntrance(t)
	b := p.browser("192.0.2.7")
	b.let("ana")
	v, _ := b.visit()
	p.clock.move(sessionTime - time.Second)
	v.Use(t.Context())
	p.clock.move(sessionTime - time.Second)
	p.door.timeOver(v.entry) // as its timer does
	if over(v) {
		t.Fatal("a session that was used has ended")
	}
	p.clock.move(time.Second)
	p.door.timeOver(v.entry)
	if !over(v) || b.in() != "" {
		t.Error("it goes on")
	}
}

// Whatever the store says, a session that was ended lets nobody in.
func TestAnEndedSessionStaysEndedWhenTheStoreFails(t *testing.T) {
	p := newEntrance(t)
	b := p.browser("192.0.2.7")
	b.let("ana")
	v, _ := b.visit()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.door.End(gone, v.ID); err == nil {
		t.Fatal("the store took it")
	}
	if !over(v) || b.in() != "" {
		t.Error("it goes on")
	}
	if list, err := p.door.Sessions(t.Context(), name(t, "ana")); err != nil || len(list) != 0 {
		t.Errorf("it is listed: %+v (%v)", list, err)
	}
	if err := p.door.End(t.Context(), v.ID); err != nil {
		t.Error(err)
	}
	if err := p.door.End(t.Context(), v.ID); !errors.Is(err, rooms.ErrNoWebSession) {
		t.Errorf("ending it twice: %v", err)
	}
}

// A request that has read the session from the store while it was ended does not bring it back.
func TestAReadFromBeforeTheEndIsNotBelieved(t *testing.T) {
	p := newEntrance(t)
	b := p.browser("192.0.2.7")
	b.let("ana")
	p.restart()
	kept, err := p.Rooms.WebSessions(t.Context(), name(t, "ana"))
	if err != nil || len(kept) != 1 {
		t.Fatal(kept, err)
	}
	before := p.door.change
	if err := p.door.End(t.Context(), kept[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, again := p.door.take(kept[0], before); !again {
		t.Error("it is back")
	}
}

func TestBrowsersOfAPersonAreBounded(t *testing.T) {
	p := newEntrance(t)
	first := p.browser("192.0.2.7")
	first.cookies[sessionCookie] = p.token("ana")
	second := p.browser("192.0.2.7")
	second.cookies[sessionCookie] = p.token("ana")
	for range maxSessions - 2 {
		p.token("ana")
	}
	p.clock.move(time.Minute)
	if first.in() != "ana" {
		t.Fatal("not in")
	}
	p.token("ana")
	if first.in() != "ana" || second.in() != "" {
		t.Error("it is not the one that was used longest ago that has ended")
	}
}

func TestEnteringAgainEndsTheSessionFromBefore(t *testing.T) {
	p := newEntrance(t)
	b := p.browser("192.0.2.7")
	b.let("ana")
	v, _ := b.visit()
	b.let("bo")
	if !over(v) || b.in() != "bo" {
		t.Error("the session from before goes on, and nobody has its cookie")
	}
	if w := b.do("POST", "/logout"); w.Code != http.StatusOK || b.in() != "" || b.cookies[sessionCookie] != "" {
		t.Errorf("logout: %d %s", w.Code, w.Body)
	}
}

func TestALinkIsGoodOnceAndForFiveMinutes(t *testing.T) {
	p := newEntrance(t)
	who := p.enrol("ana")
	token, expires := p.door.Link(who)
	if got := expires.Sub(p.clock.now()); got != 5*time.Minute || len(token) != linkLen {
		t.Errorf("a link %q for %s", token, got)
	}
	for range 3 { // previewers
		if w := p.browser("192.0.2.7").do("GET", "/login/"+token); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "<button>Enter as ana</button>") || len(w.Result().Cookies()) > 0 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	if w := p.browser("192.0.2.7").do("POST", "/login/"+token, "Origin", "https://evil.example"); w.Code != http.StatusForbidden {
		t.Errorf("a form of another site: %d %s", w.Code, w.Body)
	}
	b := p.browser("192.0.2.7")
	if w := b.do("POST", "/login/"+token); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "../" || b.in() != "ana" {
		t.Errorf("%d %s, and in is %q", w.Code, w.Body, b.in())
	}
	c := p.browser("192.0.2.7")
	if w := c.do("POST", "/login/"+token); w.Code != http.StatusGone || c.in() != "" {
		t.Errorf("a second time: %d %s", w.Code, w.Body)
	}
	token, _ = p.door.Link(who)
	p.clock.move(linkTime)
	if w := c.do("POST", "/login/"+token); w.Code != http.StatusGone || c.in() != "" {
		t.Errorf("after five minutes: %d %s", w.Code, w.Body)
	}
	token, _ = p.door.Link(who)
	p.write("ana.pub", "")
	if w := c.do("POST", "/login/"+token); w.Code != http.StatusForbidden || c.in() != "" {
		t.Errorf("of a key that was revoked: %d %s", w.Code, w.Body)
	}
	for range maxLinks {
		p.door.Link(who)
	}
	if got := len(p.door.links.all); got != maxLinks {
		t.Errorf("there are %d links of one person", got)
	}
}

func TestWrongLinksAreFew(t *testing.T) {
	p := newEntrance(t)
	token, _ := p.door.Link(p.enrol("ana"))
	for range wrongBurst {
		if w := p.browser("192.0.2.7").do("GET", "/login/"+strings.ToLower(token)); w.Code != http.StatusGone {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	if w := p.browser("192.0.2.99").do("POST", "/login/"+token); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" {
		t.Errorf("after many wrong ones from there: %d %s", w.Code, w.Body)
	}
	if w := p.browser("198.51.100.7").do("POST", "/login/"+token); w.Code != http.StatusSeeOther {
		t.Errorf("from elsewhere: %d %s", w.Code, w.Body)
	}
}

// At defcon 1 nobody but staff comes in; who is in stays.
func TestNobodyComesInAtDefcon1(t *testing.T) {
	p := newEntrance(t)
	b, late := p.browser("192.0.2.7"), p.browser("192.0.2.8")
	b.let("ana")
	token, _ := p.door.Link(p.enrol("ana"))
	if err := p.ring.SetDefcon(t.Context(), keys.StaffOnly); err != nil {
		t.Fatal(err)
	}
	if w := late.do("POST", "/login/"+token); w.Code != http.StatusForbidden || late.in() != "" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if b.in() != "ana" {
		t.Error("who was in is out")
	}
}
