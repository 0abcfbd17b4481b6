package web

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"
	"golang.org/x/time/rate"

	"parley/chat"
	"parley/rooms"
	"parley/wire"
)

const (
	// attachTime is how long a browser may take to say what it follows.
	attachTime = 15 * time.Second
	// maxAttach is how many lines that follow nothing are answered before the connection is closed.
	maxAttach = 8
	// closeTime is how long the other side may take to answer that the connection is closed.
	closeTime = 500 * time.Millisecond
	// leastCharge is what a message in costs at least of SocketLimits.InputBytes, and a ping or a pong costs: a small one is work, too.
	leastCharge = 64
)

// Close codes beside those of RFC 6455.
const (
	// CloseSession: the browser's session has ended, and coming back needs a login.
	CloseSession websocket.StatusCode = 4001
)

// socket is the WebSocket of one window of a browser: a wire.Conversation whose lines are text messages. The goroutine that
// holds it owns it and is its only writer, but for pings; another one reads. Neither is that of the request, which has ended: with what it was, and
// the buffers of HTTP, a window would take three times the memory.
type socket struct {
	conn   *websocket.Conn
	raw    atomic.Pointer[patient]
	visit  visit
	ctx    context.Context
	cancel context.CancelCauseFunc
	input  *rate.Limiter // nil for no limit

	every, late time.Duration // between two pings, 0 for none, and how late a pong may be
	ping        *time.Timer   // nil without pings
}

// closing is an end of the conversation with a close code of its own.
type closing struct {
	code   websocket.StatusCode
	reason string
}

func (c *closing) Error() string { return c.reason }

// socket begins the conversation of one window.
func (s *Server) socket(w http.ResponseWriter, r *http.Request) {
	if !s.sameOrigin(r) {
		fault(w, r, http.StatusForbidden, "another site has sent this request")
		return
	}
	v, ok := s.visitor(r)
	if !ok {
		fault(w, r, http.StatusUnauthorized, "this browser is not let in")
		return
	}
	most := SocketLimits{}
	if s.Sockets != nil {
		most = s.Sockets()
	}
	k := &socket{visit: v}
	k.ctx, k.cancel = context.WithCancelCause(context.Background())
	if !s.seat(w, r, k, most) {
		k.cancel(nil)
		return
	}
	// The origin was checked, and compression costs more than it saves: a message is a line or two.
	conn, err := websocket.Accept(&hijacking{w, k, most.WriteStall}, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true,
		OnPingReceived:     func(context.Context, []byte) bool { return k.charge(leastCharge) == nil },
		OnPongReceived:     func(context.Context, []byte) { _ = k.charge(leastCharge) }, // which fails only at the end
	})
	if err != nil { // and was answered
		s.release(k)
		return
	}
	k.conn = conn
	conn.SetReadLimit(wire.MaxLine)
	if most.InputBytes > 0 {
		k.input = rate.NewLimiter(rate.Limit(most.InputBytes), max(most.InputBytes, wire.MaxLine))
	}
	if k.every = most.Keepalive; k.every > 0 {
		k.late = k.every * time.Duration(max(most.KeepaliveCount, 1))
	}
	go s.hold(k, locale(r))
}

// seat finds a place for one more window, or says why there is none.
func (s *Server) seat(w http.ResponseWriter, r *http.Request, k *socket, most SocketLimits) bool {
	const later = 10 * time.Second
	switch s.sockets.add(k, k.visit.Actor.Name, most) {
	case tooMany:
		retry(w, r, http.StatusServiceUnavailable, later, "there are as many connections as this server takes: try again in a while")
	case tooManyOf:
		retry(w, r, http.StatusServiceUnavailable, later, "you have as many windows open as this server takes of one person: close one")
	case stopped:
		retry(w, r, http.StatusServiceUnavailable, time.Second, "the server ends: come back in a moment")
	default:
		return true
	}
	return false
}

// hold holds a conversation until it ends.
func (s *Server) hold(k *socket, env map[string]string) {
	defer s.held(k)
	c, err := s.attach(k, env)
	if err == nil {
		k.keepAlive()
		err = c.Run(k.ctx, k.next, k.write)
	}
	k.close(err)
}

