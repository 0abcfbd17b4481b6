package main

import (
	"testing"
)

// TestThePageIsUsedWithoutAMouse: somebody comes in, writes, reacts, answers in a thread, and goes to another room by keys alone; what others
// say is read out.
func TestThePageIsUsedWithoutAMouse(t *testing.T) {
	if testing.Short() {
		return
	}
	t.Parallel()
	s := newRoom(t, "ana", "bo")
	s.ssh("ana", "create", "#plans")
	ana := s.open("ana", "/r/ops", 1200, 800)
	ana.login("ana")
	ana.until("the input has the focus", "document.activeElement.matches('main textarea')")
	ana.write("written by keys")
	ana.press("Enter")
	ana.until("it is sent", row("written by keys"))

	ana.press("Control+s")
	ana.until("a message is chosen", "document.activeElement === "+row("written by keys"))
	ana.press("+")
	ana.until("the picker is open", "document.activeElement.closest('dialog.picker')")
	ana.write("rocket")
	ana.until("it is found", "document.querySelector('dialog.picker .grid button')?.title === ':rocket:'")
	ana.press("Enter")
	ana.until("it is given", row("written by keys")+"?.querySelector('.reaction[data-emoji=rocket]')")

	ana.until("the focus is back on the message", "document.activeElement.closest('article') === "+row("written by keys"))
	ana.press("t")
	ana.until("the thread is open", "document.activeElement.matches('aside.side textarea')")
	ana.write("in the thread by keys")
	ana.press("Enter")
	ana.until("it is there", "document.querySelector('aside.side .rows').innerText.includes('in the thread by keys')")
	ana.press("Escape")
	ana.until("the thread is closed, and the input has the focus", "document.querySelector('aside.side').hidden && document.activeElement.matches('main textarea')")

	ana.press("Control+k")
	ana.until("the switcher is open", "document.activeElement.closest('dialog.switcher')")
	ana.write("plan")
	ana.until("it is found", "document.querySelector('dialog.switcher [role=option][aria-selected=true]')?.innerText.includes('#plans')")
	ana.press("Enter")
	ana.until("the other room is shown", "location.pathname === '/r/plans' && document.activeElement.matches('main textarea')")
	ana.until("its title says so", "document.title.includes('#plans')")

	s.ssh("bo", "post", "#ops", "@ana are you there?")
	ana.until("the title and the list say that somebody calls", "document.title.startsWith('(@1)') && document.querySelector('nav.rooms a[href=\"/r/ops\"]').getAttribute('aria-label').includes('1 mention')")
	ana.until("it is read out", "document.querySelector('[aria-live=polite].unseen, .unseen [aria-live], .unseen[aria-live]').textContent.includes('are you there?')")
	ana.press("Alt+a")
	ana.until("the room with the mention is shown", "location.pathname.startsWith('/r/ops')")
	ana.until("it is read", "!document.title.startsWith('(')")
	s.ssh("bo", "post", "#ops", "this is read out too")
	ana.until("it is read out", "document.querySelector('.unseen[aria-live]').textContent.includes('this is read out too')")

	ana.press("F1")
	ana.until("help is open", "document.querySelector('dialog.help[open]')")
	ana.press("Escape")
	ana.until("help is closed", "!document.querySelector('dialog')")

	// Whatever can be clicked is reached by Tab, one after the other and around, and is seen when it has the focus.
	var lost, stops []string
	seen := map[string]bool{}
	ana.eval("document.querySelector('nav.rooms button').focus()", nil)
	for range 60 {
		var at struct {
			Path string
			Seen bool
		}
		ana.press("Tab")
		ana.eval(`(() => { const e = document.activeElement, b = e.getBoundingClientRect(); return {Path: e === document.body ? '' : e.tagName + ' ' + (e.getAttribute('aria-label') || e.title || e.innerText || '').slice(0, 40), Seen: b.width > 0 && b.height > 0 && getComputedStyle(e).visibility === 'visible'}; })()`, &at)
		if at.Path != "" && !at.Seen {
			lost = append(lost, at.Path)
		}
		if !seen[at.Path] {
			seen[at.Path] = true
			stops = append(stops, at.Path)
		}
	}
	if len(lost) > 0 {
		t.Errorf("the focus goes where nobody sees it: %q", lost)
	}
	if len(stops) < 10 {
		t.Errorf("Tab stops only at %q", stops)
	}
}
