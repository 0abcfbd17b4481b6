package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/text"
)

// header makes headers of "Name: value" lines.
func header(lines ...string) http.Header {
	h := http.Header{}
	for _, l := range lines {
		name, value, _ := strings.Cut(l, ": ")
		h.Set(name, value)
	}
	return h
}

const asJSON = "Content-Type: application/json"

func TestPlainText(t *testing.T) {
	for _, c := range []struct {
		kind, body, want string
	}{
		{"text/plain", "hello\nworld\n", "hello\nworld"},
		{"text/plain; charset=utf-8", `{"text": "as it is"}`, `{"text": "as it is"}`},
		{"", "hello", "hello"},
		{"application/octet-stream", "hello", "hello"},
		{"application/x-www-form-urlencoded", "build 7 is green", "build 7 is green"},
		{"application/x-www-form-urlencoded", "100% & more = well", "100% & more = well"},
		{"application/x-www-form-urlencoded", "text=a+b%21", "a b!"},
		{"application/x-www-form-urlencoded", `payload=%7B%22text%22%3A%22a+b%22%7D`, "a b"},
		{"application/x-www-form-urlencoded", `{"text": "curl -d"}`, "curl -d"},
		{"", `{not json}`, `{not json}`},
		{"nonsense;;", "hello", "hello"},
		{"text/plain", "\x1b[31mred\x1b[0m \u202eevil\u202c \u009b31m\a", "[31mred[0m evil 31m"},
		{"text/plain", "look @here, @Room and @channel: not a@room.example", "look @ here, @ Room and @ channel: not a@room.example"},
		{"text/plain", "look, @ana", "look, @ana"},
	} {
		p, err := read(header("Content-Type: "+c.kind), []byte(c.body))
		body, bodyErr := p.body()
		if err != nil || bodyErr != nil || body.String() != c.want {
			t.Errorf("%s %q is %q (%v, %v), want %q", c.kind, c.body, body, err, bodyErr, c.want)
		}
	}
}

func TestBodiesThatAreRefused(t *testing.T) {
	for _, c := range []struct {
		headers []string
		body    string
		kind    bool // of media
	}{
		{[]string{"Content-Type: multipart/form-data; boundary=x"}, "--x", true},
		{[]string{"Content-Type: image/png"}, "PNG", true},
		{[]string{"Content-Encoding: gzip"}, "abc", true},
		{[]string{asJSON}, `{"text": "a"`, false},
		{[]string{asJSON}, `{"text": 7}`, false},
		{[]string{asJSON}, `{"other": 7}`, false},
		{[]string{asJSON}, `[1,2]`, false},
		{[]string{asJSON}, `null`, false},
		{[]string{asJSON}, `{"text": null}`, false},
		{[]string{asJSON}, `{"text": "x", "blocks": "y"}`, false},
		{[]string{asJSON, "X-GitHub-Event: push"}, `"text"`, false},
		{[]string{"Content-Type: application/x-www-form-urlencoded"}, `payload=%7B`, false},
		{nil, "\xff\xfe", false},
		{nil, " \n \u200b \u202e", false},
		{nil, "", false},
	} {
		p, err := read(header(c.headers...), []byte(c.body))
		_, isMedia := err.(*mediaError)
		if err == nil {
			if _, err = p.body(); err == nil {
				t.Errorf("%v %q is taken as %q", c.headers, c.body, p.text)
			}
		}
		if isMedia != c.kind || err != nil && strings.ContainsAny(err.Error(), "\n\x1b") {
			t.Errorf("%v %q: %v", c.headers, c.body, err)
		}
	}
}

