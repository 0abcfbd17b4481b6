package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// lab is what all figures share: the programs, a folder for what they write, the people.
type lab struct {
	dir    string // removed at the end
	self   string // this program, which is also the floor, the baseline and the minimal echo
	parley string // the program under test
	scale  scale
	say    io.Writer // progress

	mu      sync.Mutex // guards the rest
	people  []*person
	servers []*server // all that were started
}

// server is a running server under test.
type server struct {
	*process
	name     string
	dir      string
	ssh      string // address
	echo     string
	web      string
	browsers bool // people have windows there
	metrics  string
	ready    string // what a client has been shown once it is in
	prompt   int    // rows at the bottom that show what is typed, not what was said
}

// The servers, by the names in the table.
const (
	parley     = "Parley"
	floor      = "floor"
	gliderlabs = "gliderlabs"
)

// newLab builds Parley. close removes what the lab wrote.
func newLab(ctx context.Context, s scale, say io.Writer) (*lab, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "parley-bench-")
	if err != nil {
		return nil, err
	}
	l := &lab{dir: dir, self: self, parley: filepath.Join(dir, "parley"), scale: s, say: say}
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", l.parley, "parley/cmd/parley")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		l.close()
		return nil, fmt.Errorf("parley could not be built; run this inside its repository: %w\n%s", err, out)
	}
	return l, nil
}

func (l *lab) close() { _ = os.RemoveAll(l.dir) }

// reap waits for the servers that are still there; the context that they were started with has ended.
func (l *lab) reap() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range l.servers {
		if s.process != nil {
			s.kill()
		}
	}
}

func (l *lab) logf(format string, args ...any) { fmt.Fprintf(l.say, format+"\n", args...) }

// crowd is the first n people.
func (l *lab) crowd(n int) ([]*person, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.people) < n {
		p, err := newPerson(len(l.people))
		if err != nil {
			return nil, err
		}
		l.people = append(l.people, p)
	}
	return l.people[:n], nil
}

// start runs the named server for n people, who have been to Parley before.
func (l *lab) start(ctx context.Context, name string, n int, env ...string) (*server, error) {
	return l.startIn(ctx, name, n, l.homeOf(n), env...)
}

// forBrowsers in the environment of a server says that people have browser sessions there.
const forBrowsers = "BENCH_BROWSERS=1"

// startIn runs the named server for n people, of whom the first have a home there. The others join its first room
// on their first visit.
func (l *lab) startIn(ctx context.Context, name string, n int, h home, env ...string) (*server, error) {
	l.mu.Lock()
	s := &server{name: name, browsers: slices.Contains(env, forBrowsers), dir: filepath.Join(l.dir, fmt.Sprintf("server-%d", len(l.servers)+1))}
	l.servers = append(l.servers, s)
	l.mu.Unlock()
	if err := os.Mkdir(s.dir, 0o700); err != nil {
		return nil, err
	}
	var err error
	switch name {
	case parley:
		s.ready, s.prompt = "Write to", 2
		err = l.startParley(ctx, s, n, h, env)
	case floor, gliderlabs, socketFloor:
		s.ready = strings.TrimSpace(greeting)
		s.process, err = spawn(ctx, filepath.Join(s.dir, "log"), env, s.hears, l.self, "serve-"+name)
	default:
		err = fmt.Errorf("there is no server %s", name)
	}
	return s, err
}

// settings are Parley's, with the limits on what the load would otherwise run into.
const settings = `data: data
ssh: {listen: "127.0.0.1:0"}
tcp: {echo: "127.0.0.1:0"}
metrics: {listen: "127.0.0.1:0"}
web: {listen: "127.0.0.1:0"}
keys: {dir: keys, registration: closed}
limits:
  connections: 0
  connections_per_prefix: 0
  unauthenticated: 0
  unauthenticated_per_prefix: 0
  handshakes: 0/s
  posts: 0/s
  posts_per_prefix: 0/s
  joins: 0/s
`

func (l *lab) startParley(ctx context.Context, s *server, n int, h home, env []string) error {
	people, err := l.crowd(n)
	if err != nil {
		return err
	}
	if err := admit(filepath.Join(s.dir, "keys"), people); err != nil {
		return err
	}
	data := filepath.Join(s.dir, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		return err
	}
	if err := l.inhabit(ctx, h, data); err != nil {
		return err
	}
	if s.browsers {
		if err := letIn(ctx, data, people); err != nil {
			return err
		}
	}
	config := filepath.Join(s.dir, "config.yaml")
	if err := os.WriteFile(config, []byte(settings), 0o600); err != nil {
		return err
	}
	s.process, err = spawn(ctx, filepath.Join(s.dir, "log"), env, s.hears, l.parley, "--config", config)
	return err
}

// hears takes the addresses from what a server says at its start; true after the one that is said last.
func (s *server) hears(line string) bool {
	fields := strings.Fields(line)
	if len(fields) < 2 {
		return false
	}
	switch fields[0] {
	case "ssh.listen":
		s.ssh = fields[1]
		return s.name != parley
	case "web.listen":
		s.web = fields[1]
		return s.name == socketFloor
	case "tcp.echo":
		s.echo = fields[1]
	case "metrics.listen":
		s.metrics = fields[1]
	case "enter":
		return true
	}
	return false
}

// logins lets people in, some at a time, and returns when each of them sees that they are in.
func (s *server) logins(ctx context.Context, people []*person, z size, keep bool) ([]*client, error) {
	const atOnce = 16
	clients := make([]*client, len(people))
	errs := make([]error, len(people))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(atOnce, len(people)) {
		wg.Go(func() {
			for i := range next {
				clients[i], errs[i] = s.login(ctx, people[i], z, keep)
			}
		})
	}
	for i := range people {
		next <- i
	}
	close(next)
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		hangUp(clients)
		return nil, err
	}
	return clients, nil
}

func (s *server) login(ctx context.Context, p *person, z size, keep bool) (*client, error) {
	c, err := dial(ctx, s, p, z, keep)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, loginTime, errors.New("no greeting within a minute"))
	defer cancel()
	if err := c.await(ctx, 0, s.ready); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func hangUp(clients []*client) {
	for _, c := range clients {
		if c != nil {
			c.close()
		}
	}
}
