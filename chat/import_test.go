package chat_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"

	"parley/keys"
	"parley/rooms"
	"parley/text"
)

// imports runs imports that have to be taken, and compares what each answers.
func (p *place) imports(command, data, want string) {
	p.t.Helper()
	if out, errout, status := p.exec("ana", command, data); status != 0 || out != want {
		p.t.Errorf("%s ends with %d, %q, %s, want %q", command, status, out, errout, want)
	}
}

// refused runs an import that must not be taken.
func (p *place) refused(command, data, why string) {
	p.t.Helper()
	if out, errout, status := p.exec("ana", command, data); status != 64 || !strings.Contains(errout, why) {
		p.t.Errorf("%s ends with %d, %q, %q, want %q", command, status, out, errout, why)
	}
}

// slackZip is an export of Slack with these files.
func slackZip(t *testing.T, files map[string]string) string {
	t.Helper()
	var data bytes.Buffer
	z := zip.NewWriter(&data)
	for name, body := range files {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(body))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return data.String()
}

// A second file goes on where the first one ended, whatever the two have in common.
func TestASecondImportLosesNothing(t *testing.T) {
	p := newPlace(t, "ana")
	p.give("ana", keys.Owner)
	january := "2026-01-01 10:00:00\tzed\tone\n2026-01-01 10:00:00\tzed\tone\n2026-01-01 10:02:00\tzed\tthree\n"
	february := "2026-02-01 10:00:00\tzed\tone\n2026-02-01 10:01:00\tzed\ttwo\n2026-02-01 10:02:00\tzed\tthree\n2026-02-01 10:03:00\tzed\tfour\n"
	p.imports("import weechat #wee", january, "#wee: 3 events are new\n")
	p.imports("import weechat #wee", february, "#wee: 4 events are new\n")
	p.imports("import weechat #wee", january+february, "#wee: 0 events are new\n")

	day := func(ts ...string) string {
		var out []string
		for _, s := range ts {
			out = append(out, fmt.Sprintf(`{"type":"message","user":"U1","text":"said at %s","ts":"%s.0001"}`, s, s))
		}
		return "[" + strings.Join(out, ",") + "]"
	}
	ids := map[string]string{"users.json": `[{"id":"U1","name":"zed"}]`, "channels.json": `[{"id":"C1","name":"dev"}]`}
	first, second := maps.Clone(ids), maps.Clone(ids)
	first["dev/2026-01-01.json"] = day("1767261600", "1767261700")
	second["dev/2026-02-01.json"] = strings.Replace(day("1769940000", "1769940100", "1769940200"), `"ts":"1769940100`, `"thread_ts":"1767261600.0001","ts":"1769940100`, 1)
	p.imports("import slack", slackZip(t, first), "#dev: 2 events are new\n")
	p.imports("import slack", slackZip(t, second), "#dev: 3 events are new\n")
	both := maps.Clone(first)
	maps.Copy(both, second)
	p.imports("import slack", slackZip(t, both), "#dev: 0 events are new\n")
	if got := p.must("ana", "thread #dev:2"); !strings.Contains(got, "said at 1769940100") {
		t.Errorf("the thread that began in the first file is %q", got)
	}
}

