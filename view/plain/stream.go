package plain

import (
	"bytes"
	"context"
	"io"

	"parley/chat"
	"parley/wire"
)

// handOver is how much of a long answer is gathered, in bytes, before it is written.
const handOver = 16 << 10

// stream writes a long answer as its lines come, and returns the exit status.
func (x *execution) stream(ctx context.Context, s chat.Stream, in io.Reader, out, errout io.Writer) int {
	if x.Raw { // the keys of a terminal are for nobody else
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		defer cancel()
		go untilInterrupted(in, cancel)
	}
	p := &printer{execution: x, ctx: ctx, out: out, err: errout}
	err := s(ctx, p)
	if p.failed == nil && ctx.Err() == nil {
		_ = p.Flush()
	}
	return x.ended(ctx, p, err)
}

// untilInterrupted reads a terminal in raw mode until Ctrl-C, Ctrl-D or the end, and ends what runs. It returns with the input at the latest.
func untilInterrupted(in io.Reader, end func()) {
	defer end()
	buf := make([]byte, 64)
	for {
		n, err := in.Read(buf)
		if err != nil || bytes.ContainsAny(buf[:n], "\x03\x04") {
			return
		}
	}
}

// converse holds a conversation in JSON lines, and returns the exit status.
func (x *execution) converse(ctx context.Context, f *chat.Following, in io.Reader, out, errout io.Writer) int {
	c := wire.Conversation{Chat: x.Chat, Who: x.request, Follow: f}
	p := &printer{execution: x, ctx: ctx, out: out, err: errout}
	err := c.Run(ctx, wire.NewLines(in).Next, func(b []byte) error {
		_, p.failed = out.Write(b)
		return p.failed
	})
	return x.ended(ctx, p, err)
}

// ended is the exit status at the end of a stream.
func (x *execution) ended(ctx context.Context, p *printer, err error) int {
	switch {
	case p.failed != nil:
		return wire.Software // nobody reads any more
	case err == nil:
		return wire.OK
	case ctx.Err() != nil:
		return wire.TempFail // who ended it says why
	}
	return x.refuse(p.err, err)
}

// printer is the sink of a command's stream.
type printer struct {
	*execution
	ctx    context.Context
	out    io.Writer
	err    io.Writer
	buf    []byte
	failed error // of writing
}

// Emit implements chat.Sink.
func (p *printer) Emit(it chat.Item) error {
	switch {
	case !it.Remark.IsZero():
		if err := p.Flush(); err != nil {
			return err
		}
		_, p.failed = io.WriteString(p.err, "parley: "+it.Remark.String()+"\n")
		return p.failed
	case it.Facts != nil:
		p.buf, p.failed = wire.AppendLine(p.buf, wire.FromFacts(it.Facts))
	case it.Event != nil && (p.json || it.Label == ""):
		p.buf, p.failed = wire.AppendLine(p.buf, wire.FromEvent(it.Event, it.Room))
	case !it.Words.IsZero():
		p.buf = p.manner.appendRows(p.buf, it.Words.String())
	case it.Event != nil && !chat.Ignores(p.Settings.Ignored(), it.Event):
		about := quoted(it.Event, p.reader(p.ctx, it.Event.Room, chat.Reply{}))
		p.buf = p.manner.appendEvent(p.buf, it.Label, it.Event, about, nil)
	}
	if len(p.buf) >= handOver {
		return p.Flush()
	}
	return p.failed
}

// Flush implements chat.Sink. What waits afterwards holds no large buffer.
func (p *printer) Flush() error {
	if p.failed == nil && len(p.buf) > 0 {
		_, p.failed = p.out.Write(p.buf)
	}
	p.buf = p.buf[:0]
	if cap(p.buf) > 1<<10 {
		p.buf = nil
	}
	return p.failed
}
