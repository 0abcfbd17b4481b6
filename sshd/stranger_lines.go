package sshd

import (
	"context"
	"io"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"parley/text"
)

// maxAnswer bounds one line that a stranger types, in bytes; what is longer is not taken.
const maxAnswer = 200

// lines asks a stranger questions. On a terminal it echoes and edits what is typed; through a
// pipe it only reads. What is typed ahead stays for the face, which reads it through Read.
type lines struct {
	x      *session
	chunks chan []byte // no slot; closed at the end of input
	rest   []byte      // owned by whoever asks or reads
	trust  atomic.Bool // the stranger is known: no bound on what is typed

	line   string // what is typed so far
	escape int    // inside an escape sequence: see skipEscape
	cr     bool   // the last byte was a carriage return
}

// newLines starts to read; one goroutine, until the end of input or of the session.
func newLines(x *session) *lines {
	l := &lines{x: x, chunks: make(chan []byte)}
	go l.pump()
	return l
}

// pump reads always, so that a knock can be answered while nothing is typed. The bound
// keeps a stranger from filling the client's window, which is memory here.
func (l *lines) pump() {
	defer close(l.chunks)
	defer l.x.server.recovered(l.x.conn, "input", func() { l.x.cancel(errHangup) })
	for total := 0; ; {
		buf := make([]byte, 512)
		n, err := l.x.in.Read(buf)
		if total += n; total > strangerBytes && !l.trust.Load() {
			l.x.cancel(ErrTyping)
			return
		}
		if n > 0 {
			select {
			case l.chunks <- buf[:n]:
			case <-l.x.ctx.Done():
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// known lifts the bound.
func (l *lines) known() { l.trust.Store(true) }

// Read is the input of the face, once the stranger is somebody.
func (l *lines) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if len(l.rest) == 0 {
		chunk, ok := <-l.chunks
		if !ok {
			return 0, io.EOF
		}
		l.rest = chunk
	}
	n := copy(p, l.rest)
	l.rest = l.rest[n:]
	return n, nil
}

// say writes one line.
func (l *lines) say(s string) { l.write(s + l.newline()) }

func (l *lines) write(s string) { _, _ = io.WriteString(stream{&l.x.out, l.x.out.out}, s) }

func (l *lines) newline() string {
	if l.x.pty {
		return "\r\n"
	}
	return "\n"
}

// ask reads one line without the space around it. The end of input, ^C and ^D are errLeft.
func (l *lines) ask(ctx context.Context, prompt string) (string, error) {
	if l.x.pty {
		l.write(prompt)
	} else {
		l.say(strings.TrimRight(prompt, " "))
	}
	for {
		if len(l.rest) == 0 {
			select {
			case chunk, ok := <-l.chunks:
				if !ok {
					return l.last()
				}
				l.rest = chunk
			case <-ctx.Done():
				return "", context.Cause(ctx)
			}
		}
		line, done, err := l.feed()
		if done || err != nil {
			return strings.TrimSpace(line), err
		}
	}
}

// last is a last line without a newline: printf CODE | ssh -T host.
func (l *lines) last() (string, error) {
	line := strings.TrimSpace(l.line)
	l.line = ""
	if line == "" {
		return "", errLeft
	}
	return line, nil
}

// wait returns nil when answered is closed, and an error when the visitor goes.
func (l *lines) wait(ctx context.Context, answered <-chan struct{}) error {
	chunks := l.chunks
	for {
		select {
		case <-answered:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		case chunk, ok := <-chunks:
			if !ok {
				return errWaiting
			}
			l.rest = append(l.rest, chunk...)
		}
		for len(l.rest) > 0 {
			line, done, err := l.feed()
			if err != nil || (done && strings.TrimSpace(line) == "") {
				return errWaiting
			}
		}
	}
}

// feed works off what was read, up to the end of a line.
func (l *lines) feed() (line string, done bool, err error) {
	for len(l.rest) > 0 {
		b := l.rest[0]
		if l.skip(b) {
			l.rest = l.rest[1:]
			continue
		}
		switch {
		case b == '\r' || b == '\n':
			l.rest = l.rest[1:]
			l.cr = b == '\r'
			line, l.line = l.line, ""
			if l.x.pty {
				l.write("\r\n")
			}
			return line, true, nil
		case b == 0x03 || b == 0x04: // ^C, ^D
			l.rest = l.rest[1:]
			if l.x.pty {
				l.write("\r\n")
			}
			return "", false, errLeft
		case b == 0x7F || b == 0x08:
			l.rest = l.rest[1:]
			l.erase(lastGrapheme(l.line))
		case b == 0x15: // ^U
			l.rest = l.rest[1:]
			l.erase(len(l.line))
		case b < ' ':
			l.rest = l.rest[1:]
		default:
			if !l.typed() {
				return "", false, nil // half a character: the rest comes with the next chunk
			}
		}
	}
	return "", false, nil
}

// typed takes one character; false when its end has not come yet.
func (l *lines) typed() bool {
	if !utf8.FullRune(l.rest) {
		half := l.rest
		l.rest = nil
		if chunk, ok := <-l.chunks; ok {
			l.rest = append(half, chunk...)
		}
		return false
	}
	r, n := utf8.DecodeRune(l.rest)
	l.rest = l.rest[n:]
	if r == utf8.RuneError && n == 1 || len(l.line)+n > maxAnswer {
		return true
	}
	before := text.NewLine(l.line, maxAnswer).String()
	after := text.NewLine(l.line+string(r), maxAnswer).String()
	l.line += string(r)
	if echo, ok := strings.CutPrefix(after, before); ok && l.x.pty {
		l.write(echo)
	}
	return true
}

// skip reports whether b is no input: the second half of a CR LF, or part of an escape
// sequence (arrow keys and the like), which means nothing here.
func (l *lines) skip(b byte) bool {
	if l.cr {
		l.cr = false
		if b == '\n' {
			return true
		}
	}
	switch l.escape {
	case 1: // after ESC
		l.escape = 0
		if b == '[' || b == 'O' {
			l.escape = 2
		}
		return true
	case 2: // parameters, up to the final byte
		if b >= '@' && b <= '~' {
			l.escape = 0
		}
		return true
	}
	if b == 0x1B {
		l.escape = 1
		return true
	}
	return false
}

// erase removes the last n bytes of the line from the screen and from what is typed.
func (l *lines) erase(n int) {
	kept := l.line[:len(l.line)-n]
	cols := text.Width(text.NewLine(l.line, maxAnswer).String()) - text.Width(text.NewLine(kept, maxAnswer).String())
	l.line = kept
	if l.x.pty && cols > 0 {
		l.write(strings.Repeat("\b \b", cols))
	}
}

// lastGrapheme is the length in bytes of the last thing that a reader sees as one.
func lastGrapheme(s string) int {
	n := 0
	for g := range text.Graphemes(s) {
		n = len(g)
	}
	return n
}
