package input

const (
	maxUndo  = 100      // steps
	maxKills = 8        // texts
	maxBytes = 64 << 10 // of all steps together, and of all texts killed
)

// snapshot is a text to go back to. Texts are strings that are never changed, so a step costs no copy.
type snapshot struct {
	text   string
	cursor int
}

// save puts the text before a change on the undo list, unless the change goes on with typing a word.
func (e *Editor) save(kind action) {
	if (kind == typed || kind == typedBlank) && (e.last == kind || kind == typed && e.last == typedBlank) {
		return
	}
	x := e.extra()
	x.undo = append(x.undo, snapshot{e.text, e.cursor})
	x.undo = newest(x.undo, maxUndo, maxBytes, func(s snapshot) int { return len(s.text) })
}

// newest is the last entries of list, at least one and at most count, of at most size bytes together.
func newest[T any](list []T, count, size int, bytes func(T) int) []T {
	from := len(list)
	for from > 0 && len(list)-from < count {
		if size -= bytes(list[from-1]); size < 0 && from < len(list) {
			break
		}
		from--
	}
	if from == 0 {
		return list
	}
	return append([]T(nil), list[from:]...)
}

// undo goes back to the text before the last change.
func (e *Editor) undo() Outcome {
	for e.more != nil && len(e.more.undo) > 0 {
		x := e.more
		s := x.undo[len(x.undo)-1]
		x.undo = x.undo[:len(x.undo)-1]
		if s.text != e.text {
			e.text, e.cursor, e.last = s.text, s.cursor, undone
			break
		}
	}
	return Handled
}

// kill removes the bytes [from, to) and keeps them for Ctrl-Y. Kills in a row make one text.
func (e *Editor) kill(from, to int) Outcome {
	if from == to {
		return Handled
	}
	gone, backward := e.text[from:to], to == e.cursor
	joins := e.last == killed
	out := e.splice(from, to, "", killed)
	x := e.extra()
	if n := len(x.kills); joins && n > 0 {
		if backward {
			gone += x.kills[n-1]
		} else {
			gone = x.kills[n-1] + gone
		}
		x.kills = x.kills[:n-1]
	}
	x.kills = newest(append(x.kills, gone), maxKills, maxBytes, func(s string) int { return len(s) })
	return out
}

// yank inserts what was killed last.
func (e *Editor) yank() Outcome {
	if e.more == nil || len(e.more.kills) == 0 {
		return Handled
	}
	x := e.more
	x.yanked = len(x.kills) - 1
	return e.splice(e.cursor, e.cursor, x.kills[x.yanked], yanked)
}

// yankPop, right after a yank, takes the text that was killed before that one instead.
func (e *Editor) yankPop() Outcome {
	if e.last != yanked || e.more == nil || len(e.more.undo) == 0 {
		return Unhandled
	}
	x := e.more
	n := (x.yanked + len(x.kills) - 1) % len(x.kills)
	e.undo()
	out := e.splice(e.cursor, e.cursor, x.kills[n], yanked)
	x.yanked = n
	return out
}

// transpose exchanges the graphemes around the cursor, or the last two at the end of a line, and moves behind them.
func (e *Editor) transpose() Outcome {
	mid, end := e.cursor, nextGrapheme(e.text, e.cursor)
	if mid == lineEnd(e.text, mid) {
		mid, end = prevGrapheme(e.text, mid), mid
	}
	start := prevGrapheme(e.text, mid)
	if mid <= lineStart(e.text, e.cursor) || start == mid || end <= mid {
		return Handled
	}
	return e.splice(start, end, e.text[mid:end]+e.text[start:mid], other)
}
