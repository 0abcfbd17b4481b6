package input

import "strings"

const (
	// HistorySize is the most entries that a history keeps.
	HistorySize = 200
	// historyBytes is the most bytes of all entries together.
	historyBytes = 64 << 10
)

// History is the texts sent to one room, oldest first. The zero value is
// empty. It is owned by one session's goroutine.
type History struct {
	entries []string
}

// Add appends a text that was sent. Empty texts and a repetition of the last
// one are left out; beyond [HistorySize] entries or 64 KiB the oldest are forgotten.
func (h *History) Add(s string) {
	if s == "" || len(h.entries) > 0 && h.entries[len(h.entries)-1] == s {
		return
	}
	h.entries = newest(append(h.entries, s), HistorySize, historyBytes, func(s string) int { return len(s) })
}

// Len is the number of entries; a nil history has none.
func (h *History) Len() int {
	if h == nil {
		return 0
	}
	return len(h.entries)
}

// browse is a walk through the history.
type browse struct {
	at    int      // index of the entry that is shown
	draft snapshot // what was there before
}

// Older shows the entry before the one that is shown; what was being written
// is kept behind the newest. It returns Handled, AtHistoryTop, or Unhandled without a history.
func (e *Editor) Older() Outcome {
	if e.hist.Len() == 0 {
		return Unhandled
	}
	x := e.extra()
	if x.browse == nil {
		e.save(other)
		x.browse = &browse{at: e.hist.Len(), draft: snapshot{e.text, e.cursor}}
	}
	if x.browse.at > e.hist.Len() {
		x.browse.at = e.hist.Len()
	}
	if x.browse.at == 0 {
		return AtHistoryTop
	}
	x.browse.at--
	e.show(e.hist.entries[x.browse.at])
	return Handled
}

// Newer shows the entry behind the one that is shown, and behind the newest
// what was being written. It returns Unhandled there.
func (e *Editor) Newer() Outcome {
	if e.more == nil || e.more.browse == nil {
		return Unhandled
	}
	b := e.more.browse
	b.at++
	if b.at < e.hist.Len() {
		e.show(e.hist.entries[b.at])
		return Handled
	}
	e.more.browse = nil
	e.text, e.cursor, e.last = b.draft.text, b.draft.cursor, other
	return Handled
}

// show puts an entry into the input, the cursor at its end.
func (e *Editor) show(s string) {
	s = clean(s)
	if len(s) > MaxText {
		s = s[:boundary(s, MaxText)]
	}
	e.text, e.cursor, e.last = s, len(s), other
}

// search is a Ctrl-R search under way.
type search struct {
	pattern string
	at      int // index of the entry that is shown
	failed  bool
	before  snapshot // what to go back to
}

// Search is the pattern of the Ctrl-R search under way; ok is false when there
// is none. While there is, Text is the newest entry found, and failed says that there is none for this pattern.
func (e *Editor) Search() (pattern string, failed, ok bool) {
	if e.more == nil || e.more.search == nil {
		return "", false, false
	}
	return e.more.search.pattern, e.more.search.failed, true
}

// startSearch begins a search, with nothing to look for yet.
func (e *Editor) startSearch() Outcome {
	e.save(other)
	e.extra().search = &search{at: e.hist.Len(), before: snapshot{e.text, e.cursor}}
	return Handled
}

// endSearch keeps what was found.
func (e *Editor) endSearch() {
	if e.more != nil {
		e.more.search = nil
	}
}

// searchKey applies a key while a search is under way. done is false for a
// key that ends the search and then does what it always does.
func (e *Editor) searchKey(k Key) (out Outcome, done bool) {
	s := e.more.search
	switch {
	case k.Code == 'r' && k.Mod == Ctrl:
		e.find(s.at - 1)
	case k.Text != "":
		if len(s.pattern)+len(k.Text) > MaxSequence {
			return Full, true
		}
		s.pattern += k.Text
		e.find(s.at)
	case k.Code == Backspace && k.Mod == 0, k.Code == 'h' && k.Mod == Ctrl:
		if s.pattern != "" {
			s.pattern = s.pattern[:prevGrapheme(s.pattern, len(s.pattern))]
		}
		e.text, e.cursor = s.before.text, s.before.cursor
		s.at = e.hist.Len()
		e.find(s.at)
	case k.Code == Enter && k.Mod == 0:
		e.endSearch()
	case k.Code == Esc, k.Mod == Ctrl && (k.Code == 'g' || k.Code == 'c'):
		e.text, e.cursor = s.before.text, s.before.cursor
		e.endSearch()
	default:
		e.endSearch()
		return 0, false
	}
	return Handled, true
}

// find shows the newest entry at or before index from that has the pattern, without regard to case.
func (e *Editor) find(from int) {
	s := e.more.search
	s.failed = s.pattern != ""
	if s.pattern == "" {
		return
	}
	pattern := strings.ToLower(s.pattern)
	for i := min(from, e.hist.Len()-1); i >= 0; i-- {
		if strings.Contains(strings.ToLower(e.hist.entries[i]), pattern) {
			s.at, s.failed = i, false
			e.show(e.hist.entries[i])
			return
		}
	}
}
