package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"parley/wire"
)

const (
	crashRounds      = 50
	crashRoundsShort = 5
	execWriters      = 4
	plainWriters     = 3
	pipelined        = 5 // lines that a plain writer sends before it waits for them
)

// TestKilledUnderLoad kills the server again and again while people post, and
// holds the room to this: whatever was acknowledged, or shown to anybody, is in
// it afterwards, once, in the order of its writer, under the seq that was told;
// and seqs are dense.
func TestKilledUnderLoad(t *testing.T) {
	rounds := crashRounds
	if testing.Short() {
		rounds = crashRoundsShort
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	h := newHome(t, "log: {level: warn}\n")
	reader := h.admit("reader")
	var writers []writer
	for i := range execWriters {
		name := fmt.Sprintf("exec%d", i)
		writers = append(writers, &execWriter{name: name, login: h.admit(name), acked: map[int]uint64{}})
	}
	for i := range plainWriters {
		name := fmt.Sprintf("plain%d", i)
		writers = append(writers, &plainWriter{name: name, login: h.admit(name)})
	}
	kept := &ledger{said: map[string]bool{}}
	began := time.Now()
	for round := range rounds {
		p := h.start()
		kept.follow(t, dial(t, p, reader))
		kept.judge(t, writers)
		if t.Failed() {
			t.Fatalf("after %d rounds", round)
		}
		interrupt(t, p, writers, time.Duration(100+random.IntN(700))*time.Millisecond)
	}
	p := h.start()
	kept.follow(t, dial(t, p, reader))
	kept.judge(t, writers)
	again := &ledger{said: map[string]bool{}}
	again.follow(t, dial(t, p, reader))
	kept.compare(t, again)
	p.stop()
	inspectFile(t, filepath.Join(h.dir, "data", "parley.db"), len(kept.events))
	acked, retried := 0, 0
	for _, w := range writers {
		a, r := w.counts()
		if a == 0 {
			t.Errorf("%s never had an answer, so this tested nothing", w.who())
		}
		acked, retried = acked+a, retried+r
	}
	t.Logf("%d rounds, %d posts acknowledged, %d events in the room, %d retries found their post there already, %v",
		rounds, acked, len(kept.events), retried, time.Since(began).Round(time.Millisecond))
}

// TestKilledAtTheFirstStart kills a server while it makes its database and its
// host keys: the next start has to work with whatever is there then.
func TestKilledAtTheFirstStart(t *testing.T) {
	for i := range 12 {
		h := newHome(t, "log: {level: warn}\n")
		alice := h.admit("alice")
		p, _ := h.launch()
		select {
		case <-p.exited:
		case <-time.After(time.Duration(i) * 7 * time.Millisecond):
		}
		p.kill()
		p = h.start()
		if out, err := command(dial(t, p, alice), "post #general hello"); err != nil {
			t.Errorf("killed after %d ms: %v %s", i*7, err, out)
		}
		p.kill()
	}
}

// interrupt lets the writers write, and kills the server a while after the first answer.
func interrupt(t *testing.T, p *running, writers []writer, after time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	started := make(chan struct{}, len(writers))
	var done sync.WaitGroup
	for _, w := range writers {
		done.Go(func() {
			if err := w.write(p.addrs["ssh.listen"], func() {
				select {
				case started <- struct{}{}:
				default:
				}
			}); err != nil {
				t.Errorf("%s: %v", w.who(), err)
			}
		})
	}
	select {
	case <-started:
	case <-ctx.Done():
		t.Error("nobody had an answer in time")
	}
	select {
	case <-p.exited:
		t.Errorf("the server ended by itself: %v", p.cmd.ProcessState)
	case <-time.After(after):
	}
	p.kill()
	done.Wait()
}

func dial(t *testing.T, p *running, login *gossh.ClientConfig) *gossh.Client {
	t.Helper()
	c, err := gossh.Dial("tcp", p.addrs["ssh.listen"], login)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// writer posts numbered messages for as long as the server lives.
type writer interface {
	who() string
	// write returns nil when the connection broke, and an error if the server did
	// something wrong. It calls answered after each acknowledged post.
	write(addr string, answered func()) error
	counts() (acked, retried int)
	judge(l *ledger) error
}

// execWriter posts by command, with a nonce, and after a restart again what was not answered.
type execWriter struct {
	name    string
	login   *gossh.ClientConfig
	acked   map[int]uint64 // number → seq
	next    int            // number of the post under way; those before it are acknowledged
	retried int            // how often a post was there whose answer was lost
	judged  int            // events that were looked at, and the posts among them
	posts   int
}

func (w *execWriter) who() string                  { return w.name }
func (w *execWriter) counts() (acked, retried int) { return len(w.acked), w.retried }

func (w *execWriter) write(addr string, answered func()) error {
	c, err := gossh.Dial("tcp", addr, w.login)
	if err != nil {
		return nil // killed already
	}
	defer c.Close()
	w.next = max(w.next, 1)
	if last := w.next - 1; last > 0 { // a retry of what was acknowledged finds the first post
		switch e, err := w.post(c, last); {
		case errors.Is(err, errRefused):
			return err
		case err != nil:
			return nil
		case e.Seq != w.acked[last]:
			return fmt.Errorf("post %d is event %d, and was event %d before the restart", last, e.Seq, w.acked[last])
		}
	}
	for {
		e, err := w.post(c, w.next)
		switch {
		case errors.Is(err, errRefused):
			return err
		case err != nil:
			return nil
		}
		if newest := w.acked[w.next-1]; e.Seq <= newest {
			return fmt.Errorf("post %d is event %d, and the one before it %d", w.next, e.Seq, newest)
		}
		w.acked[w.next] = e.Seq
		w.next++
		answered()
	}
}

func (w *execWriter) post(c *gossh.Client, n int) (wire.Event, error) {
	out, err := command(c, fmt.Sprintf("post --json --nonce %s-%d #general %s post %d", w.name, n, w.name, n))
	if err != nil {
		return wire.Event{}, err
	}
	var e wire.Event
	if err := json.Unmarshal(out, &e); err != nil {
		return wire.Event{}, fmt.Errorf("%w: it answered %q: %w", errRefused, out, err)
	}
	if want := fmt.Sprintf("%s post %d", w.name, n); e.Text != want || e.Nonce != fmt.Sprintf("%s-%d", w.name, n) || e.Author != w.name {
		return wire.Event{}, fmt.Errorf("%w: it answered %s to the post of %q", errRefused, out, want)
	}
	return e, nil
}

// judge wants every acknowledged post under its seq, and the numbers without a hole.
func (w *execWriter) judge(l *ledger) error {
	n := w.posts
	for _, e := range l.events[w.judged:] {
		if e.Author != w.name || e.Type != "message" {
			continue
		}
		n++
		if want := fmt.Sprintf("%s post %d", w.name, n); e.Text != want {
			return fmt.Errorf("event %d is %q, and should be %q", e.Seq, e.Text, want)
		}
		if seq, ok := w.acked[n]; ok && seq != e.Seq {
			return fmt.Errorf("post %d is event %d, and was acknowledged as %d", n, e.Seq, seq)
		}
	}
	w.judged, w.posts = len(l.events), n
	if n < len(w.acked) {
		return fmt.Errorf("%d posts are there, and %d were acknowledged", n, len(w.acked))
	}
	if n > len(w.acked)+1 {
		return fmt.Errorf("%d posts are there, and at most %d were sent", n, len(w.acked)+1)
	}
	if n == len(w.acked)+1 {
		w.retried++ // the answer was lost, and the next round's retry has to find it
	}
	return nil
}

// plainWriter writes lines as ssh -T does, several at once, and takes a line
// for acknowledged when the room shows it. Nobody knows of a line that was not
// shown whether it is there; it is not sent again.
type plainWriter struct {
	name   string
	login  *gossh.ClientConfig
	next   int
	own    int      // how many of its own were shown
	seen   []string // what was shown since the last judgement, of everybody: "AUTHOR: TEXT"
	judged int      // events that were looked at, and the newest number among them
	newest int
}

func (w *plainWriter) who() string                  { return w.name }
func (w *plainWriter) counts() (acked, retried int) { return w.own, 0 }

// shownLine is a message as plain lines show it.
var shownLine = regexp.MustCompile(`^#general \d\d:\d\d (\w+): (\w+ post) (\d+)$`)

func (w *plainWriter) write(addr string, answered func()) error {
	c, err := gossh.Dial("tcp", addr, w.login)
	if err != nil {
		return nil
	}
	defer c.Close()
	s, err := c.NewSession()
	if err != nil {
		return nil
	}
	in, err := s.StdinPipe()
	if err != nil {
		return err
	}
	out, err := s.StdoutPipe()
	if err != nil {
		return err
	}
	if err := s.Shell(); err != nil {
		return nil
	}
	lines := bufio.NewScanner(out)
	before := w.next // older ones of its own are shown again at the start
	newest := before
	for {
		var batch bytes.Buffer
		for range pipelined {
			w.next++
			fmt.Fprintf(&batch, "%s post %d\n", w.name, w.next)
		}
		if _, err := in.Write(batch.Bytes()); err != nil {
			return nil
		}
		for newest < w.next {
			if !lines.Scan() {
				return nil
			}
			line := lines.Text()
			if strings.HasPrefix(line, "-- ") {
				if strings.Contains(line, "not sent") {
					return fmt.Errorf("the server said %q", line)
				}
				continue
			}
			m := shownLine.FindStringSubmatch(line)
			if m == nil {
				return nil // cut in the middle
			}
			w.seen = append(w.seen, m[1]+": "+m[2]+" "+m[3])
			n, err := strconv.Atoi(m[3])
			switch {
			case err != nil:
				return err
			case m[1] != w.name || n <= before:
				continue
			case n != newest+1:
				return fmt.Errorf("post %d is shown after post %d", n, newest)
			}
			newest = n
			w.own++
			answered()
		}
	}
}

// judge wants everything that was shown, and its own numbers in order.
func (w *plainWriter) judge(l *ledger) error {
	for _, e := range l.events[w.judged:] {
		if e.Author != w.name || e.Type != "message" {
			continue
		}
		n, err := strconv.Atoi(strings.TrimPrefix(e.Text, w.name+" post "))
		if err != nil || n <= w.newest || n > w.next {
			return fmt.Errorf("event %d is %q after number %d, of %d that were sent", e.Seq, e.Text, w.newest, w.next)
		}
		w.newest = n
	}
	w.judged = len(l.events)
	for _, s := range w.seen {
		if !l.said[s] {
			return fmt.Errorf("%q was shown and is not there", s)
		}
	}
	w.seen = w.seen[:0]
	return nil
}

// ledger is the room's log as read from the server, round after round.
type ledger struct {
	events []wire.Event
	said   map[string]bool // "AUTHOR: TEXT"
}

// follow reads what is new. The newest event that was known is read again, and has to be as it was.
func (l *ledger) follow(t *testing.T, c *gossh.Client) {
	t.Helper()
	var fresh []wire.Event
	known := uint64(len(l.events))
	for before := uint64(0); ; {
		line := "history --json #general 1000"
		if before > 0 {
			line += fmt.Sprintf(" before %d", before)
		}
		out, err := command(c, line)
		if err != nil {
			t.Fatal(err)
		}
		page, err := decode(out)
		if err != nil {
			t.Fatal(err)
		}
		fresh = append(page, fresh...)
		if len(page) == 0 || page[0].Seq <= max(known, 1) {
			break
		}
		before = page[0].Seq
	}
	for _, e := range fresh {
		switch {
		case e.Seq < known:
		case e.Seq == known:
			if old := l.events[known-1]; old != e {
				t.Errorf("event %d is %+v, and was %+v", known, e, old)
			}
		default:
			if want := uint64(len(l.events)) + 1; e.Seq != want {
				t.Fatalf("event %d follows event %d", e.Seq, want-1)
			}
			l.events = append(l.events, e)
			l.said[e.Author+": "+e.Text] = true
		}
	}
	if uint64(len(l.events)) < known || (len(fresh) > 0 && fresh[len(fresh)-1].Seq < known) {
		t.Errorf("the room ends before event %d, which was there", known)
	}
}

func decode(out []byte) ([]wire.Event, error) {
	var events []wire.Event
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var e wire.Event
		if err := d.Decode(&e); err == io.EOF {
			return events, nil
		} else if err != nil {
			return nil, fmt.Errorf("%w in %q", err, out)
		}
		events = append(events, e)
	}
}

func (l *ledger) judge(t *testing.T, writers []writer) {
	t.Helper()
	for _, w := range writers {
		if err := w.judge(l); err != nil {
			t.Errorf("%s: %v", w.who(), err)
		}
	}
}

// compare wants two readings of the whole room to be the same.
func (l *ledger) compare(t *testing.T, other *ledger) {
	t.Helper()
	if len(l.events) != len(other.events) {
		t.Fatalf("%d events when read round after round, %d when read at once", len(l.events), len(other.events))
	}
	for i, e := range l.events {
		if e != other.events[i] {
			t.Fatalf("event %d was %+v, and is %+v", e.Seq, e, other.events[i])
		}
	}
}

// inspectFile has SQLite check the database file, and the room's counters compared with its events.
func inspectFile(t *testing.T, path string, want int) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var verdict string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("SQLite finds the file damaged: %s %v", verdict, err)
	}
	var seq, events, messages, counted, people, members int
	err = db.QueryRow(`SELECT r.seq, r.messages, r.people,
		(SELECT count(*) FROM events e WHERE e.room = r.id),
		(SELECT count(*) FROM events e WHERE e.room = r.id AND e.type = 'message'),
		(SELECT count(*) FROM members m WHERE m.room = r.id)
		FROM rooms r WHERE r.name = 'general'`).Scan(&seq, &counted, &people, &events, &messages, &members)
	if err != nil {
		t.Fatal(err)
	}
	if seq != want || events != want || counted != messages || people != members {
		t.Errorf("the room counts %d events, %d messages, %d people; there are %d, %d, %d; %d were read",
			seq, counted, people, events, messages, members, want)
	}
}
