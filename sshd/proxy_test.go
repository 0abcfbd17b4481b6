package sshd

import (
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// dialWith connects, says a header first, and logs in.
func dialWith(p *place, header, user string, key gossh.Signer) (*gossh.Client, error) {
	nc, err := net.Dial("tcp", p.addr)
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := io.WriteString(nc, header); err != nil {
		return nil, err
	}
	c, chans, reqs, err := gossh.NewClientConn(nc, p.addr, clientConfig(user, gossh.PublicKeys(key)))
	if err != nil {
		nc.Close()
		return nil, err
	}
	p.t.Cleanup(func() { nc.Close() })
	return gossh.NewClient(c, chans, reqs), nil
}

const header = "PROXY TCP4 192.0.2.7 127.0.0.1 1234 2222\r\n"

func trusting(cidr string) func(*Options) {
	return func(o *Options) { o.Trusted = []netip.Prefix{netip.MustParsePrefix(cidr)} }
}

func TestProxyHeaderOfATrustedBalancerIsBelieved(t *testing.T) {
	p := startPlace(t, trusting("127.0.0.0/8"))
	for name, h := range map[string]string{
		"version 1": header,
		"version 2": "\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c\xc0\x00\x02\x07\x7f\x00\x00\x01\x04\xd2\x08\xae",
	} {
		c, err := dialWith(p, h, "alice", p.member("alice"))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		conns := p.server.Connections()
		if len(conns) != 1 || conns[0].Addr != netip.MustParseAddr("192.0.2.7") {
			t.Errorf("%s: %+v", name, conns)
		}
		c.Close()
		eventually(t, "it is gone", func() bool { return p.server.Stats().Connections == 0 })
	}
}

func TestProxyHeaderOfAnybodyElseIsNotBelieved(t *testing.T) {
	p := startPlace(t, trusting("192.0.2.0/24"))
	if _, err := dialWith(p, header, "alice", p.member("alice")); err == nil {
		for _, c := range p.server.Connections() {
			if c.Addr != loopback {
				t.Errorf("somebody came as %v", c.Addr)
			}
		}
	}
	q := startPlace(t, nil)
	if _, err := dialWith(q, header, "alice", q.member("alice")); err == nil && q.server.Connections()[0].Addr != loopback {
		t.Error("without a trusted balancer a header was believed")
	}
}

func TestTrustedBalancerMustSendAHeader(t *testing.T) {
	p := startPlace(t, trusting("127.0.0.0/8"))
	if _, err := dialWith(p, "", "alice", p.member("alice")); err == nil {
		t.Error("let in as the balancer")
	}
	if _, err := dialWith(p, "PROXY nonsense\r\n", "alice", p.member("alice")); err == nil {
		t.Error("let in with a broken header")
	}
	eventually(t, "both are counted", func() bool { return p.server.Stats().Refused[BadProxyHeader] == 2 })
}

func TestSlowBalancerHoldsUpNobody(t *testing.T) {
	p := startPlace(t, trusting("127.0.0.0/8"))
	slow, err := net.Dial("tcp", p.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	start := time.Now()
	if _, err := dialWith(p, header, "alice", p.member("alice")); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > proxyHeaderTime/2 {
		t.Errorf("somebody else waited %v", took)
	}
}
