package tcpd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"
	"unicode/utf8"
)

// Echo sends every line back as it came.
//
// A line ends with "\n"; a "\r" before it belongs to the line. Bytes behind the
// last newline are a line too, once the client ends its side: they come back
// without a newline. A line that is not valid UTF-8 is answered by
// "Invalid UTF-8 detected\n" in its place, and a line of more than MaxLine bytes
// by a sentence, after which the connection ends. All that came before is
// answered first, in order. Lines that arrive together are answered together.
type Echo struct {
	tcp     *listener
	options EchoOptions
	spare   buffers
	open    atomic.Int64 // connections
}

// DefaultWriteStall is the WriteStall of EchoOptions that do not name one.
const DefaultWriteStall = 30 * time.Second

// EchoOptions are the settings of an Echo.
type EchoOptions struct {
	Limits Limits
	// WriteStall ends a connection whose client takes nothing of what is sent to
	// it for this long, or for at most half as long again. 0 means
	// DefaultWriteStall, less means never.
	WriteStall time.Duration
	// Idle ends a connection that sends nothing for this long. 0 means never.
	Idle time.Duration
}

const (
	invalidLine = "Invalid UTF-8 detected\n"
	longLine    = "This line is longer than 65536 bytes; send shorter lines.\n"
	// farewellTime and farewellBytes bound what is read and thrown away so that
	// a last sentence arrives: closing with unread input resets the connection,
	// and a reset overtakes what was sent.
	farewellTime  = time.Second
	farewellBytes = 16 << 20
	// crowd is how many connections there are when each lets the others go first before it reads again. Fewer do not
	// keep the processors busy, and it costs more than it saves.
	crowd = 16
)

// NewEcho returns an Echo that logs to logger. Serve starts it.
func NewEcho(logger *slog.Logger, options EchoOptions) *Echo {
	if options.WriteStall == 0 {
		options.WriteStall = DefaultWriteStall
	}
	e := &Echo{options: options}
	e.tcp = newListener("echo", logger, options.Limits, e.serve)
	return e
}

// Serve accepts connections from ln until ctx is done. Then it closes ln, ends
// every connection within a second, and returns nil. It returns an error when
// ln has failed for good; passing trouble, such as too many open files, it
// waits out. It may be called for several listeners at once.
func (e *Echo) Serve(ctx context.Context, ln net.Listener) error { return e.tcp.run(ctx, ln) }

// SetLimits replaces the limits. Connections that are open stay.
func (e *Echo) SetLimits(limits Limits) { e.tcp.limits.Store(&limits) }

// Panics returns how many connections a panic has ended.
func (e *Echo) Panics() uint64 { return e.tcp.panics.Load() }

// echoing is one connection of an Echo. Its goroutine owns it.
type echoing struct {
	*Echo
	conn   net.Conn
	in     *input
	out    *output
	answer *buffer // answers not yet written; nil while there are none
	filled int     // bytes of answer
}

// errLongLine is why a connection ends whose line is longer than MaxLine.
var errLongLine = errors.New("a line longer than 65536 bytes")

func (e *Echo) serve(ctx context.Context, conn net.Conn, _ *slog.Logger) string {
	c := &echoing{Echo: e, conn: conn, in: newInput(conn, &e.spare), out: newOutput(conn, e.options.WriteStall)}
	defer c.in.close()
	e.open.Add(1)
	defer e.open.Add(-1)
	for {
		if e.options.Idle > 0 {
			_ = conn.SetReadDeadline(time.Now().Add(e.options.Idle))
		}
		// After the deadline: the one that the stopping listener sets must win.
		if ctx.Err() != nil {
			return "the server stops"
		}
		all, more, readErr := c.in.fill()
		if readErr == nil || readErr == io.EOF {
			rest, err := c.echo(all, more, readErr == io.EOF)
			if err != nil {
				return c.failed(ctx, err)
			}
			c.in.keep(rest)
		}
		if readErr != nil {
			return c.ended(ctx, readErr)
		}
		if e.open.Load() >= crowd {
			// The others first: meanwhile the client may send what follows, and then one read does, instead of one in vain,
			// the wait and another.
			runtime.Gosched()
		}
	}
}

// echo answers the lines in all, of which the last `more` bytes are new and the
// others hold no newline, and returns the length of the unfinished one at the end.
// At the end of input nothing is unfinished.
func (c *echoing) echo(all []byte, more int, end bool) (rest int, err error) {
	done := len(all) - more
	if i := bytes.LastIndexByte(all[done:], '\n'); i >= 0 {
		done += i + 1
	} else {
		done = 0
	}
	if err := c.lines(all[:done]); err != nil {
		return 0, err
	}
	rest = len(all) - done
	if rest > MaxLine {
		return 0, errLongLine
	}
	if end && rest > 0 {
		return 0, c.lines(all[done:])
	}
	return rest, nil
}

// lines answers whole lines. They are sent from where they were read, all at
// once, unless one of them is not UTF-8: a newline is never part of a longer
// character, so they are all valid when the whole is.
func (c *echoing) lines(all []byte) error {
	if len(all) == 0 {
		return nil
	}
	if utf8.Valid(all) {
		return c.out.write(all)
	}
	c.answer = c.spare.get()
	defer func() {
		c.spare.put(c.answer)
		c.answer = nil
	}()
	for line := range bytes.Lines(all) {
		if !utf8.Valid(line) {
			line = []byte(invalidLine)
		}
		if err := c.queue(line); err != nil {
			return err
		}
	}
	return c.flush()
}

// queue adds one answer to those that leave together.
func (c *echoing) queue(line []byte) error {
	if c.filled+len(line) > len(c.answer) {
		if err := c.flush(); err != nil {
			return err
		}
	}
	c.filled += copy(c.answer[c.filled:], line)
	return nil
}

func (c *echoing) flush() error {
	all := c.answer[:c.filled]
	c.filled = 0
	return c.out.write(all)
}

// failed ends a connection whose lines could not be answered.
func (c *echoing) failed(ctx context.Context, err error) string {
	switch {
	case err == errLongLine:
		c.farewell(ctx)
		return err.Error()
	case errors.Is(err, os.ErrDeadlineExceeded):
		abort(c.conn)
		return fmt.Sprintf("the client has taken nothing for %s", c.options.WriteStall)
	}
	return c.ended(ctx, err)
}

// ended says why there is nothing more to read.
func (c *echoing) ended(ctx context.Context, err error) string {
	switch {
	case err == io.EOF:
		return "end of input"
	case ctx.Err() != nil:
		return "the server stops"
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Sprintf("the client has sent nothing for %s", c.options.Idle)
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "reset by the client"
	}
	return err.Error()
}

// farewell sends the sentence about the long line and sees to it that it
// arrives, as far as the client lets it.
func (c *echoing) farewell(ctx context.Context) {
	if c.out.write([]byte(longLine)) != nil {
		return
	}
	half, ok := c.conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	_ = c.conn.SetReadDeadline(time.Now().Add(farewellTime))
	if ctx.Err() != nil {
		return
	}
	c.in.keep(0)
	for thrown := 0; thrown < farewellBytes; {
		_, more, err := c.in.fill()
		if err != nil {
			return
		}
		thrown += more
		c.in.keep(0)
	}
}
