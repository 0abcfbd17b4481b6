package view

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
	"parley/view/screen"
)

// formatted is a room whose people know how to format what they write.
func formatted() *fake {
	f := newFake("lea", "ops")
	for _, m := range []struct{ who, words string }{
		{"ana", "*bold* and **bold**, _italic_, `code`, ~gone~ and ~~gone~~; *one _in_ the other*. But snake_case, 2*3*4, /usr/*/lib and https://ci.example.org/a_b_c stay"},
		{"bo", "これは*太字*と_斜体_です。:tada: :+1: (*^_^*)"},
		{"kei", "> *deploy* is green, says https://ci.example.org/run/12345 and nobody has seen it be red since the day before yesterday\n> > really?\nsee #ops:12, @lea"},
		{"mia", "Steps:\n- first a long one that does not fit into one row of a narrow terminal, nor of a wide one if somebody goes on and on about it as some like to do\n  * then :rocket:\n1. one\n12. twelve"},
		{"ana", "look:\n```go\n// greet says hello.\nfunc greet(n int) error {\n    return fmt.Errorf(\"hello, 世界 %d\", n+0x2a) // code is not filled again: a line that is too long goes on in the next row, with a sign that says so\n}\n```\nand\n```klingon\nqapla'\n```"},
		{"bo", "```diff\n-red\n+green\n```"},
		{"kei", numbered(1, 40)},
	} {
		f.now = f.now.Add(time.Minute)
		f.add(1, rooms.Message, m.who, m.words)
	}
	return f
}

// numbered is lines with their numbers.
func numbered(from, to int) string {
	var lines []string
	for i := from; i <= to; i++ {
		lines = append(lines, fmt.Sprintf("line %d of many", i))
	}
	return strings.Join(lines, "\n")
}

// patient gives the highlighter all the time that a busy machine takes.
func patient(o *Options) { o.Shared.code.patience = time.Hour }

func TestGoldenBodies(t *testing.T) {
	for _, size := range []struct{ cols, rows int }{{60, 60}, {80, 52}, {100, 46}, {200, 44}} {
		in(t, formatted(), size.cols, size.rows, func(r *rig) {
			golden(t, fmt.Sprintf("bodies-%d", size.cols), r.sees("more rows"))
		}, patient)
	}
	for _, theme := range []string{"dark", "contrast", "mono"} {
		in(t, formatted(), 80, 54, func(r *rig) {
			golden(t, "bodies-"+theme, coloured(r.term))
		}, patient, func(o *Options) { o.Theme, o.Env["COLORTERM"] = theme, "truecolor" })
	}
}

// A narrow terminal has no room for gutters: the marks of lists and quotes are words like others there.
func TestBodiesInFewColumns(t *testing.T) {
	in(t, formatted(), 16, 200, func(r *rig) {
		r.want("bold and bold", "> deploy", "- first", "func greet")
	}, patient)
	in(t, formatted(), 8, 200, func(r *rig) { r.want("bold") }, patient)
}

func TestEmojiByTheirNames(t *testing.T) {
	f := newFake("lea", "ops")
	f.add(1, rooms.Message, "ana", "done :tada: 👍🏽 ❤️ `:tada: 👍`")
	in(t, f, 80, 24, func(r *rig) {
		r.want("done 🎉 👍🏽 ❤️ `:tada: 👍`")
		f.set("emoji", "name")
		r.settle()
		r.want("done :tada: :+1: :heart: `:tada: 👍`")
	})
}

// rowsOf are the rows of a message as plain text, at a width.
func rowsOf(t *testing.T, words string, cols int) []string {
	t.Helper()
	f := newFake("lea", "ops")
	f.add(1, rooms.Message, "ana", words)
	var rows []string
	in(t, f, cols, 60, func(r *rig) {
		for y := 2; y < 58; y++ {
			if row := strings.TrimRight(r.term.Row(y), " "); row != "" {
				rows = append(rows, row)
			}
		}
	}, patient)
	return rows
}