// What is older than the newest message is not put behind it, and the answer says so.
func TestAnImportKeepsTheOrderOfTime(t *testing.T) {
	p := newPlace(t, "ana")
	p.give("ana", keys.Owner)
	line := func(seq int, at, words string) string {
		return fmt.Sprintf(`{"room":"#q","seq":%d,"time":"%s","type":"message","author":"zed","text":"%s"}`+"\n", seq, at, words)
	}
	one, two, three := line(5, "2026-01-01T00:00:00Z", "one"), line(6, "2026-01-02T00:00:00Z", "two"), line(7, "2026-01-03T00:00:00Z", "three")
	p.imports("import jsonl #q", one+two+three, "#q: 3 events are new\n")
	p.imports("import jsonl #q", two+three, "#q: 0 events are new\n")
	p.imports("import jsonl #p", two, "#p: 1 event is new\n")
	p.imports("import jsonl #p", two+three, "#p: 1 event is new\n")
	p.refused("import jsonl #p", one+two+three, "import it into a room of its own")
	if got := p.must("ana", "history #p"); strings.Contains(got, "one") || strings.Count(got, "zed:") != 2 {
		t.Errorf("the room has %q", got)
	}
	// The hour that a clock has twice when summer time ends.
	p.imports("import weechat #dst", "2025-10-26 02:59:00\tzed\tsummer\n2025-10-26 02:00:00\tzed\twinter\n", "#dst: 2 events are new\n")
	future := line(8, time.Now().Add(time.Hour).UTC().Format(time.RFC3339), "from tomorrow")
	p.imports("import jsonl #p", future, "#p: 0 events are new\n1 event was passed over: they are said to happen later than now\n")
	if got := p.must("ana", "history #p"); strings.Contains(got, "tomorrow") {
		t.Errorf("the room has %q", got)
	}
}

// Words come into other people's mouths only in rooms that say so in their first line.
func TestAnImportForgesNothingInALiveRoom(t *testing.T) {
	p := newPlace(t, "ana", "bo")
	p.give("ana", keys.Owner)
	p.must("bo", "create #ops")
	p.must("bo", "post #ops mine")
	forged := `{"room":"#ops","seq":9,"time":"2026-01-01T00:00:00Z","type":"message","author":"bo","text":"forged"}` + "\n"
	p.refused("import jsonl", forged, "was not made by an import")
	own, _, _ := p.exec("bo", "export #ops", "")
	p.refused("import jsonl", own, "was not made by an import")
	if got := p.must("bo", "history #ops"); strings.Contains(got, "forged") || strings.Count(got, "mine") != 1 {
		t.Errorf("the live room has %q", got)
	}
	if _, errout, status := p.exec("bo", "post --nonce import:1 #ops looks imported", ""); status != 64 || !strings.Contains(errout, "is the mark of what was imported") {
		t.Errorf("a nonce that marks what was imported ends with %d, %q", status, errout)
	}
	if got := p.must("bo", "history #ops"); strings.Contains(got, "looks") {
		t.Errorf("the live room has %q", got)
	}

	p.imports("import jsonl #old", forged, "#old: 1 event is new\n")
	if got := p.must("ana", "info #old:2"); !strings.Contains(got, "imported: author and time are as a file said") {
		t.Errorf("the message is told of as %q", got)
	}
	// What is said in it since is not imported, and its own export adds nothing to it.
	p.must("ana", "post #old and now live")
	if got := p.must("ana", "info #old:3"); strings.Contains(got, "imported") {
		t.Errorf("the live message is told of as %q", got)
	}
	again, _, _ := p.exec("ana", "export #old", "")
	p.imports("import jsonl", again, "#old: 0 events are new\n")
	p.imports("import jsonl #copy", again, "#copy: 2 events are new\n")
	p.imports("import jsonl #copy", forged, "#copy: 0 events are new\n")
	p.refused("import jsonl #all", again+strings.ReplaceAll(forged, "#ops", "#other"), "more rooms than one")
	if got := p.said("ana", "history #all"); !strings.Contains(got, "no room #all") {
		t.Errorf("what was refused has left a room: %q", got)
	}
}

// normal is the events of an export as they are in whatever room: numbered from 1 among those that are compared.
func normal(t *testing.T, export string) (lines []string) {
	t.Helper()
	seqs := map[float64]int{}
	for l := range strings.Lines(export) {
		var e map[string]any
		if err := json.Unmarshal([]byte(l), &e); err != nil {
			t.Fatal(err)
		}
		switch e["type"] {
		case "room":
			lines = append(lines, fmt.Sprintf("room %v %v", e["kind"], e["topic"]))
			continue
		case "create", "join":
			continue
		}
		seqs[e["seq"].(float64)] = len(seqs) + 1
		for _, key := range []string{"seq", "ref", "thread"} {
			if n, ok := e[key].(float64); ok {
				e[key] = seqs[n]
			}
		}
		for _, key := range []string{"room", "nonce"} {
			delete(e, key)
		}
		out, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(out))
	}
	return lines
}

