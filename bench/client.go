package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// size is a terminal's, in cells.
type size struct{ cols, rows int }

// client is one person at a terminal over x/crypto/ssh.
type client struct {
	*recording
	key  gossh.Signer
	wire *meter
	conn gossh.Conn
	ch   gossh.Channel

	command string // to be run; "" for a terminal
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

// dial logs in and asks for a terminal.
func dial(ctx context.Context, s *server, p *person, z size, keep bool) (*client, error) {
	return dialFor(ctx, s, p, z, keep, "")
}

// dialFor is dial for a command, where one is given.
func dialFor(ctx context.Context, s *server, p *person, z size, keep bool, command string) (*client, error) {
	var d net.Dialer
	nc, err := d.DialContext(ctx, "tcp", s.ssh)
	if err != nil {
		return nil, err
	}
	c := &client{recording: record(p.name, z, keep), key: p.key, wire: &meter{Conn: nc}, command: command}
	_ = nc.SetDeadline(time.Now().Add(loginTime))
	stop := context.AfterFunc(ctx, func() { _ = nc.Close() })
	defer stop()
	if err := c.open(); err != nil {
		_ = nc.Close()
		return nil, fmt.Errorf("%s could not log in to %s: %w", p.name, s.name, err)
	}
	_ = nc.SetDeadline(time.Time{})
	go c.from(c.ch)
	return c, nil
}

func (c *client) open() error {
	conn, channels, requests, err := gossh.NewClientConn(c.wire, "127.0.0.1", &gossh.ClientConfig{
		User:              c.name,
		Auth:              []gossh.AuthMethod{gossh.PublicKeys(c.key)},
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
	if c.command != "" {
		ok, err := ch.SendRequest("exec", true, gossh.Marshal(struct{ Command string }{c.command}))
		if err != nil || !ok {
			return errors.Join(errors.New("exec was refused"), err)
		}
		return nil
	}
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

// enter types a line and Enter, in one packet.
func (c *client) enter(line string) error { return c.press(line + "\r") }

func (c *client) press(keys string) error {
	_, err := c.ch.Write([]byte(keys))
	return err
}

func (c *client) close() { _ = c.conn.Close() }
