package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"parley/rooms"
	"parley/rooms/sqlite"
	"parley/text"
)

// ports gives each script ports of its own. Those that the kernel gives to
// outgoing connections are not among them, so nobody else takes one between
// two starts of a server.
type ports struct {
	mu   sync.Mutex
	next int
}

func (p *ports) take() (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	const first, last = 15_000, 32_000
	if p.next == 0 {
		p.next = first + os.Getpid()%1000*16 // two test runs at once rarely meet
	}
	for range last - first {
		if p.next++; p.next >= last {
			p.next = first
		}
		l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(p.next))
		if err == nil {
			return strconv.Itoa(p.next), l.Close()
		}
	}
	return "", fmt.Errorf("no port from %d to %d is free", first, last)
}

func setupScript(t *testing.T, env *testscript.Env, free *ports) error {
	w := &world{tmux: filepath.Join(env.WorkDir, "tmux.socket"), patience: patience}
	repo, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		return err
	}
	cache := os.Getenv("GOCACHE")
	if users, err := os.UserCacheDir(); cache == "" && err == nil {
		cache = filepath.Join(users, "go-build")
	}
	env.Values[worldKey{}] = w
	for _, name := range []string{"SSH_PORT", "ECHO_PORT", "CHAT_PORT", "METRICS_PORT", "WEB_PORT", "SINK_PORT"} {
		port, err := free.take()
		if err != nil {
			return err
		}
		env.Setenv(name, port)
	}
	env.Setenv("REPO", repo)
	env.Setenv("GOCACHE", cache) // for examples, which a script builds
	env.Setenv("HOME", env.WorkDir)
	env.Setenv("TERM", "xterm-256color")
	env.Setenv("LC_ALL", "C.UTF-8")
	env.Defer(func() {
		w.close()
		w.inspect(t, filepath.Join(env.WorkDir, "server.log"))
	})
	return os.WriteFile(filepath.Join(env.WorkDir, "ssh_config"), []byte(sshConfig(env)), 0o600)
}

// inspect looks for what no script may lead to, whatever else it shows.
func (w *world) inspect(t *testing.T, log string) {
	data, err := os.ReadFile(log)
	if err != nil {
		return // the script started no server
	}
	for line := range bytes.Lines(data) {
		if bytes.Contains(line, []byte("panic")) || bytes.Contains(line, []byte("DATA RACE")) || bytes.Contains(line, []byte("fatal error")) {
			t.Errorf("%s: %s", filepath.Base(filepath.Dir(log)), line)
		}
	}
}

// process is a running server.
type process struct {
	cmd    *exec.Cmd
	exited chan struct{} // closed when it has been waited for
	log    string        // path of the file that gathers what it prints, over all starts
}

// tail is the end of the log, for failures; also of a nil process.
func (p *process) tail() string {
	if p == nil {
		return ""
	}
	data, _ := os.ReadFile(p.log) // a failure without it is still a failure
	lines := strings.SplitAfter(string(data), "\n")
	return "[server.log]\n" + strings.Join(lines[max(0, len(lines)-30):], "")
}

// cmdServer is: server start [ARGS…] | term | kill | hup | cramp KIB | uncramp
func cmdServer(ts *testscript.TestScript, neg bool, args []string) {
	w := worldOf(ts)
	if neg || len(args) == 0 {
		ts.Fatalf("usage: server start|term|kill|hup|cramp|uncramp")
	}
	if args[0] != "start" && w.server == nil {
		ts.Fatalf("the server does not run")
	}
	switch args[0] {
	case "start":
		w.start(ts, args[1:])
	case "term":
		w.stop(ts, syscall.SIGTERM)
	case "kill":
		w.stop(ts, syscall.SIGKILL)
	case "hup":
		ts.Check(w.server.cmd.Process.Signal(syscall.SIGHUP))
	case "cramp":
		kib, err := strconv.Atoi(args[1])
		ts.Check(err)
		w.limitFiles(ts, strconv.Itoa(kib<<10))
	case "uncramp":
		w.limitFiles(ts, "unlimited")
	default:
		ts.Fatalf("server: unknown verb %s", args[0])
	}
}

