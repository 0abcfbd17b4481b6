package chat

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"parley/rooms"
	"parley/text"
)

// What comes on standard input is a message up to this much of it, and a file with a preview beyond: about what a screen of 80×24 shows twice over.
const (
	messageBytes = 4 << 10
	messageLines = 40
)

// A preview has so many lines of the beginning and of the end, each of at most so many columns.
const (
	previewHead = 10
	previewTail = 5
	previewCols = 160
)

// tailBytes is how much of the end is kept for the preview.
const tailBytes = 8 << 10

// pouring is what is read of standard input before it is known what becomes of it, and what is known of it afterwards.
type pouring struct {
	head   []byte // the beginning: at most messageBytes and one more read
	tail   []byte // the end of what comes after it, up to twice tailBytes
	rest   []byte // of the last read: a character that is not complete
	lines  int    // line ends so far
	size   int64
	binary bool
	over   bool // all was read
}

// pourSize is how much is read at once.
const pourSize = 32 << 10

// begin reads until it is known whether a message will do.
func (p *pouring) begin(in io.Reader) error {
	buf := make([]byte, messageBytes)
	for !p.over && len(p.head) <= messageBytes && p.lines <= messageLines {
		n, err := in.Read(buf)
		p.head = append(p.head, buf[:n]...)
		p.look(buf[:n])
		switch {
		case errors.Is(err, io.EOF):
			p.over = true
		case err != nil:
			return err
		}
	}
	return nil
}

// look takes note of what was read.
func (p *pouring) look(data []byte) {
	p.size += int64(len(data))
	p.lines += bytes.Count(data, []byte("\n"))
	if p.binary {
		return
	}
	data = append(p.rest, data...)
	p.rest = nil
	for cut := 1; cut < utf8.UTFMax && cut <= len(data); cut++ { // a character whose end comes with the next read
		if b := data[len(data)-cut]; utf8.RuneStart(b) {
			if !utf8.FullRune(data[len(data)-cut:]) {
				p.rest = bytes.Clone(data[len(data)-cut:])
				data = data[:len(data)-cut]
			}
			break
		}
	}
	p.binary = !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0
}

// finish hands the rest to a file as it comes.
func (p *pouring) finish(in io.Reader, out io.Writer) error {
	if _, err := out.Write(p.head); err != nil {
		return err
	}
	for buf := make([]byte, pourSize); !p.over; {
		n, err := in.Read(buf)
		if n > 0 {
			if _, err := out.Write(buf[:n]); err != nil {
				return err
			}
			p.look(buf[:n])
			if p.tail = append(p.tail, buf[:n]...); len(p.tail) > 2*tailBytes {
				p.tail = append(p.tail[:0], p.tail[len(p.tail)-tailBytes:]...)
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			p.over = true
		case err != nil:
			return err
		}
	}
	p.binary = p.binary || len(p.rest) > 0
	return nil
}

// fits reports whether all of it is a message.
func (p *pouring) fits() bool {
	text := bytes.TrimRight(p.head, "\r\n")
	return p.over && !p.binary && len(p.rest) == 0 && len(text) <= messageBytes && bytes.Count(text, []byte("\n")) < messageLines
}

// preview shows the beginning and the end of a long text.
func (in *call) preview(p *pouring, lang string) string {
	if p.binary {
		return in.sentence("binary, %s", in.count(int(p.size), "%d byte", "%d bytes"))
	}
	whole := p.lines
	end := p.head
	if len(p.tail) > 0 {
		end = p.tail
	}
	if !bytes.HasSuffix(end, []byte("\n")) {
		whole++
	}
	var shown []string
	head := strings.Split(strings.TrimSuffix(string(p.head), "\n"), "\n")
	for _, l := range head[:min(previewHead, len(head))] {
		shown = append(shown, previewLine(l))
	}
	last := strings.Split(strings.TrimSuffix(string(append(bytes.Clone(p.head), p.tail...)), "\n"), "\n")
	if len(p.tail) >= tailBytes { // then the head is not what stands before it
		last = strings.Split(strings.TrimSuffix(string(p.tail), "\n"), "\n")
	}
	n := min(previewTail, whole-len(shown), len(last))
	if left := whole - len(shown) - n; left > 0 {
		shown = append(shown, "… "+in.count(left, "%d line", "%d lines")+" …")
	}
	for _, l := range last[len(last)-n:] {
		shown = append(shown, previewLine(l))
	}
	return fenced(lang, strings.Join(shown, "\n"))
}

// previewLine is a line as a terminal would leave it standing.
func previewLine(l string) string {
	return text.NewLine(strings.ReplaceAll(plainly(l), "\t", "    "), previewCols).String()
}

// plainly takes out of a text what programs write for terminals: colours, and what a carriage return writes over.
func plainly(s string) string {
	s = strings.ReplaceAll(ansi.Strip(s), "\r\n", "\n")
	if !strings.Contains(s, "\r") {
		return s
	}
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		l = strings.TrimRight(l, "\r")
		lines[i] = l[strings.LastIndexByte(l, '\r')+1:]
	}
	return strings.Join(lines, "\n")
}

