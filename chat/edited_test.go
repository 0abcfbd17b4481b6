package chat_test

import (
	"strings"
	"testing"

	"parley/lang"
)

// TestEveryListSaysWhatWasEdited: a message reads the same in each list that it is in.
func TestEveryListSaysWhatWasEdited(t *testing.T) {
	p := newPlace(t, "ana", "bo")
	for _, do := range []struct{ who, line string }{
		{"ana", "create #ops"}, {"bo", "join #ops"},
		{"ana", "post #ops @bo the runbok is at https://example.org/x"}, // 3
		{"bo", "thread #ops:3 thanks"},
		{"ana", "edit #ops:3 @bo the runbook is at https://example.org/x"},
		{"bo", "pin #ops:3"}, {"bo", "save #ops:3"},
	} {
		p.must(do.who, do.line)
	}
	const edited = "@bo the runbook is at https://example.org/x (edited)"
	for _, line := range []string{
		"history #ops", "jump #ops:3", "search runbook", "search is:pinned", "mentions", "links #ops", "pins #ops", "saved", "thread #ops:3", "threads",
	} {
		out, errout, status := p.exec("bo", line, "")
		if status != 0 || !strings.Contains(out, edited) {
			t.Errorf("%s prints %q%s, want it to hold %q", line, out, errout, edited)
		}
	}
	r := p.as("bo", "pins #ops")
	r.Lang = lang.Ja
	if reply, err := p.run(r); err != nil || !strings.HasSuffix(joined(reply), "(編集済み)") {
		t.Errorf("in Japanese pins are %q (%v)", joined(reply), err)
	}
}
