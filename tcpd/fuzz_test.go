package tcpd

import (
	"bytes"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// script is a connection whose reads return a text in pieces, and which keeps
// what is written.
type script struct {
	net.Conn        // nil: nothing else is called
	text     []byte // not yet read
	pieces   []byte // the length of each piece, 0 is one of 4 KiB; then whatever fits
	written  bytes.Buffer
}

func (s *script) Read(p []byte) (int, error) {
	if len(s.text) == 0 {
		return 0, io.EOF
	}
	n := len(s.text)
	if len(s.pieces) > 0 {
		n = int(s.pieces[0])
		s.pieces = s.pieces[1:]
		if n == 0 {
			n = 4 << 10
		}
	}
	n = copy(p[:min(n, len(p))], s.text)
	s.text = s.text[n:]
	return n, nil
}

func (s *script) Write(p []byte) (int, error)      { return s.written.Write(p) }
func (s *script) SetWriteDeadline(time.Time) error { return nil }
func (s *script) SetReadDeadline(time.Time) error  { return nil }

// model is what an echo answers, in the simplest words.
func model(text string) string {
	var out strings.Builder
	for _, line := range strings.SplitAfter(text, "\n") {
		switch {
		case len(strings.TrimSuffix(line, "\n")) > MaxLine:
			out.WriteString(longLine)
			return out.String()
		case !utf8.ValidString(line):
			out.WriteString(invalidLine)
		default:
			out.WriteString(line)
		}
	}
	return out.String()
}

// FuzzEchoFraming holds that any bytes, however they arrive, are answered as
// the model says.
func FuzzEchoFraming(f *testing.F) {
	for _, c := range framings {
		if len(c.in) < 1000 { // the fuzzer spends its time shortening longer ones
			f.Add([]byte(c.in), []byte{1, 2, 3}, uint16(0))
		}
	}
	f.Add([]byte("漢字\nκόσμε\r\n"), bytes.Repeat([]byte{1}, 100), uint16(0))
	// Lines around the bound, made of less: the last argument repeats the text.
	f.Add([]byte("0123456789abcdef"), []byte{7, 0, 255}, uint16(4096))
	f.Add([]byte("0123456789abcdef0"), []byte{0, 1}, uint16(3856))
	f.Add([]byte("é\n"), []byte{1}, uint16(30000))
	f.Fuzz(func(t *testing.T, text, pieces []byte, repeat uint16) {
		if repeat > 0 && len(text) > 0 {
			text = bytes.Repeat(text, min(int(repeat), 200_000/len(text)+1))
		}
		conn := &script{text: text, pieces: pieces}
		echo := NewEcho(slog.New(slog.DiscardHandler), EchoOptions{})
		why := echo.serve(t.Context(), conn, nil)
		want := model(string(text))
		if got := conn.written.String(); got != want {
			t.Fatalf("%d bytes, %.200q\nwant %d, %.200q", len(got), got, len(want), want)
		}
		if long := strings.HasSuffix(want, longLine); long != (why == errLongLine.Error()) && !strings.Contains(string(text), longLine) {
			t.Fatalf("it ended by %q", why)
		}
	})
}
