package main

import (
	"bufio"
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
	"strings"
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
	// maxAsked is the longest request in bytes: a command, and a text of 16 KiB with all its characters escaped.
	maxAsked = 256 << 10
	// askingTime is how long a request may take to arrive, answerTime how long the answer may take to leave.
	askingTime = 5 * time.Second
	answerTime = 30 * time.Second
)

// asked is what parley admin sends: one JSON object on a line.
type asked struct {
	Command string            `json:"command"`        // as after ssh HOST
	Body    string            `json:"body,omitempty"` // standard input, for commands that want it
	Env     map[string]string `json:"env,omitempty"`  // for the language of the answer
}

// answered is what comes back, one JSON object on a line.
type answered struct {
	Out    string `json:"out"`
	Err    string `json:"err"`
	Status int    `json:"status"`
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
	defer context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) })()
	_ = conn.SetReadDeadline(time.Now().Add(askingTime)) // it fails on a connection that is gone, which the read finds out
	in := bufio.NewReader(io.LimitReader(conn, maxAsked))
	line, err := in.ReadBytes('\n')
	if err != nil {
		return // too long, too slow, or gone
	}
	var a asked
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	var out answered
	if err := d.Decode(&a); err != nil {
		out = answered{Err: "parley: the request cannot be read: parley admin of this version makes them\n", Status: 64}
	} else {
		_ = conn.SetReadDeadline(time.Time{})
		go func() {
			_, _ = in.ReadByte() // nothing follows: it returns when the other side has gone, or this one is done
			cancel()
		}()
		out = o.run(ctx, a)
	}
	data, err := json.Marshal(out)
	if err != nil {
		return
	}
	_ = conn.SetWriteDeadline(time.Now().Add(answerTime))
	_, _ = conn.Write(append(data, '\n')) // who has gone needs no answer
}

func (o *operator) run(ctx context.Context, a asked) answered {
	var out, errout bytes.Buffer
	status := plain.Exec(ctx, operatorOptions(o.chat, a.Env), a.Command, strings.NewReader(a.Body), &out, &errout)
	o.log.Info("operator", "command", text.NewLine(a.Command, 200).String(), "status", status)
	return answered{Out: out.String(), Err: errout.String(), Status: status}
}

// operatorOptions are those of whoever works at the machine.
func operatorOptions(c *chat.Chat, env map[string]string) plain.ExecOptions {
	id := keys.OperatorIdentity()
	return plain.ExecOptions{
		Chat: c, Identity: id, Env: env,
		Actor: rooms.Actor{Name: id.Name, Staff: true, Addr: netip.AddrFrom4([4]byte{127, 0, 0, 1})},
	}
}
