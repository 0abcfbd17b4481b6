package plain

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"parley/chat"
	"parley/rooms"
	"parley/text"
)

// maxLine is the longest input line that is kept, in bytes: room for the
// longest message. What a longer one has beyond it is dropped, and said so.
const maxLine = text.MaxBody

// chunk is what the reader hands over: with echo some typed bytes, without it a whole line.
type chunk struct {
	data string
	long bool // the line was cut
}

// read reads in until it ends, in a goroutine that ends with ctx at the
// latest when a Read returns. The channel has one slot and is closed at the end.
func read(ctx context.Context, in io.Reader, raw bool) <-chan chunk {
	out := make(chan chunk, 1)
	go func() {
		defer close(out)
		if raw {
			readRaw(ctx, in, out)
			return
		}
		readLines(ctx, in, out)
	}()
	return out
}

// Rest is what is typed after Run has returned WantsView: the goroutine that
// reads goes on, so no key is lost between the two ways to talk.
func (t *Talk) Rest() io.Reader { return &rest{from: t.input} }

type rest struct {
	from <-chan chunk
	left string
}

func (r *rest) Read(p []byte) (int, error) {
	if r.left == "" {
		c, ok := <-r.from
		if !ok {
			return 0, io.EOF
		}
		r.left = c.data
	}
	n := copy(p, r.left)
	r.left = r.left[n:]
	return n, nil
}

