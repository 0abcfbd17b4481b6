package sshd

import (
	"time"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"
)

// recheck is how long the keepalive sleeps while the setting is off.
const recheck = time.Minute

// startKeepalive arms the connection's one timer. While the client is heard from, a
// tick costs no packet; a silent client is asked with keepalive@openssh.com, to which
// any answer will do, even a refusal.
func (c *conn) startKeepalive() {
	c.alive = time.AfterFunc(time.Hour, c.tick) // assigned before it can run
	c.again()
}

// hurry is how much sooner the next question comes once one was not answered
// within its time: a client that is there has nothing to fear from being asked
// three times as often for a moment, and one that is stuck is gone after twice
// the setting (30 s, and three more questions of 10 s) instead of five times.
const hurry = 3

// again arms the next tick, unless the connection is over.
func (c *conn) again() {
	every := c.server.limits().Keepalive
	switch {
	case every <= 0:
		every = recheck
	case c.silences > 0:
		every /= hurry
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.alive.Reset(every)
	}
}

// tick runs on the timer's goroutine. It arms the next tick as the last thing
// that touches silences, so there is one user of that at a time.
func (c *conn) tick() {
	defer c.server.recovered(c, "keepalive", func() { c.kill("panic") })
	l := c.server.limits()
	sc, open := c.ssh.Value(ssh.ContextKeyConn).(*gossh.ServerConn) // not open: the handshake has its own deadline
	switch {
	case c.heard.Swap(false) || !open || l.Keepalive <= 0:
		c.silences = 0
		c.again()
		return
	case l.KeepaliveCount > 0 && c.silences >= l.KeepaliveCount:
		c.giveUp("fell silent", &c.server.count.keepaliveKills)
		return
	}
	c.silences++
	c.again()
	if c.asking.CompareAndSwap(false, true) {
		// Waits for the answer or for the end of the connection. Meanwhile later ticks
		// only count: TCP repeats the question by itself.
		_, _, _ = sc.SendRequest("keepalive@openssh.com", true, nil)
		c.asking.Store(false)
	}
}
