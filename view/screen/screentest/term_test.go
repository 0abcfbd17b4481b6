package screentest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/view/screen/screentest"
)

func TestGraphemeSplitOverWrites(t *testing.T) {
	term := screentest.New(20, 2)
	defer term.Close()
	for _, b := range []byte("한\u1100\u1161\u11a8글 👨‍👩‍👧!") {
		_, _ = term.Write([]byte{b})
	}
	if got, want := term.Row(0), "한\u1100\u1161\u11a8글 👨‍👩‍👧!"; got != want {
		t.Errorf("row = %q, want %q", got, want)
	}
}

func TestAlternateScreenComesAndGoes(t *testing.T) {
	term := screentest.New(20, 2)
	defer term.Close()
	fmt.Fprint(term, "shell$ ")
	fmt.Fprint(term, "\x1b[?1049h\x1b[Hview")
	if got := term.String(); got != "view\n" || !term.AltScreen() {
		t.Errorf("alternate screen shows %q", got)
	}
	fmt.Fprint(term, "\x1b[?1049l")
	if got := term.String(); got != "shell$\n" || term.AltScreen() {
		t.Errorf("normal screen shows %q afterwards", got)
	}
}

func TestAnswers(t *testing.T) {
	term := screentest.New(20, 2)
	fmt.Fprint(term, "\x1b[6n")
	term.Close()
	if got := string(term.Answers()); got != "\x1b[1;1R" {
		t.Errorf("answers = %q", got)
	}
}

// Between left and right margins only their columns scroll, while their mode is on, however what is sent is cut into pieces.
func TestMargins(t *testing.T) {
	const sent = "\x1b[?69$p\x1b[1;1Hab12yz\x1b[2;1Hcd34wx\x1b[?69h\x1b[3;4s\x1b[1;2r\x1b[2;3H\n\x1b[r\x1b[?69l"
	for n := 1; n <= len(sent); n++ {
		term := screentest.New(6, 3)
		for p := []byte(sent); len(p) > 0; p = p[min(n, len(p)):] {
			_, _ = term.Write(p[:min(n, len(p))])
		}
		if got := term.String(); got != "ab34yz\ncd  wx\n" {
			t.Errorf("in pieces of %d it shows\n%s", n, got)
		}
		fmt.Fprint(term, "\x1b[3;1H\n") // all columns scroll again
		if got := term.String(); got != "cd  wx\n\n" {
			t.Errorf("in pieces of %d margins are left:\n%s", n, got)
		}
		fmt.Fprint(term, "\x1b[1;1H\x1b[3;4s\x1b[2;5HX\x1b[u\x1b[3;1H\n") // no margins are set without the mode
		if got := term.String(); got != "    X\n\n" {
			t.Errorf("in pieces of %d margins were set without their mode:\n%s", n, got)
		}
		term.Close()
		if got := string(term.Answers()); got != "\x1b[?69;2$y" {
			t.Errorf("answers = %q", got)
		}
	}
}

func TestAwait(t *testing.T) {
	term := screentest.New(20, 2)
	defer term.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	go fmt.Fprint(term, "hello")
	if err := term.Await(ctx, func(s string) bool { return strings.Contains(s, "hello") }); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := term.Await(ctx, func(string) bool { return false }); err == nil || !strings.Contains(err.Error(), "hello") {
		t.Errorf("error does not show the screen: %v", err)
	}
}

// BenchmarkWrite is the cost of one painted message, 120 bytes, on the client's side.
func BenchmarkWrite(b *testing.B) {
	term := screentest.New(80, 24)
	defer term.Close()
	msg := []byte("\x1b[2;22r\x1b[22H\n\x1b[r\x1b[22H14:02  \x1b[36mana\x1b[m   forty characters of text are written here\x1b[24;8H")
	b.SetBytes(int64(len(msg)))
	for b.Loop() {
		_, _ = term.Write(msg)
	}
}

// BenchmarkString is the cost of one look at the screen.
func BenchmarkString(b *testing.B) {
	term := screentest.New(80, 24)
	defer term.Close()
	for y := range 24 {
		fmt.Fprintf(term, "\x1b[%dH14:02  ana   forty characters of text are written here", y+1)
	}
	for b.Loop() {
		_ = term.String()
	}
}