func readRaw(ctx context.Context, in io.Reader, out chan<- chunk) {
	p := make([]byte, 512)
	for {
		n, err := in.Read(p)
		if n > 0 {
			select {
			case out <- chunk{data: string(p[:n])}:
			case <-ctx.Done():
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func readLines(ctx context.Context, in io.Reader, out chan<- chunk) {
	r := bufio.NewReaderSize(in, 1024)
	var line []byte
	long := false
	for {
		part, err := r.ReadSlice('\n')
		ended := err == nil
		if keep := min(len(part), maxLine+2-len(line)); keep < len(part) {
			part, long = part[:max(keep, 0)], true
		}
		line = append(line, part...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if ended || len(line) > 0 {
			select {
			case out <- chunk{data: strings.TrimRight(string(line), "\r\n"), long: long}:
			case <-ctx.Done():
				return
			}
		}
		if !ended {
			return
		}
		line, long = line[:0], false
	}
}

// take handles one chunk of input.
func (t *Talk) take(ctx context.Context, c chunk) {
	if t.typed == nil {
		if c.long {
			t.system("that line is too long, so it was not sent: a message has at most 16 KiB, split it")
			return
		}
		t.line(ctx, c.data)
		return
	}
	for _, action := range t.typed.feed(c.data) {
		if t.done {
			return
		}
		t.buf = append(t.buf, action.echo...)
		switch {
		case action.quit:
			t.outcome, t.done = SaidQuit, true
		case action.submit:
			t.line(ctx, action.line)
		}
	}
}

// line is one whole line that the person entered.
func (t *Talk) line(ctx context.Context, line string) {
	if t.asked != nil {
		t.answer(ctx, line)
		return
	}
	switch {
	case strings.TrimSpace(line) == "":
	case strings.HasPrefix(line, "//"):
		t.post(ctx, chat.Literal(line))
	case strings.HasPrefix(line, "/"):
		t.command(ctx, t.request(line[1:]))
	case chat.IsCorrection(line):
		t.command(ctx, t.request("correct "+line))
	default:
		t.post(ctx, line)
	}
}

func (t *Talk) request(line string) chat.Request {
	return chat.Request{Who: t.Identity, Actor: t.Session.Who(), Session: t.Session, Room: t.room.ID, Thread: t.thread, Lang: t.manner.lang, Zone: t.manner.zone, Env: t.Env, Line: line, Nonce: ulid.Make().String()}
}

// answer takes the reply to a question.
func (t *Talk) answer(ctx context.Context, line string) {
	r, no := *t.asked, t.onNo
	t.asked, t.onNo = nil, ""
	switch strings.ToLower(strings.TrimSpace(line)) {
	case "y", "yes":
		r.Yes = true
		t.command(ctx, r)
	default:
		if no != "" {
			r.Line = no
			t.command(ctx, r)
			return
		}
		t.system("nothing was done")
	}
}

func (t *Talk) command(ctx context.Context, r chat.Request) {
	var reply chat.Reply
	err := t.held(ctx, func() (err error) {
		reply, err = t.Chat.Run(ctx, r)
		return err
	})
	if err != nil {
		t.system(t.explain(err))
		return
	}
	if !reply.Ask.IsZero() {
		t.asked, t.onNo = &r, reply.No
		t.system(t.words("%s (y/n)", reply.Ask))
		return
	}
	found := reply.Do == chat.Results || reply.Do == chat.Jump
	if found {
		t.found(ctx, reply)
	}
	for _, l := range reply.Lines {
		t.system(l.String())
	}
	if !found {
		t.listed(ctx, reply)
	}
	switch reply.Do {
	case chat.Switch:
		t.enter(ctx, reply.Room, len(reply.Lines) > 0)
	case chat.Thread:
		t.openThread(ctx, reply)
	case chat.Quit:
		t.system("goodbye")
		t.outcome, t.done = SaidQuit, true
	case chat.Press:
		t.system("keys are for the chat view: /view goes there")
	case chat.ViewMode:
		if !t.Echo {
			t.system("the chat view needs a terminal: enter with ssh, without -T")
			return
		}
		t.saveDraft()
		t.outcome, t.done = WantsView, true
	default:
		t.leftRoom(ctx)
	}
	t.pull(ctx)
}

// openThread lets what is typed go into a thread, as the chat view does, or with seq 0 into the room again.
func (t *Talk) openThread(ctx context.Context, reply chat.Reply) {
	if reply.Seq == 0 {
		if t.thread != 0 {
			t.thread = 0
			t.system("what you type goes into the room again")
		}
		return
	}
	if reply.Room != t.room.ID {
		t.enter(ctx, reply.Room, false)
	}
	t.thread = reply.Seq
	t.system(t.words("what you type goes into the thread %s now: /thread - closes it", chat.Ref(t.label(&t.room), reply.Seq)))
}

// listed shows events that a command found. What it posted comes by the cursor.
func (t *Talk) listed(ctx context.Context, reply chat.Reply) {
	for _, e := range reply.Events {
		if e.Room == t.room.ID {
			if reply.Made && t.cursor != nil && e.Seq > t.cursor.Seq() {
				continue
			}
			t.show(ctx, &t.room, e, reply.States[e])
			continue
		}
		room, err := t.Chat.Rooms.Room(ctx, t.Session.Who(), e.Room)
		if err != nil {
			continue
		}
		t.show(ctx, &room, e, reply.States[e])
	}
}

// found shows events of many rooms and days.
func (t *Talk) found(ctx context.Context, reply chat.Reply) {
	for _, e := range reply.Events {
		if room, err := t.Chat.Rooms.Room(ctx, t.Session.Who(), e.Room); err == nil {
			t.hideTyped()
			t.buf = t.manner.appendFound(t.buf, t.label(&room), e, reply.States[e])
			t.showTyped()
		}
	}
}

// leftRoom goes to another room when the current one was left.
func (t *Talk) leftRoom(ctx context.Context) {
	if t.room.ID == 0 || t.Session.Who().Guest {
		return
	}
	if m, ok := t.Session.Membership(t.room.ID); ok && m.Role != rooms.RoleNone {
		return
	}
	t.room, t.cursor = rooms.Room{}, nil
	t.start(ctx)
}

// post sends a message and waits until it is stored: the next line of a pipe
// comes after it.
func (t *Talk) post(ctx context.Context, line string) {
	if t.room.ID == 0 {
		t.system("you are in no room, so that went nowhere: /join #room first")
		return
	}
	body, err := text.ParseBody(line)
	if err != nil {
		t.system(t.explain(err))
		return
	}
	if question := chat.AskBefore(t.manner.lang, &t.room, body); !question.IsZero() {
		r := t.request("post " + t.label(&t.room) + " " + line)
		t.asked = &r
		t.system(t.words("%s (y/n)", question))
		return
	}
	p := rooms.Post{Room: t.room.ID, Type: rooms.Message, Text: body, Nonce: ulid.Make().String(), Thread: t.thread}
	err = t.held(ctx, func() error {
		_, err := t.Chat.Rooms.Post(ctx, t.Session.Who(), p)
		return err
	})
	if err != nil {
		t.system(t.words("%s | not sent: %s", t.explain(err), body))
		return
	}
	t.pull(ctx)
}

// maxHeld is the longest wait for a room in slow mode. Who has to wait longer is told so, and can do something else
// meanwhile: slow mode may ask for hours.
const maxHeld = 10 * time.Second

// held runs fn again for as long as a limit holds it back: the line waits, it
// is not lost. What others say meanwhile is shown when the line is through.
func (t *Talk) held(ctx context.Context, fn func() error) error {
	for first := true; ; first = false {
		err := fn()
		var rate *rooms.RateError
		if !errors.As(err, &rate) || rate.Room != 0 && rate.After > maxHeld {
			if first {
				t.slowed = false
			}
			return err
		}
		if !t.slowed {
			t.slowed = true
			t.system("that is faster than this server takes it; your lines are held and go out one by one")
			if err := t.flush(); err != nil {
				return err
			}
		}
		timer := time.NewTimer(max(rate.After, 10*time.Millisecond))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return err
		}
	}
}