// An export that is imported is the same room: threads below a deleted message, answers, reactions, pins, polls and
// votes, what kind of room it is and its topic.
func TestARoundTripLosesNothing(t *testing.T) {
	p := newPlace(t, "ana", "bo")
	p.give("ana", keys.Owner)
	p.must("ana", "create #ops")
	p.must("bo", "join #ops")
	said := 2
	do := func(who, line string) string {
		p.must(who, line)
		said++
		return "#ops:" + strconv.Itoa(said)
	}
	root := do("bo", "post #ops the root")
	do("ana", "thread "+root+" first in the thread")
	do("bo", "thread "+root+" second in the thread")
	answered := do("ana", "post #ops a question")
	do("bo", "reply "+answered+" an answer")
	do("bo", "react "+answered+" :tada:")
	do("ana", "edit "+answered+" a better question")
	do("ana", "pin "+answered)
	poll := do("ana", `poll #ops "lunch?" "soup" "rice"`)
	do("bo", "vote "+poll+" 2")
	do("ana", "close "+poll)
	do("ana", "topic #ops all of it")
	do("bo", "me #ops waves")
	if _, err := p.yes("bo", "delete "+root); err != nil {
		t.Fatal(err)
	}
	first, _, _ := p.exec("ana", "export #ops", "")
	p.imports("import jsonl #copy", first, "#copy: 14 events are new\n#copy: who was in it, with which role, banned or silenced is left out: /invite them\n")
	p.imports("import jsonl #copy", first, "#copy: 0 events are new\n")
	second, _, _ := p.exec("ana", "export #copy", "")
	was, is := normal(t, first), normal(t, second)
	if len(was) != 15 || strings.Join(was, "\n") != strings.Join(is, "\n") {
		t.Errorf("what was\n%s\nis\n%s", strings.Join(was, "\n"), strings.Join(is, "\n"))
	}
	if got := p.must("ana", "info #copy:2"); !strings.Contains(got, "bo deleted it") {
		t.Errorf("the root is told of as %q", got)
	}
}