func TestFolding(t *testing.T) {
	for _, c := range []struct {
		lines, shown int
		folded       bool
	}{{1, 1, false}, {foldAbove, foldAbove, false}, {foldAbove + 1, foldTo, true}, {400, foldTo, true}} {
		screen := strings.Join(rowsOf(t, numbered(1, c.lines), 80), "\n")
		if n := strings.Count(screen, "of many"); n != c.shown {
			t.Errorf("of %d lines %d are shown, want %d\n%s", c.lines, n, c.shown, screen)
		}
		want := fmt.Sprintf("+ … %d more rows (Ctrl-S v shows all)", c.lines-c.shown)
		if strings.Contains(screen, want) != c.folded {
			t.Errorf("of %d lines: %q is there: %v\n%s", c.lines, want, !c.folded, screen)
		}
	}
}

// Whoever scrolls among folded messages and comes back in another width is where they were; v shows what is folded.
func TestFoldedMessagesKeepTheirPlace(t *testing.T) {
	f := newFake("lea", "ops")
	for i := range 60 {
		f.add(1, rooms.Message, "ana", fmt.Sprintf("message %d\n%s", i, numbered(1, i%30)))
	}
	in(t, f, 80, 24, func(r *rig) {
		r.types("\x1b[5~\x1b[5~\x1b[5~")
		before := r.settle()
		r.want("newer below", "more rows")
		r.resizes(200, 50)
		r.resizes(60, 20)
		if after := r.resizes(80, 24); after != before {
			t.Errorf("the screen is\n%s\nand was\n%s", after, before)
		}
		r.types("\x1b[6~\x1b[6~\x1b[6~\x1b[6~\x1b")
		r.settle()
		r.want("message 59")
		r.types("\x13v")
		r.settle()
		r.want("(ana)", "message 59", "line 20 of many")
	})
}

// What a message looks like depends on nothing but its key: whether highlighted code is there from the cache or new.
func TestHighlightingIsShared(t *testing.T) {
	sh := NewShared(0)
	sh.code.patience = time.Hour
	var first string
	for i, o := range []func(*Options){patient, func(o *Options) { o.Shared = sh }, func(o *Options) { o.Shared = sh }} {
		in(t, formatted(), 80, 54, func(r *rig) {
			if i == 0 {
				first = coloured(r.term)
			} else if got := coloured(r.term); got != first {
				t.Errorf("the screen is\n%s\nand was\n%s", got, first)
			}
		}, o)
	}
}

func FuzzBodyRows(f *testing.F) {
	for _, u := range utterances {
		f.Add(u, uint8(60))
	}
	f.Add("> *a _b_* :tada:\n- x\n```go\nvar x = \"1\n```\n12. y", uint8(20))
	all, h := looks(), newHighlighter(1<<20)
	f.Fuzz(func(t *testing.T, words string, cols uint8) {
		body := text.NewBody(words)
		look := &all[int(cols)%len(all)]
		ts := &typesetter{cols: messageColumns{main: int(cols), body: max(1, int(cols))}, look: look, b: screen.NewBuilder(look.depth, 0), code: h, names: cols%7 == 0}
		rows := ts.body(body, screen.Style{}, text.Name{})
		if len(rows) == 0 {
			t.Fatalf("%+q has no row", body)
		}
		for _, row := range rows {
			if row.Used() > ts.cols.body {
				t.Fatalf("%+q: a row of %d columns in %d", body, row.Used(), ts.cols.body)
			}
		}
		shown, hidden := ts.folded(body, marked(body), screen.Style{}, text.Name{}, foldAbove)
		if len(rows) <= foldAbove && (hidden > 0 || len(shown) != len(rows)) || len(rows) > foldAbove && (len(shown) != foldTo || hidden != len(rows)-foldTo) {
			t.Fatalf("%+q: of %d rows %d are shown and %d hidden", body, len(rows), len(shown), hidden)
		}
		for i := range shown {
			if shown[i].Hash() != rows[i].Hash() {
				t.Fatalf("%+q: row %d looks different when it is folded", body, i)
			}
		}
	})
}