func TestSlackBodies(t *testing.T) {
	for body, want := range map[string]string{
		`{"text": "plain"}`: "plain",
		`{"text": "*bold* _it_ ~no~ <https://a.example|the page> <https://b.example>"}`:                             "*bold* _it_ ~no~ the page (https://a.example) https://b.example",
		`{"text": "a &lt;b&gt; &amp;amp; c"}`:                                                                       "a <b> &amp; c",
		`{"text": "<!here> <!channel|everybody> <!subteam^S1|@ops> <@U12> <@U12|ana> <#C1|general>"}`:               "@ here everybody @ops U12 @ana #general",
		`{"text": "<!date^1^{date}|yesterday> <mailto:a@b.example|a@b.example> 1 < 2 > 1 <javascript:alert(1)|x>"}`: "yesterday a@b.example 1 < 2 > 1 <javascript:alert(1)|x>",
		`{"text": "<https://a.example/?x=1&amp;y=2>"}`:                                                              "https://a.example/?x=1&y=2",
		`{"attachments": [{"pretext": "new", "title": "Build 7", "title_link": "https://ci.example/7", "text": "it is <https://x.example|green>", "fields": [{"title": "Took", "value": 12, "short": true}, {"title": "By", "value": "ana"}], "footer": "ci"}]}`: "new\nBuild 7 https://ci.example/7\nit is green (https://x.example)\nTook: 12\nBy: ana\nci",
		`{"attachments": [{"fallback": "only this", "color": "#f00"}]}`: "only this",
		`{"text": "not shown", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "Head &amp; more"}}, {"type": "section", "text": {"type": "mrkdwn", "text": "see <https://a.example|this>"}, "fields": [{"type": "mrkdwn", "text": "one"}, {"type": "plain_text", "text": "two"}]}, {"type": "divider"}, {"type": "context", "elements": [{"type": "mrkdwn", "text": "by"}, {"type": "plain_text", "text": "ana"}]}, {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Open"}, "url": "https://b.example"}]}, {"type": "image", "alt_text": "a graph", "image_url": "https://c.example/g.png"}]}`: "*Head & more*\nsee this (https://a.example)\none\ntwo\nby ana\nOpen https://b.example\na graph https://c.example/g.png",
		`{"blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "hi "}, {"type": "link", "url": "https://a.example", "text": "there"}, {"type": "emoji", "name": "tada"}, {"type": "broadcast", "range": "here"}]}, {"type": "rich_text_list", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}]}, {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x := 1"}]}, {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said"}]}]}]}`:                                                                                  "hi there (https://a.example):tada:@ here\n- one\n```\nx := 1\n```\n> said",
		`{"text": "shown, for want of blocks that can be", "blocks": [{"type": "divider"}]}`: "shown, for want of blocks that can be",
	} {
		p, err := read(header(asJSON), []byte(body))
		if err != nil || p.text != want {
			t.Errorf("%s\n is %q (%v)\nwant %q", body, p.text, err, want)
		}
	}
}

