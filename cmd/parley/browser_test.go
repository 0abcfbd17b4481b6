package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// chromium is the one browser that all tests of a run share; each page has cookies of its own in it. It ends with the process of the tests.
var chromium = sync.OnceValues(func() (context.Context, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.Flag("lang", "en-US"), chromedp.Flag("disable-gpu", true))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, _ := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ = chromedp.NewContext(ctx)
	return ctx, chromedp.Do(ctx)
})

// page is a tab of a browser of its own.
type page struct {
	t    *testing.T
	ctx  context.Context
	site *site
	what string // for failures: whose it is

	mu       sync.Mutex
	problems []string // what the browser says went wrong: exceptions, what the policy of the page blocks
}

// open opens a page of a size, in a browser that nobody has used.
func (s *site) open(what, path string, width, height int64) *page {
	s.t.Helper()
	browser, err := chromium()
	if err != nil {
		s.t.Fatalf("chromium does not start: %v", err)
	}
	p := &page{t: s.t, site: s, what: what}
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext(), chromedp.WithListener(p.listen))
	s.t.Cleanup(func() {
		cancel()
		if p.mu.Lock(); !s.careless {
			for _, said := range p.problems {
				s.t.Errorf("%s: the browser says: %s", what, said)
			}
		}
		p.mu.Unlock()
	})
	p.ctx = ctx
	if err := chromedp.Do(ctx); err != nil { // the tab lives as long as the context that it is opened with
		s.t.Fatalf("%s: a tab does not open: %v", what, err)
	}
	p.do("open", chromedp.EmulateViewport(width, height), chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, log.Enable, cdp.Empty{})
		return err
	}), chromedp.Navigate(s.url(path)))
	return p
}

// listen gathers what the browser says. What a test is there to provoke, an answer that is none, is not among it.
func (p *page) listen(ev any) {
	said := ""
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		said = ev.ExceptionDetails.Text
		if ev.ExceptionDetails.Exception != nil {
			said += " " + ev.ExceptionDetails.Exception.Description
		}
	case *log.EventEntryAdded:
		if ev.Entry.Source == log.EntrySourceSecurity || ev.Entry.Source == log.EntrySourceViolation && ev.Entry.Level == log.EntryLevelError {
			said = ev.Entry.Text + " " + ev.Entry.URL
		}
	}
	if said != "" {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.problems = append(p.problems, said)
	}
}

// bounded is the context of one step.
func (p *page) bounded() (context.Context, context.CancelFunc) {
	return context.WithTimeout(p.ctx, 3*patience)
}

// do takes steps that have to succeed.
func (p *page) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := p.bounded()
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatalf("%s: %s: %v", p.what, what, err)
	}
}

// eval is the value of an expression, or what its promise becomes, decoded from JSON into out.
func (p *page) eval(expression string, out any) {
	p.t.Helper()
	if err := p.try(expression, out); err != nil {
		p.t.Fatalf("%s: %.300s: %v", p.what, expression, err)
	}
}

func (p *page) try(expression string, out any) error {
	ctx, cancel := p.bounded()
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[json.RawMessage]("(async () => JSON.stringify(await ("+expression+")) ?? 'null')()", chromedp.EvalAwaitPromise))
	if err != nil || out == nil {
		return err
	}
	var text string
	if err := json.Unmarshal(v, &text); err != nil {
		return err
	}
	return json.Unmarshal([]byte(text), out)
}

// until waits until an expression is true; what the page shows is in the failure.
func (p *page) until(what, expression string) {
	p.t.Helper()
	deadline := time.Now().Add(patience)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		ok := false
		err := p.try("!!("+expression+")", &ok)
		if err == nil && ok {
			return
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("%s: waited %v until %s (%v); it shows\n%s", p.what, patience, what, err, p.shows())
		}
		<-tick.C
	}
}

// shows is the text of the page, for failures.
func (p *page) shows() (text string) {
	if err := p.try("document.title + '\\n' + document.body.innerText", &text); err != nil {
		return err.Error()
	}
	return text
}

// sees waits until a row of the room says something; not until none does any more.
func (p *page) sees(words string) {
	p.t.Helper()
	p.until("it shows "+words, "document.body.innerText.includes("+quoted(words)+")")
}

// write types into what has the focus: real keys, as far as the characters have one.
func (p *page) write(words string) {
	p.t.Helper()
	ctx, cancel := p.bounded()
	defer cancel()
	_, err := chromedp.Run(ctx, func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: words})
		return chromedp.Void{}, err
	})
	if err != nil {
		p.t.Fatalf("%s: write %s: %v", p.what, words, err)
	}
}

// press presses keys one after the other: "Enter", "Alt+a", "Control+k", "F1".
func (p *page) press(keys ...string) {
	p.t.Helper()
	for _, k := range keys {
		p.do("press "+k, keyPress(k))
	}
}

// keyboard are the keys that tests press by name: what a browser calls them, where they are, and their codes.
var keyboard = map[string]struct {
	code string
	vk   int64
	text string
}{
	"Enter": {"Enter", 13, "\r"}, "Escape": {"Escape", 27, ""}, "Tab": {"Tab", 9, ""}, "ArrowDown": {"ArrowDown", 40, ""}, "ArrowUp": {"ArrowUp", 38, ""}, "F1": {"F1", 112, ""},
	"Home": {"Home", 36, ""}, "End": {"End", 35, ""}, "PageUp": {"PageUp", 33, ""}, "Backspace": {"Backspace", 8, ""},
}

func keyPress(chord string) chromedp.Action[chromedp.Void] {
	parts := strings.Split(chord, "+")
	key := parts[len(parts)-1]
	if key == "" {
		key = "+"
	}
	var modifiers int64
	for _, m := range parts[:len(parts)-1] {
		modifiers |= map[string]int64{"Alt": 1, "Control": 2, "Meta": 4, "Shift": 8}[m]
	}
	k, ok := keyboard[key]
	if !ok {
		k.text = key
		if len(key) == 1 {
			k.vk = int64(strings.ToUpper(key)[0])
			k.code = "Key" + strings.ToUpper(key)
		}
	}
	if modifiers&^8 != 0 {
		k.text = ""
	}
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		down := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: key, Code: k.code, WindowsVirtualKeyCode: k.vk, Modifiers: modifiers, Text: k.text}
		if k.text == "" {
			down.Type = input.DispatchKeyEventTypeRawKeyDown
		}
		if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, down); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, t, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyUp, Key: key, Code: k.code, WindowsVirtualKeyCode: k.vk, Modifiers: modifiers})
		return err
	})
}

// quoted is a string as an expression.
func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// still waits until nothing on the page moves.
func (p *page) still() {
	p.t.Helper()
	p.until("nothing moves", "document.getAnimations().every(a => a.playState !== 'running' || a.effect.getComputedTiming().iterations === Infinity)")
}

// shooting reports whether pictures are to be taken.
func shooting() bool { return os.Getenv("PARLEY_SCREENSHOTS") != "" }

// shot takes a picture of the page for people to look at, into the folder $PARLEY_SCREENSHOTS.
func (p *page) shot(name string) {
	p.t.Helper()
	if !shooting() {
		return
	}
	p.still()
	ctx, cancel := p.bounded()
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(os.Getenv("PARLEY_SCREENSHOTS"), fmt.Sprintf("%s-%s.png", name, p.what)), png, 0o600)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// reload loads the page again.
func reload() chromedp.Action[chromedp.Void] { return chromedp.Reload() }
