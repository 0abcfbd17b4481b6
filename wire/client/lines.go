package client

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/coder/websocket"
)

// Lines is a connection that carries whole lines. Read and Write are called from one goroutine each, Close from any; after
// Close both return an error.
type Lines interface {
	Read(ctx context.Context) ([]byte, error)     // the next line without its end, valid until the next call
	Write(ctx context.Context, line []byte) error // one line, without its end
	Close() error
}

// Dial opens a connection on which "attach" was said with these arguments. It returns a *RefusedError where there is no use in
// trying again.
type Dial func(ctx context.Context, args string) (Lines, error)

// RefusedError is why the server does not let the client in, or not any more.
type RefusedError struct{ Why string }

func (e *RefusedError) Error() string { return "the server does not let this client in: " + e.Why }

const (
	// maxMessage is the longest message that a WebSocket takes, in bytes: 32 of the longest events with each of their bytes escaped.
	maxMessage = 8 << 20
	// pingEvery and pongTime are how often the server is asked whether it is there, and how long it may take to answer.
	pingEvery = 30 * time.Second
	pongTime  = 20 * time.Second
	// sessionEnded is the close code of a session that was ended: see docs/protocol.md.
	sessionEnded websocket.StatusCode = 4001
)

// WebSocket dials "ws://HOST/ws" or "wss://HOST/ws". The header has the cookie of a session.
func WebSocket(url string, header http.Header) Dial {
	return func(ctx context.Context, args string) (Lines, error) {
		conn, res, err := websocket.Dial(ctx, url, &websocket.DialOptions{HTTPHeader: header})
		if err != nil {
			if res != nil && (res.StatusCode == http.StatusUnauthorized || res.StatusCode == http.StatusForbidden) {
				return nil, &RefusedError{res.Status}
			}
			return nil, fmt.Errorf("cannot connect to %s: %w", url, err)
		}
		conn.SetReadLimit(maxMessage)
		s := &socket{conn: conn}
		s.alive, s.end = context.WithCancel(context.Background())
		go s.ping()
		if err := s.Write(ctx, attachLine(args)); err != nil {
			_ = s.Close()
			return nil, err
		}
		return s, nil
	}
}

// socket is a WebSocket: each text message in has one line or more.
type socket struct {
	conn  *websocket.Conn
	rest  []byte // of the message that was read last
	alive context.Context
	end   func()
}

// ping closes the connection if the server does not answer. It ends with the connection.
func (s *socket) ping() {
	t := time.NewTicker(pingEvery)
	defer t.Stop()
	for {
		select {
		case <-s.alive.Done():
			return
		case <-t.C:
		}
		ctx, cancel := context.WithTimeout(s.alive, pongTime)
		err := s.conn.Ping(ctx)
		cancel()
		if err != nil {
			_ = s.conn.CloseNow()
			return
		}
	}
}

func (s *socket) Read(ctx context.Context) ([]byte, error) {
	for len(s.rest) == 0 {
		_, data, err := s.conn.Read(ctx)
		if websocket.CloseStatus(err) == sessionEnded {
			return nil, &RefusedError{"the session has ended"}
		}
		if err != nil {
			return nil, err
		}
		s.rest = data
	}
	line, rest, _ := bytes.Cut(s.rest, []byte("\n"))
	s.rest = rest
	return line, nil
}

func (s *socket) Write(ctx context.Context, line []byte) error {
	return s.conn.Write(ctx, websocket.MessageText, line)
}

func (s *socket) Close() error {
	s.end()
	return s.conn.CloseNow()
}

// Stream makes Lines of a pipe on which attach was said already, such as the standard input and output of a command over ssh. Contexts do
// not end its calls; Close does.
func Stream(rw io.ReadWriteCloser) Lines {
	return &stream{rw, bufio.NewReaderSize(rw, 64<<10), nil}
}

type stream struct {
	io.ReadWriteCloser
	r    *bufio.Reader
	line []byte
}

func (s *stream) Read(context.Context) ([]byte, error) {
	s.line = s.line[:0]
	for {
		part, err := s.r.ReadSlice('\n')
		s.line = append(s.line, part...)
		switch {
		case err == nil:
			return s.line[:len(s.line)-1], nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err // a line without its end is no line
		case len(s.line) > maxMessage:
			return nil, fmt.Errorf("the server sends a line of more than %d bytes", maxMessage)
		}
	}
}

func (s *stream) Write(_ context.Context, line []byte) error {
	_, err := s.ReadWriteCloser.Write(append(bytes.Clone(line), '\n'))
	return err
}