// TestSamples compares what becomes of the payloads in testdata: NAME.EVENT.json, with NAME.EVENT.txt beside it.
func TestSamples(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) < 12 {
		t.Fatalf("%d samples (%v)", len(files), err)
	}
	for _, path := range files {
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid(body) {
			t.Errorf("%s is no JSON", path)
			continue
		}
		base := strings.TrimSuffix(filepath.Base(path), ".json")
		h := header(asJSON)
		switch parts := strings.Split(base, "."); parts[0] {
		case "github":
			h = header(asJSON, "X-GitHub-Event: "+parts[1])
		case "gitea":
			h = header(asJSON, "X-GitHub-Event: "+parts[1], "X-Gitea-Event: "+parts[1])
		}
		p, err := read(h, body)
		if err != nil {
			t.Errorf("%s: %v", base, err)
			continue
		}
		golden := strings.TrimSuffix(path, ".json") + ".txt"
		if os.Getenv("UPDATE_GOLDEN") != "" {
			if err := os.WriteFile(golden, []byte(p.text+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if p.text+"\n" != string(want) {
			t.Errorf("%s is\n%s\nwant\n%s", base, p.text, want)
		}
	}
}

func TestSignatures(t *testing.T) {
	body := []byte("Hello, World!")
	// the example of docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
	const secret, right = "It's a Secret to Everybody", "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
	for _, c := range []struct {
		header string
		ok     bool
	}{
		{"X-Other: 1", true},
		{"X-Hub-Signature-256: sha256=" + right, true},
		{"X-Hub-Signature-256: sha256=" + strings.ToUpper(right), true},
		{"X-Gitea-Signature: " + right, true},
		{"X-Forgejo-Signature: " + right, true},
		{"X-Hub-Signature-256: sha256=" + strings.Replace(right, "7", "8", 1), false},
		{"X-Hub-Signature-256: sha256=", false},
		{"X-Hub-Signature-256: ", false},
		{"X-Gitea-Signature: 00", false},
		{"X-Gitea-Signature: ", true},
	} {
		if got := signed(header(c.header), body, secret); got != c.ok {
			t.Errorf("%s: %v", c.header, got)
		}
	}
}

func TestNonces(t *testing.T) {
	for in, want := range map[string]string{
		"X-GitHub-Delivery: 72d3162e-cc78-11e3": "72d3162e-cc78-11e3",
		"Idempotency-Key: k1":                   "k1",
		"X-Gitea-Delivery: g":                   "g",
		"X-Other: 1":                            "",
	} {
		if got := nonce(header(in)); got != want {
			t.Errorf("%s: %q", in, got)
		}
	}
	long := nonce(header("Idempotency-Key: " + strings.Repeat("x", 65)))
	if len(long) != 64 || long == nonce(header("Idempotency-Key: "+strings.Repeat("x", 66))) || len(nonce(header("Idempotency-Key: a b"))) != 64 {
		t.Errorf("a long key becomes %q", long)
	}
}

func TestCut(t *testing.T) {
	block := "```\n" + strings.Repeat("x := 1\n", 2000) + "```\nend"
	got := cut(block, 4000, 5000)
	if len(got) > 4000 || strings.Count(got, "```") != 2 || !strings.HasSuffix(got, "(cut here: the whole text has "+"14011 bytes)") {
		t.Errorf("%d bytes, %q … %q", len(got), got[:20], got[len(got)-80:])
	}
	if got := cut("a\nb\nc\nd", 100, 2); !strings.HasPrefix(got, "a\nb\n… (cut here") {
		t.Errorf("%q", got)
	}
	if got := cut(strings.Repeat("日", 100), 200, 9); !strings.HasPrefix(got, "日") || strings.ContainsRune(got, '\ufffd') {
		t.Errorf("%q", got)
	}
	if got := cut("short", 10, 2); got != "short" {
		t.Errorf("%q", got)
	}
}

// FuzzHookBody holds whatever is sent to a hook to what is promised of messages: it becomes safe text that calls nobody, of a bounded length, or a sentence.
func FuzzHookBody(f *testing.F) {
	for _, pattern := range []string{"testdata/*.json"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, path := range files {
			body, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			parts := strings.Split(filepath.Base(path), ".")
			event := ""
			if len(parts) == 3 {
				event = parts[1]
			}
			f.Add("application/json", event, body)
		}
	}
	f.Add("text/plain", "", []byte("hello @here ```go\n\x1b[2J\u202e"))
	f.Add("application/x-www-form-urlencoded", "", []byte("payload=%7B%22text%22%3A%22%40all%22%7D"))
	f.Add("application/json", "", []byte(`{"blocks":[{"type":"rich_text","elements":[{"type":"rich_text_list","indent":-5,"elements":[{"type":"text","text":"x"}]}]}]}`))
	f.Fuzz(func(t *testing.T, kind, event string, body []byte) {
		h := http.Header{"Content-Type": {kind}}
		if event != "" {
			h.Set("X-GitHub-Event", event)
		}
		p, err := read(h, body)
		if err != nil {
			if s := err.Error(); text.NewLine(s, 600).String() != s {
				t.Errorf("the error %q is no safe line", s)
			}
			return
		}
		b, err := p.body()
		if err != nil {
			return
		}
		switch s := b.String(); {
		case len(s) > text.MaxBody || strings.Count(s, "\n") >= text.MaxBodyLines:
			t.Errorf("%d bytes, %d lines", len(s), strings.Count(s, "\n"))
		case text.Calls(b) != 0:
			t.Errorf("it calls everybody: %q", s)
		case text.NewBody(s) != b:
			t.Errorf("%q is not safe", s)
		}
	})
}

// A megabyte of empty elements becomes some hundred megabytes of structs.
func TestBombsOfListsAreRefused(t *testing.T) {
	many := strings.Repeat("{},", 1<<18) + "{}"
	for _, body := range []string{
		`{"blocks":[` + many + `]}`,
		`{"attachments":[` + many + `]}`,
		`{"attachments":[{"fields":[` + many + `]}]}`,
		`{"blocks":[{"type":"section","fields":[` + strings.Repeat("null,", 1<<17) + `null]}]}`,
		`{"text":"a \\\" [","attachments":[{"fields":[{"value":[` + strings.Repeat("[],", 1<<18) + `[]]}]}]}`,
		`{"status":"firing","alerts":[` + many + `]}`,
	} {
		if p, err := read(header(asJSON), []byte(body)); !errors.Is(err, errLists) {
			t.Errorf("%.60s… is %.60q, %v", body, p.text, err)
		}
	}
	if p, err := read(header(asJSON), []byte(`{"text":"`+strings.Repeat("[{,", 1<<16)+`"}`)); err != nil || len(p.text) != 3<<16 {
		t.Errorf("brackets in a text: %d bytes, %v", len(p.text), err)
	}
	push := `{"commits":[` + strings.Repeat(`{"id":"1","message":"a","added":["x","y"],"removed":[],"modified":["z"]},`, 2047) + `{"id":"1","message":"a"}],"ref":"refs/heads/main"}`
	if p, err := read(header(asJSON, "X-GitHub-Event: push"), []byte(push)); err != nil || p.text == "" {
		t.Errorf("a push of 2048 commits is %q, %v", p.text, err)
	}
}
