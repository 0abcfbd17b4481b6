package main

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"parley/wire"
)

// site is a server for browsers: its ports stay the same when it is started again.
type site struct {
	*home
	server   *running
	sshPort  string
	webPort  string
	metrics  string
	careless bool // what browsers say went wrong is expected
}

// sitePorts gives each site ports of its own; several run at once.
var sitePorts ports

// newSite makes a server's folder, with keys of people. more is added to the config.
func newSite(t *testing.T, more string, people ...string) *site {
	t.Helper()
	s := &site{home: newHome(t, "")}
	for _, port := range []*string{&s.sshPort, &s.webPort, &s.metrics} {
		var err error
		if *port, err = sitePorts.take(); err != nil {
			t.Fatal(err)
		}
	}
	conf := fmt.Sprintf("ssh: {listen: \"127.0.0.1:%s\"}\ntcp: {echo: \"\"}\nmetrics: {listen: \"127.0.0.1:%s\"}\nweb: {listen: \"127.0.0.1:%s\"}\n%s", s.sshPort, s.metrics, s.webPort, more)
	if err := os.WriteFile(s.config(), []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range people {
		s.person(name)
	}
	return s
}

// newRoom is a site that has begun, with the room #ops, which the first of the people has made and the others are in.
func newRoom(t *testing.T, people ...string) *site {
	t.Helper()
	s := newSite(t, "", people...)
	s.begin()
	s.ssh(people[0], "create", "#ops")
	for _, name := range people[1:] {
		s.ssh(name, "join", "#ops")
	}
	return s
}

func (s *site) url(path string) string { return "http://127.0.0.1:" + s.webPort + path }

// begin starts the server, also after it was killed.
func (s *site) begin() {
	s.t.Helper()
	s.server = s.start()
}

// person makes a key, in id/, and lets it in.
func (s *site) person(name string) {
	s.t.Helper()
	pub, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	block, err := gossh.MarshalPrivateKey(key, name)
	if err != nil {
		s.t.Fatal(err)
	}
	line, err := gossh.NewPublicKey(pub)
	if err != nil {
		s.t.Fatal(err)
	}
	for path, data := range map[string][]byte{"id/" + name: pem.EncodeToMemory(block), "keys/" + name + ".pub": gossh.MarshalAuthorizedKey(line)} {
		path = filepath.Join(s.dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			s.t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
}

// args is the command line of somebody's ssh.
func (s *site) args(who string) []string {
	return []string{"-F", "none", "-p", s.sshPort, "-l", who, "-i", filepath.Join(s.dir, "id", who), "-o", "StrictHostKeyChecking=no",
		"-o", "UserKnownHostsFile=" + filepath.Join(s.dir, "known_hosts"), "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none", "-o", "LogLevel=ERROR", "127.0.0.1"}
}

// ssh runs a command as somebody, with the ssh that everybody has, and returns what it prints.
func (s *site) ssh(who string, command ...string) string {
	s.t.Helper()
	return s.pipe(who, "", command...)
}

// pipe is ssh with something on its standard input.
func (s *site) pipe(who, in string, command ...string) string {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "ssh", append(s.args(who), command...)...)
	cmd.Stdin = strings.NewReader(in)
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("%s: ssh %q: %v\n%s", who, command, err, out)
	}
	return string(out)
}

// login lets a page in as somebody, by the code that it shows and the ssh that everybody has.
func (p *page) login(who string) {
	p.t.Helper()
	p.until("it shows a code", codeShown+" !== ''")
	var code string
	p.eval(codeShown, &code)
	p.site.ssh(who, "login", code, "--yes")
	p.until("it is in", inside)
}

const (
	// codeShown is the code of the login, inside whether somebody is in.
	codeShown = "document.querySelector('#login:not([hidden]) .code')?.textContent || ''"
	inside    = "document.querySelector('#app:not([hidden]) textarea') && document.querySelector('#login').hidden"
)

// enter is a page of somebody who is in.
func (s *site) enter(who, path string, width, height int64) *page {
	s.t.Helper()
	p := s.open(who, path, width, height)
	p.login(who)
	return p
}

// terminal is somebody's ssh in tmux.
type terminal struct {
	s      *site
	socket string
}

// terminal opens the chat view of somebody.
func (s *site) terminal(who string, cols, rows int) *terminal {
	s.t.Helper()
	term := &terminal{s: s, socket: filepath.Join(s.dir, "tmux."+who)}
	conf := filepath.Join(s.dir, "tmux.conf")
	if err := os.WriteFile(conf, []byte(tmuxConfig), 0o600); err != nil {
		s.t.Fatal(err)
	}
	line := "TERM=xterm-256color LC_ALL=C.UTF-8 ssh"
	for _, a := range append([]string{"-t"}, s.args(who)...) {
		line += " '" + a + "'"
	}
	term.run("-f", conf, "new-session", "-d", "-s", "t", "-x", fmt.Sprint(cols), "-y", fmt.Sprint(rows), line)
	s.t.Cleanup(func() { _ = exec.Command("tmux", "-S", term.socket, "kill-server").Run() })
	return term
}

func (t *terminal) run(args ...string) string {
	t.s.t.Helper()
	cmd := exec.Command("tmux", append([]string{"-u", "-S", t.socket}, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "SHELL=/bin/sh", "HOME="+t.s.dir)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.s.t.Fatalf("tmux %q: %v: %s", args, err, out)
	}
	return string(out)
}

// say types a line and Enter.
func (t *terminal) say(line string) {
	t.s.t.Helper()
	t.run("send-keys", "-t", "t", "-l", line)
	t.run("send-keys", "-t", "t", "Enter")
}

// see waits until the screen matches.
func (t *terminal) see(expression string) {
	t.s.t.Helper()
	re := regexp.MustCompile("(?m)" + expression)
	eventually(t.s.t, "the terminal shows "+expression, func() (bool, string) {
		screen := t.run("capture-pane", "-p", "-t", "t")
		return re.MatchString(screen), screen
	})
}

// metric is the value of a metric of the server, 0 where it has none of that name.
func (s *site) metric(name string) (value float64) {
	s.t.Helper()
	client := http.Client{Timeout: patience}
	defer client.CloseIdleConnections()
	resp, err := client.Get("http://127.0.0.1:" + s.metrics + "/metrics")
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	for line := range strings.Lines(string(body)) {
		if rest, ok := strings.CutPrefix(line, name+" "); ok {
			if _, err := fmt.Sscan(rest, &value); err != nil {
				s.t.Fatal(err)
			}
		}
	}
	return value
}

// took logs how long something took.
func (s *site) took(what string, since time.Time) {
	s.t.Helper()
	s.t.Logf("%s took %v", what, time.Since(since).Round(time.Millisecond))
}

// talk is a conversation of somebody over ssh, in JSON lines.
type talk struct {
	s     *site
	in    io.WriteCloser
	lines *bufio.Scanner
	ids   int
}

// converse begins one in rooms.
func (s *site) converse(who string, rooms ...string) *talk {
	s.t.Helper()
	args := append(s.args(who), "attach", "--json")
	for _, room := range rooms {
		args = append(args, room)
	}
	cmd := exec.Command("ssh", args...)
	in, err := cmd.StdinPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	t := &talk{s: s, in: in, lines: bufio.NewScanner(out)}
	t.lines.Buffer(nil, 1<<20)
	s.t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	})
	t.next(`"type":"hello"`)
	return t
}

