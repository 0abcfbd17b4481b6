package chat_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"parley/keys"
	"parley/rooms"
	"parley/view/plain"
)

// exec runs a command as over ssh exec, with standard input.
func (p *place) exec(name, command, stdin string) (out, errout string, status int) {
	p.t.Helper()
	r := p.as(name, command)
	r.Actor.Staff = r.Who.Role.Staff()
	var o, e bytes.Buffer
	status = plain.Exec(context.Background(), plain.ExecOptions{Chat: p.chat, Identity: r.Who, Actor: r.Actor}, command, strings.NewReader(stdin), &o, &e)
	return o.String(), e.String(), status
}

// What is exported can be imported: the same words by the same people at the same times, with threads, edits and reactions.
func TestExportAndImport(t *testing.T) {
	p := newPlace(t, "ana", "bo")
	p.give("ana", keys.Owner)
	p.must("ana", "create #ops")
	p.must("bo", "join #ops")
	for _, step := range []struct{ who, line string }{
		{"ana", "post #ops deploy at ten"}, {"bo", "reply #ops:3 fine, <b>"}, {"bo", "thread #ops:3 in the thread"},
		{"ana", "react #ops:4 :tada:"}, {"ana", "edit #ops:3 deploy at eleven"}, {"bo", "post #ops gone"}, {"ana", "topic #ops all of it"},
	} {
		p.must(step.who, step.line)
	}
	if _, err := p.yes("bo", "delete #ops:8"); err != nil {
		t.Fatal(err)
	}
	first, errout, status := p.exec("bo", "export #ops", "")
	if status != 0 || strings.Count(first, "\n") != 11 || !strings.HasPrefix(first, `{"type":"room","name":"#ops"`) {
		t.Fatalf("export ends with %d, %s\n%s", status, errout, first)
	}
	if got := p.must("ana", "audit"); !strings.Contains(got, "bo: export #ops") || strings.Contains(got, "#ops #ops") {
		t.Errorf("the audit log names the room as\n%s", got)
	}
	if strings.Contains(first, "gone") {
		t.Errorf("what was deleted is in the export:\n%s", first)
	}
	if _, errout, status := p.exec("bo", "import jsonl #copy", first); status != 77 {
		t.Errorf("a member's import ends with %d, %s", status, errout)
	}
	for i, want := range []string{"#copy: 6 events are new\n#copy: who was in it, with which role, banned or silenced is left out: /invite them\n", "#copy: 0 events are new\n"} {
		if out, errout, status := p.exec("ana", "import jsonl #copy", first); status != 0 || out != want {
			t.Errorf("import %d ends with %d, %q, %s", i+1, status, out, errout)
		}
	}
	second, errout, status := p.exec("ana", "export #copy", "")
	if status != 0 {
		t.Fatalf("export ends with %d, %s", status, errout)
	}
	for _, want := range []string{`"text":"deploy at ten"`, `"author":"bo","text":"fine, <b>"`, `"text":"in the thread"`, `"thread":2`, `"detail":"tada"`, `"type":"edit","author":"ana","text":"deploy at eleven"`} {
		if !strings.Contains(second, want) {
			t.Errorf("the copy has no %s:\n%s", want, second)
		}
	}
	times := func(s, author string) (out []string) {
		for _, l := range strings.Split(s, "\n") {
			if strings.Contains(l, `"type":"message","author":"`+author) && !strings.Contains(l, `"text":""`) {
				_, after, _ := strings.Cut(l, `"time":`)
				out = append(out, after[:26])
			}
		}
		return out
	}
	if a, b := fmt.Sprint(times(first, "bo")), fmt.Sprint(times(second, "bo")); a != b {
		t.Errorf("times were %s and are %s", a, b)
	}
}

func TestExportOfOneself(t *testing.T) {
	p := newPlace(t, "ana", "bo")
	p.must("ana", "create -p #secret")
	p.must("ana", "post #secret mine alone")
	p.must("ana", "set theme dark")
	p.must("bo", "create #ops")
	p.must("bo", "post #ops of bo")
	out, errout, status := p.exec("ana", "export me", "")
	if status != 0 {
		t.Fatalf("it ends with %d, %s", status, errout)
	}
	for _, want := range []string{`"type":"person"`, `"theme":"dark"`, "SHA256:", `"type":"membership"`, `"room":"#secret"`, "mine alone"} {
		if !strings.Contains(out, want) {
			t.Errorf("there is no %s:\n%s", want, out)
		}
	}
	if strings.Contains(out, "of bo") {
		t.Errorf("what others said is in it:\n%s", out)
	}
	if _, errout, status := p.exec("bo", "export #secret", ""); status != 68 {
		t.Errorf("bo's export of what he cannot see ends with %d, %s", status, errout)
	}
}