// What a room was told to be is told again to its copy, and what is not taken in is named.
func TestACopyHasTheProperties(t *testing.T) {
	p := newPlace(t, "ana", "bo")
	p.give("ana", keys.Owner)
	p.must("ana", "create --guests #ops")
	p.must("bo", "join #ops")
	p.must("bo", "post #ops hello")
	for _, line := range []string{"slow #ops 30s", "lock #ops", "bots #ops off", "newcomers #ops joined", "retention #ops 30d", "archive #ops"} {
		if _, err := p.yes("ana", line); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
	export, _, _ := p.exec("ana", "export #ops", "")
	p.imports("import jsonl #copy", export, "#copy: 1 event is new\n#copy: who was in it, with which role, banned or silenced is left out: /invite them\n")
	p.imports("import jsonl #copy", export, "#copy: 0 events are new\n")
	was, is := p.room("ana", "#ops"), p.room("ana", "#copy")
	is.ID, is.Name, is.Seq, is.People, is.Creator, is.Created = was.ID, was.Name, was.Seq, was.People, was.Creator, was.Created
	if was != is {
		t.Errorf("the copy of\n%+v is\n%+v", was, is)
	}
	if was.Keep != 30*24*time.Hour || !was.Guests || !was.Locked || !was.Archived || !was.NoBots || was.Slow != 30*time.Second || was.History != rooms.HistoryJoined {
		t.Errorf("the room is %+v", was)
	}

	// A copy that was made to be read does not vanish at once.
	old := `{"type":"room","name":"#old","kind":"public","keep":"24h0m0s"}` + "\n" +
		`{"room":"#old","seq":2,"time":"2020-01-01T10:00:00Z","type":"message","author":"kei","text":"long ago"}` + "\n"
	p.imports("import jsonl", old, "#old: 1 event is new\n#old: messages were kept for 1d where it comes from; here they are kept for ever, for some are older: /retention #old TIME changes that\n")
	if r := p.room("ana", "#old"); r.Keep != 0 {
		t.Errorf("the copy keeps messages for %s", r.Keep)
	}

	// Where all has expired nothing is older than what is kept.
	gone := `{"type":"room","name":"#gone","kind":"public","keep":"24h0m0s"}` + "\n" +
		`{"room":"#gone","seq":2,"time":"2020-01-01T10:00:00Z","type":"message","author":"kei","text":""}` + "\n" +
		`{"room":"#gone","seq":3,"time":"2020-01-01T10:00:00Z","type":"expire","author":"kei","ref":2}` + "\n"
	p.imports("import jsonl", gone, "#gone: 0 events are new\n")
	if r := p.room("ana", "#gone"); r.Keep != 24*time.Hour {
		t.Errorf("the copy of a room of which all has expired keeps messages for %s", r.Keep)
	}

	p.must("ana", "save #old:2")
	me, _, _ := p.exec("ana", "export me", "")
	if !strings.Contains(me, `{"type":"saved","room":"#old","seq":2,`) {
		t.Errorf("what was saved is not in\n%s", me)
	}
	out, _, _ := p.exec("ana", "import jsonl", `{"type":"person","name":"ana","settings":{}}`+"\n"+strings.ReplaceAll(old, "#old", "#older"))
	if !strings.Contains(out, "settings, memberships and saved messages, is left out") {
		t.Errorf("the import of somebody's own data answers %q", out)
	}
}

// room is a room as somebody sees it.
func (p *place) room(who, name string) rooms.Room {
	p.t.Helper()
	called, err := text.ParseRoomName(name)
	if err != nil {
		p.t.Fatal(err)
	}
	r, err := p.chat.Rooms.Find(p.t.Context(), rooms.Actor{Name: mustRead(p.t, who), Staff: true}, called)
	if err != nil {
		p.t.Fatal(err)
	}
	return r
}

// A workspace of Slack has a #general as the server has one: its channels come in beside the rooms in which people talk, public
// where they were, with their topics, and again without doubling anything.
func TestAWorkspaceOfSlackComesInWhole(t *testing.T) {
	p := newPlace(t, "ana", "bo")
	p.give("ana", keys.Owner)
	p.must("ana", "create #general")
	p.must("ana", "post #general our own")
	said := func(user, words string) string {
		return `[{"type":"message","user":"` + user + `","text":"` + words + `","ts":"1767261600.0001"}]`
	}
	data := slackZip(t, map[string]string{
		"users.json":              `[{"id":"U1","name":"zed"}]`,
		"channels.json":           `[{"id":"C1","name":"general","topic":{"value":"all of us"}},{"id":"C3","name":"old","is_archived":true}]`,
		"groups.json":             `[{"id":"C2","name":"secret"}]`,
		"general/2026-01-01.json": said("U1", "from Slack"),
		"old/2026-01-01.json":     said("U1", "long ago"),
		"secret/2026-01-01.json":  said("U1", "psst"),
	})
	beside := "#general is a room of this server in which people talk: what the file has of it is in #general-imported\n"
	p.imports("import slack", data, "#general-imported: 1 event is new\n#old: 1 event is new\n#secret: 1 event is new\n"+beside)
	p.imports("import slack", data, "#general-imported: 0 events are new\n#old: 0 events are new\n#secret: 0 events are new\n"+beside)
	if got := p.must("ana", "history #general"); strings.Contains(got, "Slack") {
		t.Errorf("words were put into #general: %s", got)
	}
	if r := p.room("ana", "#general-imported"); r.Kind != rooms.Public || r.Topic.String() != "all of us" || r.Archived {
		t.Errorf("#general-imported is %+v", r)
	}
	if r := p.room("ana", "#old"); r.Kind != rooms.Public || !r.Archived {
		t.Errorf("#old is %+v", r)
	}
	if r := p.room("ana", "#secret"); r.Kind != rooms.Private {
		t.Errorf("#secret is %+v", r)
	}
	p.refused("import slack #general", slackZip(t, map[string]string{"general/2026-01-01.json": said("U1", "x")}), "was not made by an import")
}
