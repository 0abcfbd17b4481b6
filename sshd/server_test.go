package sshd

import (
	"testing"
)

func TestTwoPeopleGetTheirTerminals(t *testing.T) {
	p := startPlace(t, nil)
	for _, name := range []string{"alice", "bob"} {
		ch, _ := shell(t, p.dial(name, p.member(name)), "xterm-256color", 100, 30)
		readUntil(t, ch, "view "+name+" 100x30 xterm-256color\r\n")
		if _, err := ch.Write([]byte("hello\r")); err != nil {
			t.Fatal(err)
		}
		readUntil(t, ch, "hello\r")
	}
	if got := p.server.Stats(); got.Sessions != 2 || got.Connections != 2 || got.HandshakesOK != 2 {
		t.Errorf("stats: %+v", got)
	}
}
