package main

import (
	"bytes"
	"compress/gzip"
	"context"
	_ "embed"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// axe is axe-core 4.10.3 of Deque Systems, compressed; testdata/axe/LICENSE is its licence.
//
//go:embed testdata/axe/axe.min.js.gz
var axe []byte

// findings are what axe finds on the page as it stands, of what is serious or critical: by all of its rules, or by some.
func (p *page) findings(rules ...string) (found []string) {
	p.t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(axe))
	if err != nil {
		p.t.Fatal(err)
	}
	source, err := io.ReadAll(z)
	if err != nil {
		p.t.Fatal(err)
	}
	var there bool
	if p.eval("!!window.axe", &there); !there {
		p.do("load axe", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, runtime.Evaluate, runtime.EvaluateParams{Expression: string(source)})
			return err
		}))
	}
	p.still()
	only := ""
	if len(rules) > 0 {
		only = ", runOnly: ['" + strings.Join(rules, "', '") + "']"
	}
	p.eval(`axe.run(document, {resultTypes: ['violations']`+only+`}).then(r => r.violations.filter(v => ['serious', 'critical'].includes(v.impact))
		.map(v => v.impact + ' ' + v.id + ': ' + v.help + '; ' + v.nodes.slice(0, 4).map(n => n.html.slice(0, 200) + ' ' + (n.any[0]?.message || n.all[0]?.message || n.none[0]?.message || '')).join(' | ')))`, &found)
	return found
}

// sizes are those at which pictures are taken: a phone, a tablet, a large window.
var sizes = []int64{360, 900, 1600}

// TestAxeFindsNothing: no serious or critical finding in what people see, in light and dark, with pictures of it at three widths.
func TestAxeFindsNothing(t *testing.T) {
	if testing.Short() {
		return
	}
	t.Parallel()
	s := newSite(t, "", "ana", "bo")
	s.begin()
	s.rich()
	for _, theme := range []string{"light", "dark"} {
		p := s.open("ana", "/r/ops", 1600, 900)
		p.until("it shows a code", codeShown+" !== ''")
		check := func(what, seen string) {
			t.Helper()
			var rules []string
			if theme == "dark" { // which differs in its colours
				rules = []string{"color-contrast", "link-in-text-block"}
			}
			for _, f := range p.findings(rules...) {
				t.Errorf("%s, %s: %s", what, theme, f)
			}
			if theme == "light" || shooting() { // which is no wider or narrower than the other
				p.widths(what+"-"+theme, seen)
			}
		}
		p.scheme(theme)
		check("login", "#login .code")
		s.ssh("ana", "set", "theme", theme)
		p.login("ana")
		p.until("the room is there", row("a long text that goes on"))
		p.press("Alt+End") // it was opened at the first new message
		check("room", "main article.msg")
		p.choose("a question to all")
		p.press("t")
		p.until("the thread is open", "document.querySelectorAll('aside.side article.msg').length >= 3")
		check("thread", "aside.side article.msg")
		p.press("Escape")
		p.press("F1")
		p.until("help is open", "document.querySelector('dialog.help[open] pre')?.innerText.length > 100")
		check("help", "dialog.help h2")
		p.press("Escape")
		p.press("Control+k")
		p.until("the switcher is open", "document.querySelector('dialog.switcher[open] [role=option]')")
		check("switcher", "dialog.switcher [role=option]")
		p.press("Escape")
		p.press("Alt+s")
		p.until("search is open", "document.querySelector('aside.side input[type=search]')")
		p.write("deploy")
		p.press("Enter")
		p.until("something was found", "document.querySelector('aside.side .result')")
		check("search", "aside.side .result")
		p.press("Escape")
	}
}

// widths looks at the page at each size: nothing sticks out at the side, and some of what wants to be seen is, at its middle. A picture is taken.
func (p *page) widths(what, seen string) {
	p.t.Helper()
	for _, width := range sizes {
		p.do("resize", chromedp.EmulateViewport(width, 800))
		p.still()
		var out int
		if p.eval("document.documentElement.scrollWidth - innerWidth", &out); out > 0 {
			p.t.Errorf("%s: %d pixels stick out at a width of %d", what, out, width)
		}
		p.until(fmt.Sprintf("%s is seen at a width of %d", seen, width), fmt.Sprintf(`[...document.querySelectorAll(%s)].some(el => {
			const box = el.getBoundingClientRect(), left = Math.max(0, box.left), right = Math.min(innerWidth, box.right);
			const at = document.elementFromPoint((left + right) / 2, box.top + box.height / 2);
			return right > left && at && (el.contains(at) || at.contains(el));
		})`, quoted(seen)))
		p.shot(fmt.Sprintf("%s-%d", what, width))
	}
	p.do("resize", chromedp.EmulateViewport(1600, 900))
}

// scheme is what the person's system prefers: light or dark.
func (p *page) scheme(theme string) {
	p.t.Helper()
	p.do("prefer "+theme, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}})
		return err
	}))
}

// rich fills #ops with all that a room can hold.
func (s *site) rich() {
	s.t.Helper()
	s.ssh("ana", "create", "#ops")
	s.ssh("ana", "topic", "#ops", "Deploy freeze till Monday, see https://example.org/runbook")
	s.ssh("bo", "join", "#ops")
	s.ssh("ana", "create", "-p", "#plans")
	bo, ana := s.converse("bo", "#ops"), s.converse("ana", "#ops")
	say := func(who *talk, words string) uint64 { return who.does("post", "#ops", words).Events[0].Seq }
	say(ana, "deploy is green, closing the ticket")
	say(bo, "*great* work _everybody_, ~no~ yes with `code` :tada: https://example.org/a?b=c and #general")
	say(bo, "> it was said\n> in two lines\nand answered")
	say(ana, "- first\n- second\n  1. third")
	say(bo, "```go\nfunc main() {\n\tfmt.Println(\"hello\", 42) // a comment\n}\n```")
	question := say(ana, "a question to all")
	for _, words := range []string{"an answer", "another one", "and a third"} {
		bo.does("thread", fmt.Sprintf("#ops:%d %s", question, words), "")
	}
	say(bo, "@ana can you look at #ops:5?")
	poll := ana.does("poll", "#ops Where do we eat? At home | Out", "").Events[0].Seq
	bo.does("vote", fmt.Sprintf("#ops:%d 2", poll), "")
	say(bo, strings.Repeat("a long text that goes on and on ", 20))
	last := say(ana, "日本語の文も、العربية أيضا")
	bo.does("react", fmt.Sprintf("#ops:%d :heart:", last), "")
	bo.does("pin", fmt.Sprintf("#ops:%d", question), "")
	gone := say(bo, "something that is deleted")
	bo.does("delete", fmt.Sprintf("#ops:%d", gone), "")
	ana.does("msg", "@bo a word between us", "")
}
