package chat_test

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/chat"
	"parley/keys"
	"parley/rooms"
	"parley/text"
)

// door is a chat.Door whose browser shows the code K7QX-2M9P.
type door struct {
	admitted, refused []string
	sessions          []rooms.WebSession
}

const shownCode = "K7QX-2M9P"

func (d *door) Asks(_ text.Name, code string) (chat.Browser, error) {
	if code != shownCode {
		return chat.Browser{}, keys.ErrCode
	}
	return chat.Browser{Client: text.NewLine("Firefox 145 on Linux", 60), Addr: netip.MustParseAddr("192.0.2.7"), Since: time.Date(2026, 11, 22, 14, 3, 5, 0, time.UTC)}, nil
}

func (d *door) Admit(_ context.Context, who keys.Identity, code string) error {
	d.admitted = append(d.admitted, who.Name.String()+" "+code)
	return nil
}

func (d *door) Refuse(who text.Name, code string) error {
	d.refused = append(d.refused, who.String()+" "+code)
	return nil
}

func (d *door) Link(keys.Identity) (string, time.Time) {
	return "TOKEN", time.Date(2026, 11, 22, 14, 8, 5, 0, time.UTC)
}

func (d *door) Sessions(_ context.Context, who text.Name) (list []rooms.WebSession, _ error) {
	for _, s := range d.sessions {
		if s.Name == who {
			list = append(list, s)
		}
	}
	return list, nil
}

func (d *door) End(_ context.Context, id uint64) error {
	before := len(d.sessions)
	d.sessions = slices.DeleteFunc(d.sessions, func(s rooms.WebSession) bool { return s.ID == id })
	if len(d.sessions) == before {
		return rooms.ErrNoWebSession
	}
	return nil
}

// keyed is as, by the first key of the person.
func (p *place) keyed(name, line string) chat.Request {
	p.t.Helper()
	r := p.as(name, line)
	r.Who.Fingerprint = p.keys.Keys(r.Who.Name)[0].Fingerprint
	return r
}

func TestLoginShowsTheBrowserBeforeItLetsItIn(t *testing.T) {
	p := newPlace(t, "ana")
	r, err := p.run(p.keyed("ana", "login "+shownCode))
	if want := "let Firefox 145 on Linux at 192.0.2.7 in as ana? It asks since 14:03:05"; err != nil || !strings.HasPrefix(r.Ask.String(), want) {
		t.Fatalf("it asks %q (%v), want %q", r.Ask, err, want)
	}
	if len(p.door.admitted) > 0 {
		t.Fatal("the browser is in before anybody said yes")
	}
	no := p.keyed("ana", r.No)
	if got, err := p.run(no); err != nil || got.Lines[0].String() != "Firefox 145 on Linux is not let in, and is told so" || !slices.Equal(p.door.refused, []string{"ana " + shownCode}) {
		t.Errorf("no answers %v (%v) and refuses %v", got.Lines, err, p.door.refused)
	}
	yes := p.keyed("ana", "login "+shownCode)
	yes.Yes = true
	if _, err := p.run(yes); err != nil || !slices.Equal(p.door.admitted, []string{"ana " + shownCode}) {
		t.Errorf("yes: %v, and lets in %v", err, p.door.admitted)
	}
	wrong := p.keyed("ana", "login AAAA-BBBB")
	if _, err := p.run(wrong); !errors.Is(err, chat.ErrUsage) {
		t.Errorf("a code of nobody: %v", err)
	}
}
