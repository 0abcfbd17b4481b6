package web

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"parley/highlight"
	"parley/rooms"
)

func TestHighlight(t *testing.T) {
	p := newFilePlace(t, rooms.Limits{})
	body := func(lang, code string) *strings.Reader {
		b, err := json.Marshal(map[string]string{"lang": lang, "text": code})
		if err != nil {
			t.Fatal(err)
		}
		return strings.NewReader(string(b))
	}
	code := "func main() { // <b>&amp;\n\treturn \"ä\" }"
	w := p.ask("ana", "POST", "/highlight", body("Go", code))
	var spans [][2]string
	if err := json.Unmarshal(w.Body.Bytes(), &spans); w.Code != 200 || err != nil {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	all, classes := "", map[string]string{}
	for _, s := range spans {
		all += s[1]
		classes[s[1]] = s[0]
	}
	if all != code || classes["func"] != "kd" || classes["main"] != "nf" || classes[`"ä"`] != "s" || classes["return"] != "k" {
		t.Errorf("the words are %s", w.Body)
	}
	if w := p.ask("ana", "POST", "/highlight", body("klingon", "x = 1")); w.Code != 200 || strings.TrimSpace(w.Body.String()) != `[["","x = 1"]]` {
		t.Errorf("a language that nobody knows: %d %s", w.Code, w.Body)
	}
	if w := p.ask("ana", "POST", "/highlight", body("go", "")); w.Code != 200 || strings.TrimSpace(w.Body.String()) != `[]` {
		t.Errorf("nothing: %d %s", w.Code, w.Body)
	}
	p.refused(p.ask("ana", "POST", "/highlight", body("go", strings.Repeat("x", highlight.MaxCode+1))), 413, "more than 4 KiB")
	p.refused(p.ask("ana", "POST", "/highlight", body("go", strings.Repeat("\x00", highlight.MaxCode+1))), 413, "more than 4 KiB of what is long in JSON")
	p.refused(p.ask("ana", "POST", "/highlight", strings.NewReader("func main()")), 400, "no JSON")
	p.refused(p.ask("", "POST", "/highlight", body("go", "x")), 401, "without a session")
}

// TestNobodyKeepsTheServerBusyWithCode: time is what it costs, and each has some.
func TestNobodyKeepsTheServerBusyWithCode(t *testing.T) {
	now := time.Now()
	c := newCoder(func() time.Time { return now })
	ana, bo := name(t, "ana"), name(t, "bo")
	for n := 0; ; n++ {
		if _, wait := c.spans(ana, "go", "x := 1"); wait > 0 {
			if wait > time.Second {
				t.Errorf("the wait is %v", wait)
			}
			break
		}
		if n > highlightBurst {
			t.Fatal("there is no end")
		}
	}
	if _, wait := c.spans(bo, "go", "x := 1"); wait > 0 {
		t.Error("somebody else waits")
	}
	now = now.Add(time.Second)
	if _, wait := c.spans(ana, "go", "x := 1"); wait > 0 {
		t.Error("a second later there is none of it again")
	}
	for i := range 10 * minSweep {
		c.spans(name(t, "n"+strings.Repeat("x", i%20)+string(rune('a'+i%26))+string(rune('a'+i/26))), "go", "x")
		now = now.Add(time.Minute)
	}
	if n := len(c.budget); n > 2*minSweep {
		t.Errorf("%d people are remembered", n)
	}
}
