package wire

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

// examples are the events of docs/protocol.md, a line each.
func examples(t *testing.T) (lines []string) {
	t.Helper()
	page, err := os.ReadFile("../docs/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(page)) {
		if strings.HasPrefix(line, `{"room"`) {
			lines = append(lines, line)
		}
	}
	return lines
}

// TestExamples: the program says each event as the documentation does, byte by byte, and every type is shown there.
func TestExamples(t *testing.T) {
	shown := map[rooms.Type]bool{}
	for _, line := range examples(t) {
		var w Event
		d := json.NewDecoder(strings.NewReader(line))
		d.DisallowUnknownFields()
		if err := d.Decode(&w); err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		shown[rooms.Type(w.Type)] = true
		e := rooms.Event{
			Seq: w.Seq, Time: moment(t, w.Time), Type: rooms.Type(w.Type), Author: name(t, w.Author), Text: text.NewBody(w.Text),
			Target: name(t, w.Target), Nonce: w.Nonce, Ref: w.Ref, Thread: w.Thread, Detail: w.Detail, Until: moment(t, w.Until),
			Bot: w.Bot, Signature: w.Signature,
		}
		if w.File != nil {
			e.File = &rooms.File{Name: text.NewLine(w.File.Name, text.MaxFileName), Size: w.File.Size, SHA256: w.File.SHA256}
		}
		got, err := AppendLine(nil, FromEvent(&e, w.Room))
		if err != nil || !bytes.Equal(got, []byte(line)) {
			t.Errorf("the documentation has\n%sand the program says\n%s(%v)", line, got, err)
		}
	}
	for _, want := range []rooms.Type{
		rooms.Message, rooms.Action, rooms.Poll,
		rooms.Edit, rooms.Delete, rooms.React, rooms.Unreact, rooms.Pin, rooms.Unpin, rooms.Vote, rooms.Close,
		rooms.Create, rooms.Join, rooms.Leave, rooms.Invite, rooms.Decline, rooms.Topic, rooms.Rename, rooms.Set,
		rooms.Grant, rooms.Kick, rooms.Ban, rooms.Unban, rooms.Quiet, rooms.Unquiet, rooms.Expire,
	} {
		if !shown[want] {
			t.Errorf("docs/protocol.md shows no %s", want)
		}
	}
}

func moment(t *testing.T, s string) time.Time {
	t.Helper()
	if s == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Error(err)
	}
	return at
}

func name(t *testing.T, s string) text.Name {
	t.Helper()
	if s == "" {
		return text.Name{}
	}
	n, err := text.ReadName(s)
	if err != nil {
		t.Error(err)
	}
	return n
}

// A direct room is called by all its people, whoever reads of it.
func TestDirectRoomsHaveOneName(t *testing.T) {
	room := rooms.Room{Kind: rooms.Direct, Direct: "ana,bo"}
	got, _ := AppendLine(nil, FromEvent(&rooms.Event{Seq: 1, Type: rooms.Message, Author: name(t, "bo"), Text: text.NewBody("hi")}, room.Label(text.Name{})))
	if !strings.HasPrefix(string(got), `{"room":"@ana,@bo","seq":1,`) {
		t.Errorf("the program says %s", got)
	}
}
