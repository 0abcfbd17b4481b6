package main

import (
	"fmt"
	"io"
	"net"
	"sync"
)

// cable is a way to a server's page that can be cut, as a network goes away from under a browser.
type cable struct {
	l  net.Listener
	to string

	mu    sync.Mutex
	gone  bool
	conns map[net.Conn]struct{}
}

// cable lays one to the page of a site.
func (s *site) cable() *cable {
	s.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	c := &cable{l: l, to: "127.0.0.1:" + s.webPort, conns: map[net.Conn]struct{}{}}
	go c.serve()
	s.t.Cleanup(func() {
		_ = l.Close()
		c.cut(true)
	})
	return c
}

func (c *cable) port() string {
	_, port, _ := net.SplitHostPort(c.l.Addr().String()) // it is one
	return port
}

func (c *cable) serve() {
	for {
		in, err := c.l.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", c.to)
		if err != nil || !c.keep(in, out) {
			_ = in.Close()
			continue
		}
		for _, pair := range [][2]net.Conn{{in, out}, {out, in}} {
			go func() {
				_, _ = io.Copy(pair[0], pair[1]) // the ends say what went wrong
				_ = pair[0].Close()
				c.drop(pair[0])
			}()
		}
	}
}

// keep notes connections; false while the network is gone.
func (c *cable) keep(conns ...net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range conns {
		if c.gone {
			_ = conn.Close()
		} else {
			c.conns[conn] = struct{}{}
		}
	}
	return !c.gone
}

func (c *cable) drop(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.conns, conn)
}

// cut takes the network away, or gives it back.
func (c *cable) cut(gone bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone = gone; gone {
		for conn := range c.conns {
			_ = conn.Close()
		}
	}
}

// texts are the messages of the room that is shown, as the page shows them, in its order; names of files for files.
const texts = "[...document.querySelectorAll('main article.msg[data-seq]')].map(m => (m.querySelector('.content > .body, .content a.file bdi') || m).innerText.trim())"

// walk scrolls from the newest message up to the oldest one, and says how often each text that begins with prefix stood there at once, at most. The document
// holds a bounded number of rows all the way.
func (p *page) walk(prefix string) (seen map[string]int) {
	p.t.Helper()
	var walked struct {
		Seen map[string]int
		Most int
	}
	p.eval(fmt.Sprintf(`(async () => {
		const log = document.querySelector('main .log'), first = () => +(document.querySelector('main [data-seq]')?.dataset.seq || 0);
		const out = {Seen: {}, Most: 0};
		for (;;) {
			const now = {}, at = first();
			for (const x of %s) if (x.startsWith(%s)) now[x] = (now[x] || 0) + 1;
			for (const x in now) out.Seen[x] = Math.max(out.Seen[x] || 0, now[x]);
			out.Most = Math.max(out.Most, document.querySelectorAll('main .log .rows > *').length);
			if (at <= 1) return out;
			while (first() >= at) {
				log.scrollTop = log.scrollTop ? 0 : 1;
				await new Promise(r => setTimeout(r, 5));
			}
		}
	})()`, texts, quoted(prefix)), &walked)
	if p.t.Logf("%s: at most %d rows stood in the document", p.what, walked.Most); walked.Most > 400 {
		p.t.Errorf("%s: %d rows stood in the document", p.what, walked.Most)
	}
	return walked.Seen
}