// send writes a line.
func (t *talk) send(line string) {
	t.s.t.Helper()
	if _, err := io.WriteString(t.in, line+"\n"); err != nil {
		t.s.t.Fatal(err)
	}
}

// next is the next line that holds words.
func (t *talk) next(words string) string {
	t.s.t.Helper()
	for t.lines.Scan() {
		if strings.Contains(t.lines.Text(), words) {
			return t.lines.Text()
		}
	}
	t.s.t.Fatalf("the conversation ended before a line with %s: %v", words, t.lines.Err())
	return ""
}

// run runs a command and returns its answer.
func (t *talk) run(command, args, body string) wire.Answer {
	t.s.t.Helper()
	t.ids++
	line, err := json.Marshal(map[string]any{"id": t.ids, "command": command, "args": args, "body": body, "yes": true})
	if err != nil {
		t.s.t.Fatal(err)
	}
	t.send(string(line))
	var a wire.Answer
	if err := json.Unmarshal([]byte(t.next(fmt.Sprintf(`{"type":"answer","id":%d,`, t.ids))), &a); err != nil {
		t.s.t.Fatal(err)
	}
	return a
}

// does is run for a command that has to succeed.
func (t *talk) does(command, args, body string) wire.Answer {
	t.s.t.Helper()
	a := t.run(command, args, body)
	if !a.OK {
		t.s.t.Fatalf("%s %s %q is refused: %+v", command, args, body, a.Error)
	}
	return a
}
