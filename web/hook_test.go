package web

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"parley/rooms"
	"parley/rooms/sqlite"
	"parley/text"
)

// place is a server with one room and one hook in it.
type place struct {
	*Server
	t      *testing.T
	ana    rooms.Actor
	room   rooms.Room
	hook   rooms.Hook
	secret string
	log    *bytes.Buffer
	clock  *clock
	store  *sqlite.Store
}

func name(t *testing.T, s string) text.Name {
	t.Helper()
	n, err := text.ReadName(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func newPlace(t *testing.T, limits rooms.Limits) *place {
	t.Helper()
	p := &place{t: t, secret: rooms.NewSecret(), log: &bytes.Buffer{}, clock: &clock{t: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}}
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "parley.db"))
	if err != nil {
		t.Fatal(err)
	}
	p.store = store
	m := rooms.New(store, rooms.LocalBus{}, rooms.Options{Clock: p.clock.now, Limits: limits})
	t.Cleanup(func() {
		_ = m.Close(context.Background())
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	p.Server = New(Options{Rooms: m, Name: "Parley", Clock: p.clock.now, Log: slog.New(slog.NewTextHandler(p.log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	p.ana = rooms.Actor{Name: name(t, "ana")}
	room, err := text.ParseRoomName("#ops")
	if err != nil {
		t.Fatal(err)
	}
	if p.room, err = m.Create(t.Context(), p.ana, rooms.Room{Name: room, Kind: rooms.Private}); err != nil {
		t.Fatal(err)
	}
	if p.hook, err = m.AddHook(t.Context(), p.ana, rooms.Hook{Room: p.room.ID, Name: name(t, "ops-hook"), Hash: rooms.HashSecret(p.secret)}); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *place) url() string { return "/hook/" + strconv.FormatUint(p.hook.ID, 10) + "/" + p.secret }

// send posts a body from an address.
func (p *place) send(url, from, body string, headers ...string) *httptest.ResponseRecorder {
	p.t.Helper()
	r := httptest.NewRequest("POST", url, strings.NewReader(body))
	for name, values := range header(headers...) {
		r.Header[name] = values
	}
	r.RemoteAddr = from + ":4242"
	return do(p.Server, r)
}

// said lists what was said in the room.
func (p *place) said() (out []string) {
	p.t.Helper()
	events, err := p.Rooms.Events(p.t.Context(), p.ana, p.room.ID, 0, 1000)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, e := range events {
		if e.Type.Talk() {
			out = append(out, e.Author.String()+": "+e.Text.String())
		}
	}
	return out
}

func TestHookPosts(t *testing.T) {
	p := newPlace(t, rooms.Limits{})
	w := p.send(p.url(), "192.0.2.1", "hello", "Idempotency-Key: a")
	if w.Code != 200 || w.Body.String() != "ok" {
		t.Fatalf("%d %q", w.Code, w.Body)
	}
	p.send(p.url(), "192.0.2.1", "hello", "Idempotency-Key: a")
	p.send(p.url(), "192.0.2.1", "hello", "Idempotency-Key: b")
	if got := p.said(); len(got) != 2 || got[0] != "ops-hook: hello" {
		t.Errorf("said: %q", got)
	}
	if strings.Contains(p.log.String(), p.secret) {
		t.Error("the secret is in the log")
	}
}

// A payload of any length becomes one message that says that it was cut, also where the server takes short ones only.
func TestLongPayloadsAreCut(t *testing.T) {
	for _, most := range []int{0, 1000} {
		p := newPlace(t, rooms.Limits{MessageBytes: most})
		if w := p.send(p.url(), "192.0.2.1", strings.Repeat("many words ", 20_000)); w.Code != 200 {
			t.Fatalf("%d %q", w.Code, w.Body)
		}
		got := p.said()
		if len(got) != 1 || !strings.HasSuffix(got[0], " bytes)") || most > 0 && len(got[0]) > most+len("ops-hook: ") {
			t.Errorf("limit %d: %d messages, the first of %d bytes", most, len(got), len(got[0]))
		}
	}
	p := newPlace(t, rooms.Limits{})
	if w := p.send(p.url(), "192.0.2.1", strings.Repeat("x", maxPayload+1)); w.Code != 413 || len(p.said()) != 0 {
		t.Errorf("more than 1 MiB: %d", w.Code)
	}
}

// What is wrong with an address cannot be told from the answer.
func TestNoOracle(t *testing.T) {
	p := newPlace(t, rooms.Limits{})
	out, err := p.Rooms.AddHook(t.Context(), p.ana, rooms.Hook{Room: p.room.ID, Name: name(t, "out-hook"), Out: &rooms.Outgoing{URL: "https://x.example", Secret: "s"}})
	if err != nil {
		t.Fatal(err)
	}
	want := p.send("/hook/99/"+p.secret, "192.0.2.1", "hi")
	for i, url := range []string{
		p.url() + "A", strings.TrimSuffix(p.url(), p.secret[1:]), "/hook/x/" + p.secret, "/hook/-1/" + p.secret, "/hook/18446744073709551616/" + p.secret,
		"/hook/" + strconv.FormatUint(out.ID, 10) + "/s", "/hook/" + strconv.FormatUint(out.ID, 10) + "/" + p.secret,
	} {
		got := p.send(url, "198.51.100."+strconv.Itoa(i), "hi")
		if got.Code != 404 || got.Body.String() != want.Body.String() || len(got.Header()) != len(want.Header()) {
			t.Errorf("%s: %d %q %v", url, got.Code, got.Body, got.Header())
		}
	}
	if len(p.said()) != 0 {
		t.Errorf("said: %q", p.said())
	}
}

func TestWrongAddressesAreHeldBackByPrefix(t *testing.T) {
	p := newPlace(t, rooms.Limits{})
	for i := range wrongBurst {
		if w := p.send(p.url()+"x", "192.0.2."+strconv.Itoa(i), "hi"); w.Code != 404 {
			t.Fatalf("try %d: %d", i, w.Code)
		}
	}
	if w := p.send(p.url(), "192.0.2.200", "hi"); w.Code != 429 || w.Header().Get("Retry-After") != "1" {
		t.Errorf("the right one after too many: %d %v", w.Code, w.Header())
	}
	if w := p.send(p.url(), "192.0.3.1", "hi"); w.Code != 200 {
		t.Errorf("from elsewhere: %d", w.Code)
	}
	if w := p.send(p.url(), "[2001:db8::1]", "hi"); w.Code != 200 {
		t.Errorf("by IPv6: %d", w.Code)
	}
	p.clock.move(time.Second)
	if w := p.send(p.url(), "192.0.2.200", "hi"); w.Code != 200 {
		t.Errorf("after the wait that was said: %d", w.Code)
	}
	p.Exempt = func(netip.Addr) bool { return true }
	for range 3 * wrongBurst {
		if w := p.send(p.url()+"x", "192.0.2.1", "hi"); w.Code != 404 {
			t.Fatalf("an exempt address: %d", w.Code)
		}
	}
	p.Exempt = nil
	for i := range 4 * minSweep {
		p.send(p.url()+"x", "10.0."+strconv.Itoa(i)+".1", "hi")
		p.clock.move(time.Second)
	}
	if n := len(p.wrong.all); n > 3*minSweep {
		t.Errorf("%d prefixes are remembered", n)
	}
}

func TestAnswersOfTheRoom(t *testing.T) {
	p := newPlace(t, rooms.Limits{BotRate: 1, BotBurst: 1})
	set := func(property, value string) {
		t.Helper()
		if _, _, err := p.Rooms.Do(t.Context(), p.ana, rooms.Entry{Room: p.room.ID, Type: rooms.Set, Detail: property, Text: text.NewBody(value)}); err != nil {
			t.Fatal(err)
		}
	}
	want := func(what string, status int, sentence string) {
		t.Helper()
		if w := p.send(p.url(), "192.0.2.1", "hi"); w.Code != status || !strings.Contains(w.Body.String(), sentence) {
			t.Errorf("%s: %d %q", what, w.Code, w.Body)
		}
		p.clock.move(time.Minute)
	}
	set(rooms.PropLocked, "on")
	want("locked", 403, "that room is locked")
	set(rooms.PropLocked, "off")
	set(rooms.PropBots, "off")
	want("without bots", 403, "programs do not write in this room")
	set(rooms.PropBots, "on")
	set(rooms.PropArchived, "on")
	want("archived", 403, "archived")
	set(rooms.PropArchived, "off")
	p.send(p.url(), "192.0.2.1", "hi")
	if w := p.send(p.url(), "192.0.2.1", "hi"); w.Code != 429 || w.Header().Get("Retry-After") != "1" {
		t.Errorf("too fast: %d %v", w.Code, w.Header())
	}
	p.clock.move(time.Minute)
	set(rooms.PropSlow, "90s")
	want("the first in slow mode", 200, "ok")
	if w := p.send(p.url(), "192.0.2.1", "hi"); w.Code != 429 || w.Header().Get("Retry-After") != "30" {
		t.Errorf("the second in slow mode: %d %v", w.Code, w.Header())
	}
	if err := p.Rooms.RemoveHook(t.Context(), p.ana, p.hook); err != nil {
		t.Fatal(err)
	}
	want("removed", 404, noHook)
	if err := p.Rooms.Close(t.Context()); err != nil && !errors.Is(err, rooms.ErrClosed) {
		t.Fatal(err)
	}
}