// fenced is a text as a block of code.
func fenced(lang, words string) string {
	fence := "```"
	for strings.Contains(words, fence) {
		fence += "`"
	}
	return fence + lang + "\n" + words + "\n" + fence
}

// pour posts what comes on standard input: as a message, or from a certain length on as a file with a preview. Nothing is posted of an input that breaks off.
func (in *call) pour(ctx context.Context, p rooms.Post) (Reply, error) {
	var source pouring
	if err := source.begin(in.In); err != nil {
		return Reply{}, in.brokeOff(err)
	}
	if source.over && len(bytes.TrimSpace(source.head)) == 0 {
		return Reply{}, in.fail(ErrData, "standard input was empty, and nothing was posted: give the text on it, or behind the room")
	}
	if source.fits() && !in.flag["--file"] {
		return in.send(ctx, p, in.dressed(plainly(strings.TrimRight(string(source.head), "\r\n"))))
	}
	u, err := in.upload(ctx, p.Room)
	if err != nil {
		return Reply{}, err
	}
	defer u.Close()
	if err := source.finish(in.In, u); err != nil {
		return Reply{}, in.brokeOff(err)
	}
	lang, _ := in.value("--code")
	words := in.preview(&source, lang)
	if title, ok := in.value("--title"); ok {
		words = titled(title, words)
	}
	if p.Text, err = text.ParseBody(words); err != nil {
		return Reply{}, in.refuse(ErrUsage, err)
	}
	p.Nonce = in.Nonce
	e, err := u.Commit(ctx, p)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Events: []*rooms.Event{e}, Made: true}, nil
}

// brokeOff explains why standard input could not be read to its end. Errors of the store are its own.
func (in *call) brokeOff(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return in.fail(ErrData, "standard input broke off, and nothing was posted")
	}
	return err
}

// dressed is a text as --title and --code want it.
func (in *call) dressed(words string) string {
	if lang, ok := in.value("--code"); ok {
		words = fenced(lang, words)
	}
	if title, ok := in.value("--title"); ok {
		words = titled(title, words)
	}
	return words
}

func titled(title, words string) string {
	return "*" + text.NewLine(title, text.MaxFileName).String() + "*\n" + words
}

// maxNames bounds how many names are tried for a file.
const maxNames = 100

// upload begins a file named after --title, or after the time; one that is there already is not replaced.
func (in *call) upload(ctx context.Context, room rooms.ID) (*rooms.Upload, error) {
	base := "post-" + in.chat.now().In(in.zone()).Format("20060102-150405")
	ext := ".txt"
	if title, ok := in.value("--title"); ok {
		base = strings.NewReplacer("/", "-", "\x00", "").Replace(text.NewLine(title, text.MaxFileName-8).String())
		if e := path.Ext(base); len(e) > 1 && len(e) <= 8 && !strings.ContainsAny(e, " ") {
			base, ext = strings.TrimSuffix(base, e), e
		}
	}
	for n := 1; ; n++ {
		name := base + ext
		if n > 1 {
			name = fmt.Sprintf("%s-%d%s", base, n, ext)
		}
		line, err := text.FileName(name)
		if err != nil {
			return nil, in.refuse(ErrUsage, err)
		}
		_, err = in.chat.Rooms.FileNamed(ctx, in.Actor, room, line)
		if errors.Is(err, rooms.ErrNoFile) {
			u, err := in.chat.Rooms.Upload(ctx, in.Actor, room, line)
			var taken *rooms.FileTakenError
			if !errors.As(err, &taken) || n == maxNames {
				return u, err
			}
		} else if err != nil {
			return nil, err
		} else if n == maxNames {
			return nil, in.fail(ErrUsage, "there are many files of that name already: choose another --title")
		}
	}
}