func TestImportFromElsewhere(t *testing.T) {
	p := newPlace(t, "ana")
	p.give("ana", keys.Owner)
	log := "2022-11-22 14:02:03\t@kei\thello there\n2022-11-22 14:02:05\t *\tkei waves\n2022-11-22 14:02:06\t-->\tbo has joined\n"
	if out, errout, status := p.exec("ana", "import weechat #irc", log); status != 0 || out != "#irc: 2 events are new\n" {
		t.Errorf("weechat ends with %d, %q, %s", status, out, errout)
	}
	if got := p.must("ana", "history #irc"); !strings.Contains(got, "kei: hello there") || !strings.Contains(got, "kei: waves") {
		t.Errorf("the room has %q", got)
	}
	var data bytes.Buffer
	z := zip.NewWriter(&data)
	for name, body := range map[string]string{
		"users.json":          `[{"id":"U1","name":"kei"}]`,
		"dev/2022-11-22.json": `[{"type":"message","user":"U1","text":"root","ts":"1669125723.000200","reactions":[{"name":"tada","users":["U1"]},{"name":"nonsense-of-theirs","users":["U1"]}]},{"type":"message","user":"U1","text":"below","ts":"1669125725.0","thread_ts":"1669125723.000200"}]`,
	} {
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
	if out, errout, status := p.exec("ana", "import slack", data.String()); status != 0 || !strings.Contains(out, "#dev: 3 events are new") || !strings.Contains(out, "1 event was passed over") {
		t.Errorf("slack ends with %d, %q, %s", status, out, errout)
	}
	if got := p.must("ana", "thread #dev:2"); !strings.Contains(got, "below") {
		t.Errorf("the thread is %q", got)
	}
	for command, want := range map[string]string{
		"import weechat":       "name the room",
		"import csv #x":        "jsonl, slack or weechat",
		"import slack":         "no zip file",
		"import jsonl #x":      "line 1",
		"import weechat #irc2": "line 1",
	} {
		if _, errout, status := p.exec("ana", command, "what is this"); status != 64 || !strings.Contains(errout, want) {
			t.Errorf("%s ends with %d, %q, want %q", command, status, errout, want)
		}
	}
	if got := p.must("ana", "audit"); !strings.Contains(got, "import") {
		t.Errorf("the audit log has %q", got)
	}
}

// A file that is imported must not write to the terminals of those who read the room.
func TestAnImportedVoteHoldsNoEscapeSequence(t *testing.T) {
	p := newPlace(t, "ana")
	p.give("ana", keys.Owner)
	lines := `{"room":"#x","seq":1,"time":"2022-11-22T14:02:01Z","type":"poll","author":"bo","text":"q?\na\nb"}
{"room":"#x","seq":2,"time":"2022-11-22T14:02:02Z","type":"vote","author":"bo","ref":1,"detail":"\u001b]0;forged\u0007"}
{"room":"#x","seq":3,"time":"2022-11-22T14:02:03Z","type":"vote","author":"bo","ref":1,"detail":"99"}
{"room":"#x","seq":4,"time":"2022-11-22T14:02:04Z","type":"vote","author":"bo","ref":1,"detail":"2"}
{"room":"#x","seq":5,"time":"2022-11-22T14:02:05Z","type":"poll","author":"bo","text":"q?` + strings.Repeat(`\no`, rooms.MaxOptions+1) + `"}
`
	out, errout, status := p.exec("ana", "import jsonl #x", lines)
	if status != 0 || !strings.Contains(out, "2 events are new") || !strings.Contains(out, "3 events were passed over") {
		t.Errorf("the import ends with %d, %q, %s", status, out, errout)
	}
	if got := p.must("ana", "info #x:2"); strings.Contains(got, "forged") || strings.Contains(got, "99") || !strings.Contains(got, "2 b  1  bo") {
		t.Errorf("the room has %q", got)
	}
}

// A file says who did what, and proves nothing of it: it may take back only what the same author said in it.
func TestAnImportTakesBackOnlyWhatItsAuthorSaid(t *testing.T) {
	p := newPlace(t, "ana", "bo")
	p.give("ana", keys.Owner)
	lines := `{"room":"#x","seq":1,"time":"2022-11-22T14:02:01Z","type":"message","author":"bo","text":"stays"}
{"room":"#x","seq":2,"time":"2022-11-22T14:02:02Z","type":"message","author":"kei","text":"goes"}
{"room":"#x","seq":3,"time":"2022-11-22T14:02:03Z","type":"delete","author":"kei","ref":1}
{"room":"#x","seq":4,"time":"2022-11-22T14:02:04Z","type":"delete","author":"kei","ref":2}
{"room":"#x","seq":5,"time":"2022-11-22T14:02:05Z","type":"edit","author":"kei","ref":1,"text":"forged"}
{"room":"#x","seq":6,"time":"2022-11-22T14:02:06Z","type":"pin","author":"kei","ref":1}
{"room":"#x","seq":7,"time":"2022-11-22T14:02:07Z","type":"edit","author":"kei","ref":2,"text":"goes on"}
`
	out, errout, status := p.exec("ana", "import jsonl #x", lines)
	if status != 0 || !strings.Contains(out, "#x: 4 events are new") || !strings.Contains(out, "3 events were passed over") {
		t.Errorf("the import ends with %d, %q, %s", status, out, errout)
	}
	if got := p.must("ana", "history #x"); !strings.Contains(got, "bo: stays") || strings.Contains(got, "goes") || strings.Contains(got, "forged") {
		t.Errorf("the room has %q", got)
	}
	if got := p.must("ana", "pins #x"); !strings.Contains(got, "stays") {
		t.Errorf("what is pinned is %q", got)
	}
	p.must("bo", "create #ops")
	if _, _, status := p.exec("bo", "import jsonl #ops", lines); status != 77 {
		t.Errorf("the import by who is not staff, who might pin nothing else so, ends with %d", status)
	}
}
