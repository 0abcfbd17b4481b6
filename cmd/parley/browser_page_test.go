package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestThePageDoesWhatTheViewDoes: links open at their message, drafts follow the person, what is unread is counted and marked, others see who types, commands are completed and
// questions asked, languages change, and what the room does not take is said in a sentence.
func TestThePageDoesWhatTheViewDoes(t *testing.T) {
	if testing.Short() {
		return
	}
	t.Parallel()
	s := newSite(t, "limits: {file_bytes: 1KiB}\n", "ana", "bo")
	if err := os.MkdirAll(filepath.Join(s.dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := seed(filepath.Join(s.dir, "data", "parley.db"), "#log", 1000, "ana", "message %d"); err != nil {
		t.Fatal(err)
	}
	s.begin()
	s.ssh("ana", "create", "#ops")
	s.ssh("bo", "join", "#ops")
	s.ssh("bo", "join", "#log")

	// A link leads to its message, in the middle of a long room, and both ways from there.
	ana := s.enter("ana", "/r/log/501", 1000, 700)
	ana.until("it shows the message of the link", row("message 500")+"?.getBoundingClientRect().top > 0 && "+row("message 500")+".getBoundingClientRect().bottom < innerHeight")
	ana.press("Alt+End")
	ana.until("it shows the newest", row("message 1000"))

	// What is unread is counted, and marked with a rule; the title says so.
	s.ssh("bo", "post", "#ops", "something new")
	s.ssh("bo", "post", "#ops", "and more")
	opsRow := `document.querySelector('nav.rooms a[href="/r/ops"]')`
	ana.until("two are unread", opsRow+".getAttribute('aria-label').includes('2 unread') && document.title.startsWith('(2)')")
	ana.eval(opsRow+".click()", nil)
	ana.until("the rule stands above what is new", "document.querySelector('main .rule.new')?.compareDocumentPosition("+row("something new")+") & Node.DOCUMENT_POSITION_FOLLOWING")
	ana.until("it is read", "!document.title.startsWith('(')")

	// Others see who types.
	bo := s.enter("bo", "/r/ops", 1000, 700)
	bo.do("focus", chromedp.Focus(chromedp.CSS("main textarea")))
	bo.write("not sent yet")
	ana.until("it says that bo types", "document.querySelector('main .hint').innerText.includes('bo is typing')")
	// A draft is there in another browser.
	bo.eval(`document.querySelector('nav.rooms a[href="/r/log"]').click()`, nil)
	bo.until("the other room is shown", row("message 1000"))
	other := s.enter("bo", "/r/ops", 1000, 700)
	other.until("the draft is there", "document.querySelector('main textarea').value === 'not sent yet'")
	// It follows what is typed in a terminal, while nobody writes in the page.
	other.eval("document.activeElement.blur()", nil)
	term := s.terminal("bo", 100, 30)
	term.see(`#general`)
	term.see(`not sent yet`)
	term.run("send-keys", "-t", "t", "-l", ", but soon")
	other.until("it has what was typed in the terminal", "document.querySelector('main textarea').value === 'not sent yet, but soon'")

	// Commands are completed from the table, with what they do.
	ana.do("focus", chromedp.Focus(chromedp.CSS("main textarea")))
	ana.write("/top")
	ana.until("it is completed", "[...document.querySelectorAll('main .choices [role=option]')].some(o => o.innerText.includes('/topic'))")
	ana.press("Tab")
	ana.until("it is taken", "document.querySelector('main textarea').value.startsWith('/topic ')")
	ana.write("a new topic")
	ana.press("Enter")
	other.until("the topic is there", "document.querySelector('main .topic, .topic').innerText.includes('a new topic')")

	// What cannot be undone is asked first.
	ana.say("to be deleted")
	ana.choose("to be deleted")
	ana.press("d")
	ana.until("it asks", "document.querySelector('dialog[open]')")
	ana.press("Escape")
	ana.until("nothing was done", "!document.querySelector('dialog') && "+row("to be deleted"))
	ana.choose("to be deleted")
	ana.press("d")
	ana.until("it asks again", "document.querySelector('dialog[open] button.primary, dialog[open] button')")
	ana.eval("[...document.querySelectorAll('dialog[open] button')].at(-1).focus()", nil)
	ana.eval("(document.querySelector('dialog[open] button.primary, dialog[open] button.danger') || [...document.querySelectorAll('dialog[open] button')].at(-1)).click()", nil)
	other.until("it is deleted", "[...document.querySelectorAll('main article .gone')].length === 1")

	// A file that the server does not take is refused in a sentence, before it is sent.
	large := filepath.Join(s.dir, "large.bin")
	if err := os.WriteFile(large, []byte(strings.Repeat("x", 64<<10)), 0o600); err != nil {
		t.Fatal(err)
	}
	ana.do("choose a file", chromedp.SetUploadFiles(chromedp.CSS("main input[type=file]"), []string{large}, chromedp.NodeReady))
	ana.until("it says why", "document.querySelector('.upload .error')?.innerText.includes('at most 1')")
	ana.eval("document.querySelector('.upload button[aria-label=Cancel]').click()", nil)
	ana.until("it is gone", "!document.querySelector('.upload')")

	// In Japanese, at once.
	ana.say("/set lang ja")
	ana.until("it speaks Japanese", "document.documentElement.lang === 'ja' && document.querySelector('main textarea').placeholder.includes('書')")
	for _, width := range sizes {
		ana.do("resize", chromedp.EmulateViewport(width, 800))
		ana.shot(fmt.Sprintf("ja-%d", width))
	}

	// Why somebody is away stands beside their name, and where a conversation of two has its topic.
	s.ssh("bo", "away", "lunch with <b>kei</b>")
	ana.until("the list of people says why", "[...document.querySelectorAll('.personrow.away .why')].some((w) => w.textContent === 'lunch with <b>kei</b>')")
	ana.say("/msg @bo hello")
	ana.say("/switch @bo")
	ana.until("the title says why", "document.querySelector('.title .topic').textContent.includes('lunch with <b>kei</b>')")
	s.ssh("bo", "back")
	ana.until("it is not said any more", "document.querySelector('.title .topic').textContent === '' && !document.querySelector('.why')")
	ana.say("/switch #log")

	// On a phone the list of rooms comes over the room, and goes again.
	ana.do("resize", chromedp.EmulateViewport(360, 640))
	ana.still()
	ana.until("the list is away", "getComputedStyle(document.querySelector('nav.rooms')).visibility === 'hidden'")
	ana.eval("document.querySelector('.title .menu').click()", nil)
	ana.still()
	ana.until("the list is there", "(() => { const a = document.querySelector('nav.rooms a[href=\"/r/log\"]'), b = a.getBoundingClientRect(); return b.left >= 0 && b.right <= 360 && a.contains(document.elementFromPoint(b.left + b.width / 2, b.top + b.height / 2)); })()")
	ana.shot("phone-rooms")
	ana.eval("document.querySelector('nav.rooms a[href=\"/r/log\"]').click()", nil)
	ana.until("the other room is there, and the list is away", "location.pathname.startsWith('/r/log') && getComputedStyle(document.querySelector('nav.rooms')).visibility === 'hidden'")
}
