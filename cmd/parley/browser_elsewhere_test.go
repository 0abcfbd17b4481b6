package main

import "testing"

// TestThePageFollowsWhatHappensElsewhere: a room gets a new name, its draft is sent from somewhere else, and the person is put out of it, all while
// the page shows it; what the page does in a room that it does not show is named.
func TestThePageFollowsWhatHappensElsewhere(t *testing.T) {
	if testing.Short() {
		return // a browser beside the race detector is for machines with more cores
	}
	t.Parallel()
	s := newSite(t, "", "bo", "ana")
	s.begin()
	s.ssh("bo", "create", "#ops")
	s.ssh("ana", "join", "#ops")
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
