package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"io"
	"net"

	gossh "golang.org/x/crypto/ssh"
)

// serveFloor is the floor: what x/crypto/ssh alone costs for the same service, with the algorithms and the type of
// host key that Parley has. It never returns while it serves.
func serveFloor([]string) error {
	host, err := newHostKey()
	if err != nil {
		return err
	}
	config := &gossh.ServerConfig{
		Config:            algorithms(),
		PublicKeyCallback: func(gossh.ConnMetadata, gossh.PublicKey) (*gossh.Permissions, error) { return nil, nil },
	}
	config.AddHostKey(host)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("ssh.listen", l.Addr())
	go untilOrphaned()
	h := newHub()
	for {
		nc, err := l.Accept()
		if err != nil {
			return err
		}
		go h.connection(nc, config)
	}
}

// connection is one connection with at most one session at a time.
func (h *hub) connection(nc net.Conn, config *gossh.ServerConfig) {
	defer nc.Close()
	conn, channels, requests, err := gossh.NewServerConn(nc, config)
	if err != nil {
		return
	}
	go gossh.DiscardRequests(requests)
	for offered := range channels {
		if offered.ChannelType() != "session" {
			_ = offered.Reject(gossh.UnknownChannelType, "only sessions")
			continue
		}
		channel, asked, err := offered.Accept()
		if err != nil {
			return
		}
		go h.session(conn.User(), channel, asked)
	}
}

func (h *hub) session(name string, channel gossh.Channel, asked <-chan *gossh.Request) {
	for r := range asked {
		known := r.Type == "pty-req" || r.Type == "shell" || r.Type == "exec" || r.Type == "env" || r.Type == "window-change"
		if r.WantReply {
			_ = r.Reply(known, nil)
		}
		if r.Type == "exec" {
			go func() {
				idleChannel(channel)
				_ = channel.Close()
			}()
		}
		if r.Type == "shell" {
			go func() {
				h.serve(name, channel)
				_ = channel.Close()
			}()
		}
	}
}

// idleChannel is a command that has nothing to say but that it runs, and waits for the end of its input.
func idleChannel(channel gossh.Channel) {
	if _, err := io.WriteString(channel, greeting); err != nil {
		return
	}
	_, _ = channel.Read(make([]byte, 1))
}

func newHostKey() (gossh.Signer, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	return gossh.NewSignerFromKey(key)
}

// algorithms are those of sshd.
func algorithms() gossh.Config {
	return gossh.Config{
		KeyExchanges: []string{gossh.KeyExchangeMLKEM768X25519, gossh.KeyExchangeCurve25519},
		Ciphers: []string{
			gossh.CipherAES256GCM, gossh.CipherAES128GCM, gossh.CipherChaCha20Poly1305,
			gossh.CipherAES256CTR, gossh.CipherAES128CTR,
		},
		MACs: []string{gossh.HMACSHA256ETM, gossh.HMACSHA512ETM},
	}
}
