package main

import "testing"

// TestThePageFollowsWhatHappensElsewhere: a room gets a new name, its draft is sent from somewhere else, and the person is put out of it, all while
// the page shows it; what the page does in a room that it does not show is named.
func TestThePageFollowsWhatHappensElsewhere(t *testing.T) {
	if testing.Short() {
		return // a browser beside the race detector is for machines with more cores
	}
	t.Parallel()
	s := newRoom(t, "bo", "ana")
	ana := s.open("ana", "/r/ops", 1000, 700)
	ana.login("ana")
	ana.until("the room is shown", "document.title.startsWith('#ops')")

	ana.say("/frobnicate")
	ana.until("it is refused", "document.querySelector('main .answer-box.failed')")
	ana.eval("document.querySelector('main textarea').value = ''", nil)
	ana.say("/msg @bo lunch?")
	ana.until("it says where that went, and not what was refused", "document.querySelector('main .answer-box:not(.failed)')?.innerText.includes('sent to @bo as @bo:')")

	s.ssh("bo", "rename", "--yes", "#ops", "#operations")
	ana.until("the address and the input have the new name", "location.pathname === '/r/operations' && document.querySelector('main textarea').placeholder.includes('#operations')")

	ana.write("half of a")
	s.ssh("bo", "kick", "--yes", "#operations", "@ana")
	ana.until("it says so, and what was being written is in no other room", "document.querySelector('main .answer-box')?.innerText.includes('you are not in #operations any more') && document.title.startsWith('#general') && document.querySelector('main textarea').value === ''")
}

// TestThePageSaysWhatTheServerKnows: how much is new in a thread also from before the page was opened and until it is read, that nothing is to
// disturb its person, and a topic without the marks of its formatting.
func TestThePageSaysWhatTheServerKnows(t *testing.T) {
	if testing.Short() {
		return // a browser beside the race detector is for machines with more cores
	}
	t.Parallel()
	s := newSite(t, "", "bo", "ana")
	s.begin()
	s.ssh("ana", "create", "#ops")
	s.ssh("bo", "join", "#ops")
	s.ssh("ana", "topic", "#ops", "a *bold* plan")
	s.ssh("ana", "post", "#ops", "shall we?") // 4
	s.ssh("bo", "thread", "#ops:4", "yes")
	s.ssh("bo", "thread", "#ops:4", "at ten")
	ana := s.open("ana", "/r/ops", 1000, 700)
	ana.login("ana")
	badge := "document.querySelector('main .replies .badge')?.innerText"
	ana.until("two are new in the thread", badge+" === '2 new'")
	s.ssh("bo", "thread", "#ops:4", "or at eleven")
	ana.until("one more is", badge+" === '3 new'")
	s.ssh("bo", "delete", "--yes", "#ops:6")
	ana.until("what is deleted is not", badge+" === '2 new' && document.querySelector('main .replies b').innerText === '2 replies'")
	ana.eval("document.querySelector('main .replies').click()", nil)
	ana.until("it is read", "!document.querySelector('main .replies .badge')")

	name := "document.querySelector('nav.rooms button.server')?.innerText"
	s.ssh("ana", "dnd", "1h")
	ana.until("it says that nothing rings", name+".includes('ana · do not disturb until ')")
	s.ssh("ana", "dnd", "off")
	ana.until("it does not any more", "!"+name+".includes('disturb')")

	ana.eval("[...document.querySelectorAll('nav.rooms header button')].at(-1).click()", nil)
	ana.until("the switcher has the topic", "document.querySelector('#places')?.innerText.includes('a bold plan')")
}
