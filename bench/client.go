package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// size is a terminal's, in cells.
type size struct{ cols, rows int }

// client is one person at a terminal. Its reader owns the arrival of bytes;
// everything else may be called by any goroutine.
type client struct {
	who  *person
	size size
	wire *meter
	conn gossh.Conn
	ch   gossh.Channel

	mu    sync.Mutex // guards the rest
	data  []byte     // all that arrived, or its end when it is not kept
	gone  int        // bytes dropped before data
	reads []read
	last  time.Time // of an arrival
	keep  bool
	ended bool
	fresh chan struct{} // closed at the next arrival
}

// read is one arrival.
type read struct {
	at  time.Time
	end int // bytes that had arrived with it, of all
}

// meter counts what arrives on a connection.
type meter struct {
	net.Conn
	in atomic.Int64
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.Conn.Read(p)
	m.in.Add(int64(n))
	return n, err
}

// loginTime bounds a login, which may wait behind thousands of others.
const loginTime = 60 * time.Second

// dial logs in and asks for a terminal. buffer is the size of one read, in bytes.
func dial(ctx context.Context, s *server, p *person, z size, keep bool) (*client, error) {
	var d net.Dialer
	nc, err := d.DialContext(ctx, "tcp", s.ssh)
	if err != nil {
		return nil, err
	}
	c := &client{who: p, size: z, wire: &meter{Conn: nc}, keep: keep, fresh: make(chan struct{})}
	_ = nc.SetDeadline(time.Now().Add(loginTime))
	stop := context.AfterFunc(ctx, func() { _ = nc.Close() })
	defer stop()
	if err := c.open(); err != nil {
		_ = nc.Close()
		return nil, fmt.Errorf("%s could not log in to %s: %w", p.name, s.name, err)
	}
	_ = nc.SetDeadline(time.Time{})
	go c.read()
	return c, nil
}

func (c *client) open() error {
	conn, channels, requests, err := gossh.NewClientConn(c.wire, "127.0.0.1", &gossh.ClientConfig{
		User:              c.who.name,
		Auth:              []gossh.AuthMethod{gossh.PublicKeys(c.who.key)},
		HostKeyAlgorithms: []string{gossh.KeyAlgoED25519},
		HostKeyCallback:   gossh.InsecureIgnoreHostKey(), // a server that this program started
	})
	if err != nil {
		return err
	}
	c.conn = conn
	go gossh.DiscardRequests(requests)
	go func() {
		for ch := range channels {
			_ = ch.Reject(gossh.Prohibited, "none")
		}
	}()
	ch, asked, err := conn.OpenChannel("session", nil)
	if err != nil {
		return err
	}
	c.ch = ch
	go gossh.DiscardRequests(asked)
	pty := gossh.Marshal(struct {
		Term                   string
		Cols, Rows, Wide, High uint32
		Modes                  string
	}{"xterm-256color", uint32(c.size.cols), uint32(c.size.rows), 0, 0, "\x00"})
	for _, r := range []struct {
		name    string
		payload []byte
	}{{"pty-req", pty}, {"shell", nil}} {
		if ok, err := ch.SendRequest(r.name, true, r.payload); err != nil || !ok {
			return errors.Join(fmt.Errorf("%s was refused", r.name), err)
		}
	}
	return nil
}

// Arrivals that are not kept are cut back to tail bytes when they are over twice that.
const tail = 4 << 10

func (c *client) read() {
	buf := make([]byte, 4<<10)
	if c.keep {
		buf = make([]byte, 32<<10)
	}
	for {
		n, err := c.ch.Read(buf)
		at := time.Now()
		c.mu.Lock()
		c.data = append(c.data, buf[:n]...)
		c.last = at
		if c.keep {
			c.reads = append(c.reads, read{at, c.gone + len(c.data)})
		} else if len(c.data) > 2*tail {
			cut := len(c.data) - tail
			c.gone += cut
			c.data = append(c.data[:0], c.data[cut:]...)
		}
		c.ended = err != nil
		close(c.fresh)
		c.fresh = make(chan struct{})
		c.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// arrived is how many bytes have come so far.
func (c *client) arrived() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.gone + len(c.data)
}

func (c *client) lastArrival() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last
}

// await waits until the bytes after the first from of all hold needle. It
// is for keeping step; what was delivered is judged on the screen.
func (c *client) await(ctx context.Context, from int, needle string) error {
	for {
		c.mu.Lock()
		start := max(0, from-c.gone)
		found := start <= len(c.data) && bytes.Contains(c.data[start:], []byte(needle))
		fresh, ended := c.fresh, c.ended
		from = max(from, c.gone+len(c.data)-len(needle)+1)
		c.mu.Unlock()
		switch {
		case found:
			return nil
		case ended:
			return fmt.Errorf("the session of %s ended while it waited for %q", c.who.name, needle)
		}
		select {
		case <-fresh:
		case <-ctx.Done():
			return fmt.Errorf("%s waited for %q: %w", c.who.name, needle, context.Cause(ctx))
		}
	}
}

// quiet waits until nothing has arrived for d.
func (c *client) quiet(ctx context.Context, d time.Duration) error {
	for {
		c.mu.Lock()
		fresh := c.fresh
		c.mu.Unlock()
		t := time.NewTimer(d)
		select {
		case <-fresh:
			t.Stop()
		case <-t.C:
			return nil
		case <-ctx.Done():
			t.Stop()
			return context.Cause(ctx)
		}
	}
}

// recorded is what arrived, and when.
func (c *client) recorded() ([]byte, []read) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.data, slices.Clone(c.reads)
}

// enter types a line and Enter, in one packet.
func (c *client) enter(line string) error {
	_, err := c.ch.Write([]byte(line + "\r"))
	return err
}

func (c *client) press(key string) error {
	_, err := c.ch.Write([]byte(key))
	return err
}

func (c *client) close() { _ = c.conn.Close() }