// held is the end of hold. A panic is counted and logged.
func (s *Server) held(k *socket) {
	if p := recover(); p != nil {
		s.panics.Add(1)
		s.Log.Error("a conversation panicked and was recovered", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
	}
	s.release(k)
}

// release forgets a window and closes its connection, if that is open still.
func (s *Server) release(k *socket) {
	k.cancel(nil)
	k.cut()
	if k.ping != nil {
		k.ping.Stop()
	}
	s.sockets.remove(k, k.visit.Actor.Name)
}

// keepAlive begins to ask whether the other side is there.
func (k *socket) keepAlive() {
	if k.every > 0 {
		k.ping = time.AfterFunc(math.MaxInt64, k.asked)
		k.ping.Reset(k.every) // now that it is known to the one who sets it again
	}
}

// attach reads what the browser follows: the first line in, which is a command.
//
//go:noinline
func (s *Server) attach(k *socket, env map[string]string) (*wire.Conversation, error) {
	raw := k.raw.Load()
	_ = raw.SetReadDeadline(time.Now().Add(attachTime)) // a connection that cannot be read says so then
	defer func() { _ = raw.SetReadDeadline(time.Time{}) }()
	for range maxAttach {
		line, err := k.next()
		if errors.Is(err, os.ErrDeadlineExceeded) {
			break
		}
		if err != nil {
			return nil, err
		}
		cmd, err := wire.ParseCommand(line, false)
		who := chat.Request{Who: k.visit.Who, Actor: k.visit.Actor, Info: k.visit.Info(), Env: env}
		var reply chat.Reply
		if err == nil {
			r := who
			r.Line = cmd.Command + " " + cmd.Args
			if cmd.Command != "attach" {
				err = &chat.Error{Kind: chat.ErrUsage, Sentence: `begin with {"id":0,"command":"attach","args":"--live"}`}
			} else {
				reply, err = s.Chat.Run(k.ctx, r)
			}
		} else {
			err = &chat.Error{Kind: chat.ErrUsage, Sentence: err.Error()}
		}
		if err == nil {
			return &wire.Conversation{Chat: s.Chat, Who: who, Follow: reply.Follow, Over: k.visit.Ended()}, nil
		}
		out, _ := wire.AppendLine(nil, wire.Refusal(cmd.ID, err)) // it is encoded always
		if err := k.write(out); err != nil {
			return nil, err
		}
	}
	return nil, &closing{websocket.StatusPolicyViolation, "nothing is followed"}
}

// next reads a message.
func (k *socket) next() ([]byte, error) {
	kind, r, err := k.conn.Reader(context.Background())
	switch {
	case err == nil:
	case websocket.CloseStatus(err) != -1, errors.Is(err, net.ErrClosed), errors.Is(err, io.EOF), errors.As(err, new(net.Error)):
		return nil, err // the connection has ended
	default: // what came is none of the protocol's, and the library has said so already where it could
		return nil, &closing{websocket.StatusProtocolError, "that is no frame of a client's"}
	}
	if kind != websocket.MessageText {
		return nil, &closing{websocket.StatusUnsupportedData, "only text is understood here"}
	}
	data, err := io.ReadAll(r)
	switch {
	case err != nil:
		return nil, err
	case !utf8.Valid(data):
		return nil, &closing{websocket.StatusInvalidFramePayloadData, "that message is not UTF-8"}
	}
	k.visit.Use(k.ctx)
	if k.charge(max(len(data), leastCharge)) != nil {
		return nil, context.Cause(k.ctx)
	}
	return data, nil
}

// charge waits until so many bytes of input are allowed. Only who reads calls it, so that nothing more is read meanwhile.
func (k *socket) charge(bytes int) error {
	if k.input == nil {
		return nil
	}
	return k.input.WaitN(k.ctx, bytes)
}

// write sends whole lines as one message. It waits no longer than the other side may take nothing.
func (k *socket) write(lines []byte) error {
	return k.conn.Write(context.Background(), websocket.MessageText, bytes.TrimSuffix(lines, []byte("\n")))
}

// asked asks whether the other side is there, and again later. It runs in a goroutine of the timer.
func (k *socket) asked() {
	ctx, cancel := context.WithTimeout(k.ctx, k.late)
	defer cancel()
	if err := k.conn.Ping(ctx); err != nil {
		k.cut()
		return
	}
	k.ping.Reset(k.every)
}

// close says why the conversation has ended, where the other side can be told.
func (k *socket) close(err error) {
	var own *closing
	code, reason := websocket.StatusInternalError, "the server has a fault; it is in the log"
	switch {
	case err == nil:
		code, reason = websocket.StatusNormalClosure, ""
	case errors.As(err, &own):
		code, reason = own.code, own.reason
	case errors.Is(err, wire.ErrOver):
		code, reason = CloseSession, "your session has ended"
	case k.ctx.Err() != nil:
		code, reason = websocket.StatusServiceRestart, "the server ends"
	case errors.Is(err, rooms.ErrUnavailable), errors.Is(err, rooms.ErrClosed):
		code, reason = websocket.StatusTryAgainLater, "the store cannot be read"
	case websocket.CloseStatus(err) != -1, errors.Is(err, net.ErrClosed), errors.Is(err, io.EOF):
		return
	}
	defer time.AfterFunc(closeTime, k.cut).Stop()
	_ = k.conn.Close(code, reason) // whoever is gone need not be told
}

// cut ends the connection at once.
func (k *socket) cut() {
	if raw := k.raw.Load(); raw != nil {
		_ = raw.Close() // it may be closed already
	}
}

// hijacking takes the connection of a request over, for websocket.Accept.
type hijacking struct {
	http.ResponseWriter
	k     *socket
	stall time.Duration
}

// readBuffer and writeBuffer are those of a window, in bytes: of what people type, and of a message that somebody says. What is longer goes
// past them.
const (
	readBuffer  = 512
	writeBuffer = 1 << 10
)

// Hijack implements http.Hijacker.
func (h *hijacking) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	raw := &patient{conn, h.stall}
	h.k.raw.Store(raw)
	early, _ := rw.Reader.Peek(rw.Reader.Buffered()) // what it has said already, which has to be in the new buffer
	in := bufio.NewReaderSize(io.MultiReader(bytes.NewReader(bytes.Clone(early)), raw), max(len(early), readBuffer))
	if _, err := in.Peek(len(early)); err != nil {
		return nil, nil, err
	}
	return raw, bufio.NewReadWriter(in, bufio.NewWriterSize(raw, writeBuffer)), nil
}

// patient is a connection that waits only so long for the other side to take what is written: stall, 0 for ever.
type patient struct {
	net.Conn
	stall time.Duration
}

func (p *patient) Write(b []byte) (int, error) {
	if p.stall > 0 {
		if err := p.SetWriteDeadline(time.Now().Add(p.stall)); err != nil {
			return 0, err
		}
	}
	return p.Conn.Write(b)
}