func (w *world) start(ts *testscript.TestScript, args []string) {
	if w.server != nil {
		ts.Fatalf("the server runs already")
	}
	if _, err := os.Stat(ts.MkAbs("config.yaml")); err != nil {
		ts.Check(os.WriteFile(ts.MkAbs("config.yaml"), nil, 0o600))
	}
	listen(ts)
	log, err := os.OpenFile(ts.MkAbs("server.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	ts.Check(err)
	before, err := log.Seek(0, io.SeekEnd)
	ts.Check(err)
	p := &process{cmd: exec.Command(program(ts), args...), exited: make(chan struct{}), log: log.Name()}
	p.cmd.Dir = ts.MkAbs(".")
	p.cmd.Env = []string{"HOME=" + ts.Getenv("HOME"), "PATH=" + ts.Getenv("PATH"), "TMPDIR=" + ts.Getenv("TMPDIR")}
	both := struct{ io.Writer }{log} // through a pipe: the log is not the server's own file, so "cramp" spares it
	p.cmd.Stdout, p.cmd.Stderr = both, both
	ts.Check(p.cmd.Start())
	w.server = p
	go func() {
		_ = p.cmd.Wait() // the status is read from ProcessState
		_ = log.Close()
		close(p.exited)
	}()
	until(ts, "the server to listen\n", func() (bool, string) {
		select {
		case <-p.exited:
			ts.Fatalf("the server ended at its start\n%s", p.tail())
		default:
		}
		// the greeting comes when every port is open
		said, err := os.ReadFile(log.Name())
		return err == nil && bytes.Contains(said[min(before, int64(len(said))):], []byte("\n  enter with ")), string(said)
	})
}

// program is the path of the program under test.
func program(ts *testscript.TestScript) string {
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		path := filepath.Join(dir, "parley")
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	ts.Fatalf("there is no parley in the script's PATH")
	return ""
}

// listen gives each listener that the script's config does not mention a port
// of the script, and puts $SSH_PORT and the like in where the config has them.
func listen(ts *testscript.TestScript) {
	data := ts.ReadFile("config.yaml")
	add := ""
	for _, l := range []struct{ section, key, port string }{
		{"ssh", "listen", "SSH_PORT"}, {"tcp", "echo", "ECHO_PORT"}, {"metrics", "listen", "METRICS_PORT"}, {"web", "listen", "WEB_PORT"},
	} {
		if !strings.HasPrefix(data, l.section+":") && !strings.Contains(data, "\n"+l.section+":") {
			add += fmt.Sprintf("%s: {%s: \"127.0.0.1:%s\"}\n", l.section, l.key, ts.Getenv(l.port))
		}
	}
	data = os.Expand(data, func(name string) string { return ts.Getenv(name) })
	ts.Check(os.WriteFile(ts.MkAbs("config.yaml"), []byte(data+add), 0o600))
}

// stop sends a signal and waits for the end. After SIGTERM it has to come
// within five seconds and with status 0, whatever the clients do.
func (w *world) stop(ts *testscript.TestScript, sig syscall.Signal) {
	const limit = 5 * time.Second
	p := w.server
	w.server = nil
	began := time.Now()
	ts.Check(p.cmd.Process.Signal(sig))
	select {
	case <-p.exited:
	case <-time.After(limit):
		_ = p.cmd.Process.Kill()
		<-p.exited
		ts.Fatalf("the server still ran %v after %v\n%s", limit, sig, p.tail())
	}
	if code := p.cmd.ProcessState.ExitCode(); sig == syscall.SIGTERM && code != 0 {
		ts.Fatalf("the server ended with status %d after SIGTERM\n%s", code, p.tail())
	}
	ts.Logf("the server ended after %v", time.Since(began).Round(time.Millisecond))
}

// limitFiles bounds how long the server's files may grow, in bytes: what a
// full disk is to a process.
func (w *world) limitFiles(ts *testscript.TestScript, bytes string) {
	out, err := exec.Command("prlimit", "--pid", strconv.Itoa(w.server.cmd.Process.Pid), "--fsize="+bytes+":unlimited").CombinedOutput()
	if err != nil {
		ts.Fatalf("prlimit: %v: %s", err, out)
	}
}

// cmdSeed fills a room before the server's first start, a message a minute up
// to now: seed '#room' COUNT NAME 'text %d' [BYTES]. With BYTES each is filled
// up to that size.
func cmdSeed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 {
		ts.Fatalf("usage: seed #room COUNT NAME TEXT [BYTES]")
	}
	words := args[3]
	if len(args) > 4 {
		bytes, err := strconv.Atoi(args[4])
		ts.Check(err)
		words += strings.Repeat(" and more", bytes/len(" and more"))
	}
	count, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(seed(ts.MkAbs("data/parley.db"), args[0], count, args[2], words))
}

// seed fills a room of a database that no server has open: a message a minute up to now, each of words with its number for %d.
func seed(path, label string, count int, author, words string) error {
	ctx := context.Background()
	store, err := sqlite.Open(ctx, path)
	if err != nil {
		return err
	}
	defer store.Close()
	room, err := text.ParseRoomName(label)
	if err != nil {
		return err
	}
	who, err := text.ParseName(author)
	if err != nil {
		return err
	}
	at := time.Now().UTC().Truncate(time.Minute).Add(-time.Duration(count) * time.Minute)
	made, err := store.Append(ctx, []rooms.Entry{{Type: rooms.Create, Author: who, Time: at, New: rooms.Room{Name: room, Kind: rooms.Public}}})
	if err == nil {
		err = made[0].Err
	}
	var batch []rooms.Entry
	for i := 1; i <= count && err == nil; i++ {
		batch = append(batch, rooms.Entry{
			Room: made[0].Room.ID, Type: rooms.Message, Author: who, Time: at.Add(time.Duration(i) * time.Minute),
			Text: text.NewBody(strings.ReplaceAll(words, "%d", strconv.Itoa(i))),
		})
		if len(batch) < 500 && i < count {
			continue
		}
		var results []rooms.Result
		results, err = store.Append(ctx, batch)
		for _, r := range results {
			err = errors.Join(err, r.Err)
		}
		batch = batch[:0]
	}
	return err
}

// cmdLock keeps the server's database locked, as another program might, until unlock.
func cmdLock(ts *testscript.TestScript, neg bool, args []string) {
	db, err := sql.Open("sqlite", ts.MkAbs("data/parley.db"))
	ts.Check(err)
	conn, err := db.Conn(context.Background())
	ts.Check(err)
	until(ts, "the database to be locked\n", func() (bool, string) { // the server may be at a commit
		_, err := conn.ExecContext(context.Background(), "BEGIN EXCLUSIVE")
		return err == nil, fmt.Sprint(err)
	})
	worldOf(ts).locked = func() error {
		_, err := conn.ExecContext(context.Background(), "ROLLBACK")
		_ = conn.Close()
		_ = db.Close()
		return err
	}
}

func cmdUnlock(ts *testscript.TestScript, neg bool, args []string) {
	w := worldOf(ts)
	ts.Check(w.locked())
	w.locked = nil
}

// cmdHTTP asks the listener for monitoring: http /livez [STATUS]. The body is
// the stdout of the script; the status has to be 200 if none is given.
func cmdHTTP(ts *testscript.TestScript, neg bool, args []string) {
	want := http.StatusOK
	if len(args) > 1 {
		var err error
		want, err = strconv.Atoi(args[1])
		ts.Check(err)
	}
	var status int
	var body []byte
	until(ts, "an answer of the listener for monitoring\n", func() (bool, string) { // which may listen later than ssh
		var err error
		if status, body, err = ask(ts, args[0]); err != nil {
			return false, err.Error()
		}
		return true, ""
	})
	if status != want {
		ts.Fatalf("%s answers with status %d: %s", args[0], status, body)
	}
	_, err := ts.Stdout().Write(body)
	ts.Check(err)
}

// ask is one GET of the listener for monitoring.
func ask(ts *testscript.TestScript, path string) (status int, body []byte, err error) {
	client := http.Client{Timeout: patience}
	defer client.CloseIdleConnections()
	resp, err := client.Get("http://127.0.0.1:" + ts.Getenv("METRICS_PORT") + path)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(resp.Body)
	return resp.StatusCode, body, err
}
