package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/coder/websocket"
)

// socketFloor is the floor of windows.
const socketFloor = "websocket"

// serveSockets is a bare broadcast server on the WebSocket library: what somebody sends is sent to all, with a deadline, as the
// library's own example of a chat does. It never returns while it serves.
func serveSockets([]string) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("web.listen", l.Addr())
	go untilOrphaned()
	h := newHub()
	server := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer conn.CloseNow()
		h.serve(r.Header.Get("X-Name"), &messages{conn: conn})
	})}
	return server.Serve(l)
}

// messages are those of a WebSocket as a stream of lines.
type messages struct {
	conn *websocket.Conn
	rest []byte
}

func (m *messages) Read(p []byte) (int, error) {
	if len(m.rest) == 0 {
		_, data, err := m.conn.Read(context.Background())
		if err != nil {
			return 0, err
		}
		m.rest = append(data, '\r')
	}
	n := copy(p, m.rest)
	m.rest = m.rest[n:]
	return n, nil
}

func (m *messages) Write(p []byte) (int, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return len(p), m.conn.Write(ctx, websocket.MessageText, p)
}
