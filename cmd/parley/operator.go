package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"runtime/debug"
	"sync"
	"time"

	"parley/chat"
	"parley/keys"
	"parley/rooms"
	"parley/text"
	"parley/view/plain"
)

const (
	// operators is how many commands the socket runs at once; more are turned away.
	operators = 8
	// askingTime is how long a request may take to arrive, answerTime how long a piece of the answer may take to leave.
	askingTime = 5 * time.Second
	answerTime = 30 * time.Second
)

// asked is what parley admin asks for.
type asked struct {
	Command string            `json:"command"`       // as after ssh HOST
	Env     map[string]string `json:"env,omitempty"` // for the language of the answer
}

// operator runs commands of the table for who works at the machine: who can open the socket owns the server anyway.
type operator struct {
	chat *chat.Chat
	log  *slog.Logger
}

// serve answers on l until ctx ends.
func (o *operator) serve(ctx context.Context, l net.Listener) error {
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	var running sync.WaitGroup
	defer running.Wait()
	free := make(chan struct{}, operators)
	for {
		conn, err := l.Accept()
		switch {
		case ctx.Err() != nil || errors.Is(err, net.ErrClosed):
			return nil
		case err != nil:
			o.log.Warn("the operator's socket could not take a connection", "error", err)
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
			}
			continue
		}
		select {
		case free <- struct{}{}:
			running.Go(func() {
				defer func() { <-free }()
				o.connection(ctx, conn)
			})
		default:
			_ = conn.Close()
		}
	}
}

// connection answers one request.
func (o *operator) connection(ctx context.Context, conn net.Conn) {
	defer conn.Close()
	defer func() {
		if p := recover(); p != nil {
			o.log.Error("panic", "where", "operator", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		}
	}()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	_ = conn.SetReadDeadline(time.Now().Add(askingTime)) // it fails on a connection that is gone, which the read finds out
	out := &frameWriter{w: bounded{conn}}
	var a asked
	kind, data, err := readFrame(conn, nil)
	if err == nil && kind != frameRequest {
		err = errFrame
	}
	if err == nil {
		err = decodeAsked(data, &a)
	}
	if err != nil {
		o.finish(out, fmt.Sprintf("parley: %v: the two programs may be of different versions\n", err), 64)
		return
	}
	_ = conn.SetReadDeadline(time.Time{})
	typed, feed := io.Pipe()
	defer typed.Close() // whoever feeds it lets go
	go func() {
		_ = feedInput(conn, feed)
		feed.CloseWithError(io.ErrUnexpectedEOF) // unless the end was said
		cancel()                                 // the other side has gone, or sent what it should not
	}()
	status := plain.Exec(ctx, operatorOptions(o.chat, a.Env), a.Command, &wantedInput{Reader: typed, frames: out}, out.stream(frameOut), out.stream(frameErr))
	o.log.Info("operator", "command", text.NewLine(a.Command, 200).String(), "status", status)
	o.finish(out, "", status)
}

func decodeAsked(data []byte, a *asked) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if d.Decode(a) != nil || d.More() {
		return errFrame
	}
	return nil
}

// finish sends the last words. Who has gone needs none.
func (o *operator) finish(out *frameWriter, words string, status int) {
	_, _ = io.WriteString(out.stream(frameErr), words)
	_ = out.frame(frameStatus, []byte{byte(status)})
}

// feedInput hands standard input over until its end, and returns when the other side has gone. A command that does not read
// leaves it waiting, and the other side with it.
func feedInput(conn io.Reader, feed *io.PipeWriter) error {
	var buf []byte
	for {
		kind, data, err := readFrame(conn, buf)
		switch {
		case err != nil:
			return err
		case kind != frameIn:
			return errFrame
		case len(data) == 0:
			feed.Close()
		default:
			if _, err := feed.Write(data); err != nil && !errors.Is(err, io.ErrClosedPipe) {
				return err
			}
		}
		buf = data
	}
}

// wantedInput asks for standard input when it is read first.
type wantedInput struct {
	io.Reader
	frames *frameWriter
	asked  bool
}

func (w *wantedInput) Read(p []byte) (int, error) {
	if !w.asked {
		w.asked = true
		if err := w.frames.frame(frameWant, nil); err != nil {
			return 0, err
		}
	}
	return w.Reader.Read(p)
}

// bounded is a connection on which each write has a bounded time.
type bounded struct{ net.Conn }

func (b bounded) Write(p []byte) (int, error) {
	if err := b.SetWriteDeadline(time.Now().Add(answerTime)); err != nil {
		return 0, err
	}
	return b.Conn.Write(p)
}

// operatorOptions are those of whoever works at the machine.
func operatorOptions(c *chat.Chat, env map[string]string) plain.ExecOptions {
	id := keys.OperatorIdentity()
	return plain.ExecOptions{
		Chat: c, Identity: id, Env: env,
		Actor: rooms.Actor{Name: id.Name, Staff: true, Addr: netip.AddrFrom4([4]byte{127, 0, 0, 1})},
	}
}
