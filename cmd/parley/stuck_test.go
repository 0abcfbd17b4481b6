package main

import (
	"bufio"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

const (
	roomSize   = 20
	stuckPosts = 300
	postEvery  = 20 * time.Millisecond
	// promptly is what a message may take to everybody while somebody is stuck:
	// less than the stuck one is given, so that waiting for that one would show,
	// and far more than a busy machine needs.
	promptly = 2 * time.Second
)

// TestOneStuckAmongTwenty does to a room what froze it in other servers: twenty
// people with 64 KB of buffers each, one of whom stops reading. The others
// have every message at once and in order, somebody new can log in, and the
// stuck one is cut off when its time is over.
func TestOneStuckAmongTwenty(t *testing.T) {
	h := newHome(t, "limits: {write_stall: 5s}\n")
	poster, newcomer := h.admit("poster"), h.admit("newcomer")
	var people []*listening
	for i := range roomSize {
		people = append(people, &listening{name: fmt.Sprintf("person%d", i), login: h.admit(fmt.Sprintf("person%d", i))})
	}
	p := h.start()
	var done sync.WaitGroup
	for _, who := range people {
		lines := who.enter(t, p)
		done.Go(func() { who.listen(lines) })
	}
	people[0].conn.stop.Store(true)

	c := dial(t, p, poster)
	body := strings.Repeat("x", 12<<10) // 3.6 MB in all, where an SSH window holds 2
	sent := make([]time.Time, stuckPosts+1)
	tick := time.NewTicker(postEvery)
	defer tick.Stop()
	for n := 1; n <= stuckPosts; n++ {
		<-tick.C
		sent[n] = time.Now()
		if out, err := command(c, fmt.Sprintf("post #general number %d %s", n, body)); err != nil {
			t.Fatalf("post %d: %s %v", n, out, err)
		}
	}
	began := time.Now()
	if out, err := command(dial(t, p, newcomer), "whoami"); err != nil || !strings.HasPrefix(string(out), "you are newcomer") {
		t.Errorf("a login while somebody is stuck: %s %v", out, err)
	}
	if took := time.Since(began); took > promptly {
		t.Errorf("a login while somebody is stuck took %v", took)
	}
	eventually(t, "the stuck client is cut off", func() (bool, string) {
		log := h.log.tail()
		return strings.Contains(log, `name=person0 reason="took nothing of what was sent"`), log
	})
	p.stop() // ends the others
	close(people[0].conn.over)
	done.Wait()
	var all []time.Duration
	for _, who := range people[1:] {
		took, err := who.took(sent)
		if err != nil {
			t.Errorf("%s: %v", who.name, err)
		}
		all = append(all, took...)
	}
	if len(all) == 0 {
		t.Fatal("nothing was delivered")
	}
	slices.Sort(all)
	worst := all[len(all)-1]
	if worst > promptly {
		t.Errorf("a message took %v", worst)
	}
	t.Logf("%d deliveries while one was stuck: half within %v, 99 of 100 within %v, all within %v", len(all),
		all[len(all)/2].Round(time.Millisecond), all[len(all)*99/100].Round(time.Millisecond), worst.Round(time.Millisecond))
}

// suspended is a client's connection that can stop reading, as a client that was suspended does.
type suspended struct {
	net.Conn
	stop atomic.Bool
	over chan struct{} // closed when it may read on
}

func (s *suspended) Read(p []byte) (int, error) {
	if s.stop.Load() {
		<-s.over
	}
	return s.Conn.Read(p)
}

// listening is somebody in plain lines who writes down when each message came.
type listening struct {
	name  string
	login *gossh.ClientConfig
	conn  *suspended
	came  [stuckPosts + 1]time.Time // by number
	wrong error
}

// enter logs in with a receive buffer of 64 KB, and waits until the room is there.
func (l *listening) enter(t *testing.T, p *running) *bufio.Reader {
	t.Helper()
	addr := p.addrs["ssh.listen"]
	small := net.Dialer{Control: func(_, _ string, raw syscall.RawConn) (err error) {
		failed := raw.Control(func(fd uintptr) {
			err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 64<<10)
		})
		if failed != nil {
			return failed
		}
		return err
	}}
	nc, err := small.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	l.conn = &suspended{Conn: nc, over: make(chan struct{})}
	t.Cleanup(func() { nc.Close() })
	conn, chans, reqs, err := gossh.NewClientConn(l.conn, addr, l.login)
	if err != nil {
		t.Fatal(err)
	}
	s, err := gossh.NewClient(conn, chans, reqs).NewSession()
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.StdinPipe(); err != nil { // open, so that the input does not end
		t.Fatal(err)
	}
	if err := s.Shell(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReaderSize(out, 32<<10)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("%s: %v", l.name, err)
		}
		if strings.HasPrefix(line, "-- in #general") {
			return lines
		}
	}
}

// listen takes down what comes until the connection ends.
func (l *listening) listen(lines *bufio.Reader) {
	last := 0
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		_, rest, ok := strings.Cut(line, " poster: number ")
		if !ok {
			continue
		}
		number, _, _ := strings.Cut(rest, " ")
		n, err := strconv.Atoi(number)
		if err != nil || n != last+1 || n > stuckPosts {
			l.wrong = fmt.Errorf("after message %d came %.60q", last, line)
			return
		}
		l.came[n], last = time.Now(), n
	}
}

// took is how long each message took.
func (l *listening) took(sent []time.Time) ([]time.Duration, error) {
	if l.wrong != nil {
		return nil, l.wrong
	}
	var all []time.Duration
	for n := 1; n <= stuckPosts; n++ {
		if l.came[n].IsZero() {
			return nil, fmt.Errorf("message %d never came", n)
		}
		all = append(all, l.came[n].Sub(sent[n]))
	}
	return all, nil
}
