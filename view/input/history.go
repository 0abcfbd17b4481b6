package input

// HistorySize is the most entries that a history keeps.
const HistorySize = 200

// History is the texts sent to one room, oldest first. The zero value is empty. It is owned by one session's goroutine.
type History struct {
	entries []string
}

// Add appends a text that was sent; empty texts and a repetition of the last one are left out, and beyond
// [HistorySize] the oldest is forgotten.
func (h *History) Add(s string) {
	if s == "" || len(h.entries) > 0 && h.entries[len(h.entries)-1] == s {
		return
	}
	if len(h.entries) == HistorySize {
		h.entries = append(h.entries[:0], h.entries[1:]...)
	}
	h.entries = append(h.entries, s)
}

// Len is the number of entries.
func (h *History) Len() int { return len(h.entries) }
