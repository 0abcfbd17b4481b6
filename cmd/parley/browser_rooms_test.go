package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"parley/wire"
)

// say writes a message into the room that is shown.
func (p *page) say(words string) {
	p.t.Helper()
	p.do("focus", chromedp.Focus(chromedp.CSS("main textarea")))
	p.write(words)
	p.press("Enter")
}

// row is the row of the message that says words, as an expression: undefined where there is none.
func row(words string) string {
	return "[...document.querySelectorAll('main article.msg[data-seq]')].find(m => m.innerText.includes(" + quoted(words) + "))"
}

// choose puts the focus on a message, as select mode does.
func (p *page) choose(words string) {
	p.t.Helper()
	p.until("it shows "+words, row(words))
	p.eval(row(words)+".focus()", nil)
	p.until("the message has the focus", "document.activeElement === "+row(words))
}

// said is what a room's log says now, in its order, as somebody reads it over ssh.
func (s *site) said(who, room string) (texts []string) {
	s.t.Helper()
	for line := range strings.Lines(s.ssh(who, "history", "--json", room, "200")) {
		var e wire.Event
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			s.t.Fatalf("%s: %v", line, err)
		}
		if e.Type == "message" {
			texts = append(texts, e.Text)
		}
	}
	return texts
}

// TestBrowsersAndATerminalShareARoom: two browsers and the ssh of a third person see each other's messages, edits, reactions, answers
// and files.
func TestBrowsersAndATerminalShareARoom(t *testing.T) {
	if testing.Short() {
		return // a browser beside the race detector is for machines with more cores
	}
	t.Parallel()
	s := newRoom(t, "ana", "bo", "cy")
	ana, bo := s.enter("ana", "/r/ops", 1200, 800), s.enter("bo", "/r/ops", 900, 700)
	cy := s.terminal("cy", 110, 30)
	cy.see("bo has come in|#ops|#general")
	cy.say("/go #ops")
	cy.see("#ops.*people")

	ana.say("hello from a browser")
	bo.sees("hello from a browser")
	cy.see("ana .*hello from a browser")
	cy.say("hello from a terminal")
	for _, p := range []*page{ana, bo} {
		p.sees("hello from a terminal")
	}
	bo.say("first try of bo")
	cy.see("bo .*first try of bo")
	ana.sees("first try of bo")

	bo.press("ArrowUp")
	bo.until("the message is edited", "document.querySelector('main textarea').value === 'first try of bo'")
	bo.eval("document.querySelector('main textarea').select()", nil)
	bo.say("second try of bo")
	ana.sees("second try of bo")
	cy.see("bo .*second try of bo")
	ana.until("it is marked as edited", row("second try of bo")+".innerText.includes('edited')")

	ana.choose("hello from a terminal")
	ana.press("+")
	ana.until("the picker is open", "document.querySelector('dialog.picker[open] input')")
	ana.write("tada")
	ana.until("it is found", "document.querySelector('dialog.picker .grid button')?.title === ':tada:'")
	ana.press("Enter")
	bo.until("it shows the reaction", row("hello from a terminal")+"?.querySelector('.reaction[data-emoji=tada]')?.innerText.includes('1')")
	cy.see(`tada 1|🎉 1`)
	cy.say("/react ^ :eyes:")
	ana.until("it shows the terminal's reaction", row("second try of bo")+"?.querySelector('.reaction[data-emoji=eyes]')")

	ana.choose("second try of bo")
	ana.press("r")
	ana.until("it is an answer", "!document.querySelector('main .compose').hidden")
	ana.say("an answer to bo")
	bo.until("it shows what is answered", row("an answer to bo")+"?.querySelector('.answer')?.innerText.includes('second try of bo')")
	cy.see("an answer to bo")

	file := filepath.Join(s.dir, "notes.txt")
	if err := os.WriteFile(file, []byte("some notes\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ana.do("choose a file", chromedp.SetUploadFiles(chromedp.CSS("main input[type=file]"), []string{file}, chromedp.NodeReady))
	bo.until("it shows the file", row("notes.txt")+"?.querySelector('a.file')")
	cy.see(`notes\.txt`)
	var got string
	bo.eval("fetch("+row("notes.txt")+".querySelector('a.file').href).then(a => a.text())", &got)
	if got != "some notes\n" {
		t.Errorf("bo gets %q", got)
	}
	bo.eval(dropped("pixel.png", "image/png", pixel), nil)
	ana.until("it shows the image", row("pixel.png")+"?.querySelector('img')?.naturalWidth === 1")
	cy.see(`pixel\.png`)
	ana.eval(pasted("image.png", "image/png", pixel), nil)
	bo.until("it shows what was pasted", "document.querySelectorAll('main article .image img').length === 2")
	want := []string{"hello from a browser", "hello from a terminal", "first try of bo", "an answer to bo", "notes.txt", "pixel.png"}
	if said := s.said("cy", "#ops"); !slices.Equal(said[:min(len(said), 6)], want) {
		t.Errorf("the log says %q", said)
	}
	for _, shot := range []struct {
		p     *page
		width int64
	}{{ana, 1600}, {bo, 900}, {bo, 360}} {
		shot.p.do("resize", chromedp.EmulateViewport(shot.width, 800))
		shot.p.shot(fmt.Sprintf("talk-%d", shot.width))
	}
}

// pixel is a PNG of one pixel, in base64.
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

// transfer is a DataTransfer with a file, as dropping and pasting have one.
func transfer(name, media, base64 string) string {
	return fmt.Sprintf("(() => { const d = new DataTransfer(); d.items.add(new File([Uint8Array.from(atob('%s'), c => c.charCodeAt(0))], %s, {type: '%s'})); return d; })()", base64, quoted(name), media)
}

func dropped(name, media, base64 string) string {
	return "document.querySelector('main').dispatchEvent(new DragEvent('drop', {bubbles: true, cancelable: true, dataTransfer: " + transfer(name, media, base64) + "}))"
}

func pasted(name, media, base64 string) string {
	return "document.querySelector('main textarea').dispatchEvent(new ClipboardEvent('paste', {bubbles: true, cancelable: true, clipboardData: " + transfer(name, media, base64) + "}))"
}

// TestNothingIsLostOrDoubledWhenTheServerIsKilled: pages write and read while the server is killed and started again; they come back by
// themselves, and show what the log says.
func TestNothingIsLostOrDoubledWhenTheServerIsKilled(t *testing.T) {
	if testing.Short() {
		return
	}
	t.Parallel()
	s := newRoom(t, "ana", "bo")
	ana, bo := s.enter("ana", "/r/ops", 900, 700), s.enter("bo", "/r/ops", 900, 700)
	for i := range 5 {
		ana.say(fmt.Sprintf("ana %d", i))
		bo.say(fmt.Sprintf("bo %d", i))
	}
	s.server.kill()
	for i := range 5 { // it is written while there is no server
		ana.say(fmt.Sprintf("offline %d", i))
	}
	ana.until("it says that there is no connection", "!document.querySelector('.state').hidden")
	ana.shot("offline")
	s.begin()
	began := time.Now()
	for _, p := range []*page{ana, bo} {
		p.until("all is there", fmt.Sprintf("%s.filter(x => /^(ana|bo|offline) /.test(x)).length === 15 && !document.querySelector('.waiting')", texts))
	}
	s.took("coming back after a kill", began)
	said := s.said("ana", "#ops")
	counts := map[string]int{}
	for _, x := range said {
		counts[x]++
	}
	for i := range 5 {
		for _, who := range []string{"ana", "bo", "offline"} {
			if x := fmt.Sprintf("%s %d", who, i); counts[x] != 1 {
				t.Errorf("the log says %q %d times", x, counts[x])
			}
		}
	}
	for _, p := range []*page{ana, bo} {
		var shown []string
		p.eval(texts, &shown)
		if !slices.Equal(shown, said) {
			t.Errorf("%s shows %q, and the log says %q", p.what, shown, said)
		}
	}
}

// TestAThousandMessagesAreCaughtUp: a page that was cut off from the network while a thousand messages were written shows them all,
// each once, and keeps a bounded number of them in the document.
func TestAThousandMessagesAreCaughtUp(t *testing.T) {
	if testing.Short() {
		return
	}
	t.Parallel()
	s := newRoom(t, "ana", "bo")
	network := s.cable()
	port := s.webPort
	s.webPort = network.port()
	ana := s.enter("ana", "/r/ops", 900, 700)
	s.webPort = port
	ana.say("before")
	ana.until("it is sent", row("before"))
	network.cut(true)
	ana.until("it has noticed", "!document.querySelector('.state').hidden")
	var lines strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&lines, "{\"id\":%d,\"command\":\"post\",\"args\":\"#ops\",\"body\":\"message %04d\"}\n", i, i)
	}
	s.pipe("bo", lines.String(), "attach", "--json", "#ops")
	network.cut(false)
	began := time.Now()
	ana.until("it shows the newest", row("message 0999"))
	seen := ana.walk("message")
	s.took("catching up with and reading a thousand messages", began)
	var wrong []string
	for i := range 1000 {
		if words := fmt.Sprintf("message %04d", i); seen[words] != 1 {
			wrong = append(wrong, fmt.Sprintf("%s %d times", words, seen[words]))
		}
	}
	if len(wrong) > 0 {
		t.Errorf("%d are not shown once: %q …; the page shows\n%s", len(wrong), wrong[:min(3, len(wrong))], ana.shows())
	}
}
