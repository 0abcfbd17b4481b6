package main

import (
	"fmt"
	"net"

	"github.com/gliderlabs/ssh"
	gossh "golang.org/x/crypto/ssh"
)

// serveGliderlabs is the baseline: the same broadcast on the library that most Go programs take for this.
func serveGliderlabs([]string) error {
	host, err := newHostKey()
	if err != nil {
		return err
	}
	h := newHub()
	server := &ssh.Server{
		Handler:              func(s ssh.Session) { h.serve(s.User(), s) },
		PublicKeyHandler:     func(ssh.Context, ssh.PublicKey) bool { return true },
		ServerConfigCallback: func(ssh.Context) *gossh.ServerConfig { return &gossh.ServerConfig{Config: algorithms()} },
	}
	server.AddHostKey(host)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("ssh.listen", l.Addr())
	go untilOrphaned()
	return server.Serve(l)
}
