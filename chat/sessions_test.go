package chat_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/chat"
	"parley/rooms"
	"parley/text"
)

// host is a program with two connections of bob over ssh.
type host struct {
	chat.Host
	ended []string
}

func (h *host) Sessions(who text.Name) (list []chat.Connected) {
	if who.String() != "bob" {
		return nil
	}
	for i, id := range []string{"aaaaaaaa", "bbbbbbbb"} {
		if !slices.Contains(h.ended, id) {
			list = append(list, chat.Connected{ID: id, Faces: []string{"ssh", "sftp"}[:i+1], Addr: netip.MustParseAddr("192.0.2.7"), Client: text.NewLine("SSH-2.0-OpenSSH_10.0", 80),
				Since: time.Date(2026, 11, 22, 14, i, 0, 0, time.UTC), Seen: time.Date(2026, 11, 22, 15, i, 0, 0, time.UTC)})
		}
	}
	return list
}

func (h *host) EndSession(_ text.Name, id string) bool {
	h.ended = append(h.ended, id)
	return true
}

// newSessions is a place in which bob is here twice over ssh, the second time as the one who asks, and has let in a browser.
func newSessions(t *testing.T) (*place, *host) {
	p := newPlace(t, "owner1", "bob")
	h := &host{}
	o := p.chat.Options
	o.Host = h
	p.chat = chat.New(o)
	at := time.Date(2026, 11, 22, 13, 0, 0, 0, time.UTC)
	p.door.sessions = []rooms.WebSession{{ID: 17, Name: mustRead(t, "bob"), Client: text.NewLine("Firefox 145 on Linux", 60), Addr: netip.MustParseAddr("2001:db8::7"), Made: at, Seen: at, Expires: at.Add(time.Hour)}}
	return p, h
}

// asks is a request of bob's second connection.
func (p *place) asks(line string) chat.Request {
	r := p.as("bob", line)
	r.Info.ID = "bbbbbbbb"
	return r
}

func (p *place) says(r chat.Request) string {
	p.t.Helper()
	reply, err := p.run(r)
	if err != nil {
		p.t.Fatal(err)
	}
	var b strings.Builder
	for _, l := range reply.Lines {
		b.WriteString(l.String() + "\n")
	}
	return b.String()
}

func TestSessionsAreListed(t *testing.T) {
	p, _ := newSessions(t)
	want := "b17  browser  2001:db8::7  Firefox 145 on Linux  since 2026-11-22 13:00 UTC, last used 2026-11-22 13:00 UTC\n" +
		"aaaaaaaa  ssh  192.0.2.7  OpenSSH_10.0  since 2026-11-22 14:00 UTC, last used 2026-11-22 15:00 UTC\n" +
		"bbbbbbbb  ssh, sftp  192.0.2.7  OpenSSH_10.0  since 2026-11-22 14:01 UTC, last used 2026-11-22 15:01 UTC  (this one)\n"
	if got := p.says(p.asks("sessions")); got != want+"/sessions end NAME ends one, /sessions end all every other one\n" {
		t.Errorf("bob is shown\n%s", got)
	}
	if got := p.says(p.as("owner1", "sessions @bob")); got != strings.Replace(want, "  (this one)", "", 1) {
		t.Errorf("staff is shown\n%s", got)
	}
	if got := p.says(p.as("owner1", "sessions")); got != "there are no sessions\n" {
		t.Errorf("who has none is told %q", got)
	}
}

// What the server keeps of somebody has their browsers in it.
func TestExportHasTheBrowsers(t *testing.T) {
	p, _ := newSessions(t)
	lines, errout, _ := p.exec("bob", "export me", "")
	if want := `{"type":"session","session":"b17"`; strings.Count(lines, `"type":"session"`) != 1 || !strings.Contains(lines, want) {
		t.Errorf("the export is\n%s%s", lines, errout)
	}
}

func TestSessionsEnd(t *testing.T) {
	p, h := newSessions(t)
	if got := p.says(p.asks("sessions end all")); got != "2 sessions are ended\n" || !slices.Equal(h.ended, []string{"aaaaaaaa"}) || len(p.door.sessions) != 0 {
		t.Errorf("%q, and ended are %v; browsers: %v", got, h.ended, p.door.sessions)
	}
	if got := p.says(p.asks("sessions end bbbbbbbb")); got != "1 session is ended\n" {
		t.Errorf("this one: %q", got)
	}
	for _, line := range []string{"sessions end", "sessions end b99", "sessions frobnicate", "sessions list x", "sessions @nobody1"} {
		if _, err := p.run(p.asks(line)); err == nil {
			t.Errorf("%s: no error", line)
		}
	}
}

func TestSessionsAreCompleted(t *testing.T) {
	p, _ := newSessions(t)
	for line, want := range map[string]string{
		"/sessions ": "list end", "/sessions end b": "b17 bbbbbbbb", "/sessions end a": "aaaaaaaa all", "/sessions end all ": "",
	} {
		var got []string
		_, choices := p.chat.Complete(t.Context(), p.asks(""), line, len(line))
		for _, c := range choices {
			got = append(got, c.Label)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q is completed by %q, want %q", line, got, want)
		}
	}
}
