package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// patience is how long a script waits for something to appear. It is long
// because CI machines are slow, and costs nothing when the thing is there.
const patience = 20 * time.Second

// world is what the verbs of one script share.
type world struct {
	server *exec.Cmd
	exited chan struct{} // closed when server has been waited for
	log    *os.File
	socket string // tmux server of this script
	terms  map[string]bool
}

func setupScript(env *testscript.Env) error {
	w := &world{socket: "parley-" + strconv.Itoa(os.Getpid()) + "-" + filepath.Base(env.WorkDir), terms: map[string]bool{}}
	env.Values[worldKey{}] = w
	ports := []string{"SSH_PORT", "ECHO_PORT", "CHAT_PORT", "METRICS_PORT"}
	for _, name := range ports {
		port, err := freePort()
		if err != nil {
			return err
		}
		env.Setenv(name, port)
	}
	env.Setenv("HOME", env.WorkDir)
	env.Setenv("TERM", "xterm-256color")
	env.Setenv("LC_ALL", "C.UTF-8")
	env.Defer(w.close)
	return os.WriteFile(filepath.Join(env.WorkDir, "ssh_config"), []byte(sshConfig(env)), 0o600)
}

func sshConfig(env *testscript.Env) string {
	return fmt.Sprintf(`Host *
  HostName 127.0.0.1
  Port %s
  StrictHostKeyChecking no
  UserKnownHostsFile %s/known_hosts
  IdentitiesOnly yes
  IdentityAgent none
  LogLevel ERROR
  ConnectTimeout 15
`, env.Getenv("SSH_PORT"), env.WorkDir)
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

type worldKey struct{}

func worldOf(ts *testscript.TestScript) *world { return ts.Value(worldKey{}).(*world) }

func (w *world) close() {
	_ = exec.Command("tmux", "-L", w.socket, "kill-server").Run()
	if w.server != nil {
		_ = w.server.Process.Kill()
		<-w.exited
	}
	if w.log != nil {
		_ = w.log.Close()
	}
}

// cmdServer is: server start [ARGS…] | term [STATUS] | kill | hup | wait STATUS
func cmdServer(ts *testscript.TestScript, neg bool, args []string) {
	w := worldOf(ts)
	if neg || len(args) == 0 {
		ts.Fatalf("usage: server start|term|kill|hup")
	}
	switch args[0] {
	case "start":
		w.start(ts, args[1:])
	case "term":
		w.stop(ts, syscall.SIGTERM)
		if code := w.server.ProcessState.ExitCode(); code != 0 {
			ts.Fatalf("the server ended with status %d after SIGTERM:\n%s", code, ts.ReadFile("server.log"))
		}
		w.server = nil
	case "kill":
		w.stop(ts, syscall.SIGKILL)
		w.server = nil
	case "hup":
		ts.Check(w.server.Process.Signal(syscall.SIGHUP))
	default:
		ts.Fatalf("server: unknown verb %s", args[0])
	}
}

func (w *world) start(ts *testscript.TestScript, args []string) {
	if _, err := os.Stat(ts.MkAbs("config.yaml")); err != nil {
		ts.Check(os.WriteFile(ts.MkAbs("config.yaml"), nil, 0o600))
	}
	w.ports(ts)
	log, err := os.OpenFile(ts.MkAbs("server.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	ts.Check(err)
	w.log = log
	self, err := exec.LookPath("parley")
	if err != nil {
		self = filepath.Join(filepath.SplitList(ts.Getenv("PATH"))[0], "parley")
	}
	w.server = exec.Command(self, args...)
	w.server.Dir = ts.MkAbs(".")
	w.server.Env = []string{"HOME=" + ts.Getenv("HOME"), "PATH=" + ts.Getenv("PATH"), "TMPDIR=" + ts.Getenv("TMPDIR")}
	w.server.Stdout, w.server.Stderr = log, log
	ts.Check(w.server.Start())
	w.exited = make(chan struct{})
	go func(cmd *exec.Cmd, exited chan struct{}) {
		_ = cmd.Wait() // the status is read from ProcessState
		close(exited)
	}(w.server, w.exited)
	until(ts, "the server to listen:\n", func() (bool, string) {
		select {
		case <-w.exited:
			ts.Fatalf("the server ended at its start:\n%s", ts.ReadFile("server.log"))
		default:
		}
		c, err := net.Dial("tcp", "127.0.0.1:"+ts.Getenv("SSH_PORT"))
		if err != nil {
			return false, ts.ReadFile("server.log")
		}
		_ = c.Close()
		return true, ""
	})
}

// ports gives each listener that the script's config does not mention a free port.
func (w *world) ports(ts *testscript.TestScript) {
	data := ts.ReadFile("config.yaml")
	if strings.Contains(data, "# ports") {
		return
	}
	add := "\n# ports\n"
	for _, l := range []struct{ section, key, port string }{
		{"ssh", "listen", "SSH_PORT"}, {"tcp", "echo", "ECHO_PORT"}, {"metrics", "listen", "METRICS_PORT"},
	} {
		if !strings.Contains(data, "\n"+l.section+":") && !strings.HasPrefix(data, l.section+":") {
			add += fmt.Sprintf("%s: {%s: \"127.0.0.1:%s\"}\n", l.section, l.key, ts.Getenv(l.port))
		}
	}
	data = os.Expand(data, func(name string) string { return ts.Getenv(name) })
	ts.Check(os.WriteFile(ts.MkAbs("config.yaml"), []byte(data+add), 0o600))
}

func (w *world) stop(ts *testscript.TestScript, sig syscall.Signal) {
	if w.server == nil {
		ts.Fatalf("the server does not run")
	}
	ts.Check(w.server.Process.Signal(sig))
	select {
	case <-w.exited:
	case <-time.After(10 * time.Second):
		ts.Fatalf("the server still runs 10 s after %v:\n%s", sig, ts.ReadFile("server.log"))
	}
}

// cmdKey makes a key: key NAME [TYPE [BITS]] writes NAME and NAME.pub into keys-of/.
func cmdKey(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: key NAME [TYPE [BITS]]")
	}
	ts.Check(os.MkdirAll(ts.MkAbs("id"), 0o700))
	argv := []string{"-q", "-N", "", "-C", args[0] + "@test", "-f", ts.MkAbs("id/" + args[0])}
	if len(args) > 1 {
		argv = append(argv, "-t", args[1])
	} else {
		argv = append(argv, "-t", "ed25519")
	}
	if len(args) > 2 {
		argv = append(argv, "-b", args[2])
	}
	out, err := exec.Command("ssh-keygen", argv...).CombinedOutput()
	if err != nil {
		ts.Fatalf("ssh-keygen: %v: %s", err, out)
	}
}

// cmdAdmit makes keys where there are none and drops them into the server's
// folder: admit alice bob@phone
func cmdAdmit(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(os.MkdirAll(ts.MkAbs("keys"), 0o755))
	for _, name := range args {
		if _, err := os.Stat(ts.MkAbs("id/" + name)); err != nil {
			cmdKey(ts, false, []string{name})
		}
		pub := ts.ReadFile("id/" + name + ".pub")
		ts.Check(os.WriteFile(ts.MkAbs("keys/"+name+".pub"), []byte(pub), 0o644))
	}
}

// sshArgs is the command line for somebody's ssh.
func sshArgs(ts *testscript.TestScript, name string) []string {
	user, _, _ := strings.Cut(name, "@")
	argv := []string{"-F", ts.MkAbs("ssh_config"), "-l", user}
	if _, err := os.Stat(ts.MkAbs("id/" + name)); err == nil {
		argv = append(argv, "-i", ts.MkAbs("id/"+name))
	}
	return argv
}

// cmdAs runs ssh as somebody: as alice [<FILE] [SSH OPTIONS] parley [COMMAND…].
// The output can be checked with stdout and stderr.
func cmdAs(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: as NAME [<FILE] [OPTIONS] HOST [COMMAND…]")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	name, rest := args[0], args[1:]
	var stdin []byte
	if file, ok := strings.CutPrefix(rest[0], "<"); ok {
		stdin, rest = []byte(ts.ReadFile(file)), rest[1:]
	}
	cmd := exec.CommandContext(ctx, "ssh", append(sshArgs(ts, name), rest...)...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Stdin = bytes.NewReader(stdin)
	cmd.Stdout, cmd.Stderr = ts.Stdout(), ts.Stderr()
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		ts.Fatalf("ssh was still running after %v", 2*patience)
	case err != nil && !errors.As(err, &exit):
		ts.Fatalf("ssh: %v", err)
	case err != nil && !neg:
		ts.Fatalf("ssh ended with status %d", exit.ExitCode())
	case err == nil && neg:
		ts.Fatalf("ssh succeeded, and should not have")
	}
}

// cmdTerm opens a terminal in tmux: term T1 80x24 alice [SSH OPTIONS]
func cmdTerm(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: term TERM COLSxROWS NAME [OPTIONS]")
	}
	cols, rows, ok := strings.Cut(args[1], "x")
	if !ok {
		ts.Fatalf("%s is not COLSxROWS", args[1])
	}
	w := worldOf(ts)
	command := append([]string{"ssh"}, sshArgs(ts, args[2])...)
	command = append(append(command, args[3:]...), "-t", "parley")
	for i, a := range command {
		command[i] = "'" + strings.ReplaceAll(a, "'", `'\''`) + "'"
	}
	w.tmux(ts, "-f", "/dev/null", "new-session", "-d", "-s", args[0], "-x", cols, "-y", rows,
		"TERM=xterm-256color LC_ALL=C.UTF-8 "+strings.Join(command, " ")+`; echo "[ended $?]"; sleep 600`)
	w.tmux(ts, "set-option", "-g", "status", "off")
	w.tmux(ts, "resize-window", "-t", args[0], "-x", cols, "-y", rows)
	w.terms[args[0]] = true
}

func (w *world) tmux(ts *testscript.TestScript, args ...string) string {
	cmd := exec.Command("tmux", append([]string{"-u", "-L", w.socket}, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "HOME="+ts.MkAbs("."))
	out, err := cmd.CombinedOutput()
	if err != nil {
		ts.Fatalf("tmux %v: %v: %s", args, err, out)
	}
	return string(out)
}

// cmdType types text, without Enter: type T1 hello world
func cmdType(ts *testscript.TestScript, neg bool, args []string) {
	worldOf(ts).tmux(ts, "send-keys", "-t", args[0], "-l", strings.Join(args[1:], " "))
}

// cmdPress presses keys by their tmux names: press T1 Enter M-a C-g
func cmdPress(ts *testscript.TestScript, neg bool, args []string) {
	worldOf(ts).tmux(ts, append([]string{"send-keys", "-t", args[0]}, args[1:]...)...)
}

// cmdPaste pastes a file as a terminal does, bracketed: paste T1 FILE
func cmdPaste(ts *testscript.TestScript, neg bool, args []string) {
	w := worldOf(ts)
	w.tmux(ts, "load-buffer", "-b", "paste", ts.MkAbs(args[1]))
	w.tmux(ts, "paste-buffer", "-p", "-r", "-b", "paste", "-t", args[0])
}

func (w *world) screen(ts *testscript.TestScript, term string) string {
	return w.tmux(ts, "capture-pane", "-p", "-t", term)
}

// cmdSee waits until the screen matches a regular expression: see T1 'hello'
func cmdSee(ts *testscript.TestScript, neg bool, args []string) {
	w := worldOf(ts)
	re, err := regexp.Compile("(?m)" + strings.Join(args[1:], " "))
	ts.Check(err)
	until(ts, fmt.Sprintf("%s to show %q; it shows\n", args[0], re), func() (bool, string) {
		s := w.screen(ts, args[0])
		return re.MatchString(s) != neg, s
	})
}

// cmdUnseen checks that the screen does not match now: unseen T1 'hello'
func cmdUnseen(ts *testscript.TestScript, neg bool, args []string) {
	s := worldOf(ts).screen(ts, args[0])
	if regexp.MustCompile("(?m)" + strings.Join(args[1:], " ")).MatchString(s) {
		ts.Fatalf("%s shows what it should not:\n%s", args[0], s)
	}
}

// cmdResize changes the size of a terminal: resize T1 120x40
func cmdResize(ts *testscript.TestScript, neg bool, args []string) {
	cols, rows, _ := strings.Cut(args[1], "x")
	worldOf(ts).tmux(ts, "resize-window", "-t", args[0], "-x", cols, "-y", rows)
}

// cmdHangup closes a terminal as a dropped link does: hangup T1
func cmdHangup(ts *testscript.TestScript, neg bool, args []string) {
	worldOf(ts).tmux(ts, "kill-session", "-t", args[0])
}

// cmdEnded waits until the ssh in a terminal has ended: ended T1
func cmdEnded(ts *testscript.TestScript, neg bool, args []string) {
	cmdSee(ts, false, []string{args[0], `\[ended `})
}

// cmdUntil runs a command of the script's world until its output matches:
// until REGEXP COMMAND ARGS…
func cmdUntil(ts *testscript.TestScript, neg bool, args []string) {
	re := regexp.MustCompile("(?m)" + args[0])
	until(ts, fmt.Sprintf("%v to print %q; it prints\n", args[1:], args[0]), func() (bool, string) {
		cmd := exec.Command(args[1], args[2:]...)
		cmd.Dir = ts.MkAbs(".")
		out, _ := cmd.CombinedOutput() // a failing command is tried again
		return re.Match(out), string(out)
	})
}

// cmdRepeat writes a file of numbered lines: repeat COUNT 'line %d' FILE
func cmdRepeat(ts *testscript.TestScript, neg bool, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	var b strings.Builder
	for i := 1; i <= n; i++ {
		b.WriteString(strings.ReplaceAll(args[1], "%d", strconv.Itoa(i)) + "\n")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(b.String()), 0o600))
}

// until polls a condition; what it last saw is in the failure.
func until(ts *testscript.TestScript, what string, ok func() (bool, string)) {
	deadline := time.Now().Add(patience)
	for {
		done, saw := ok()
		if done {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("waited %v for %s%s", patience, what, saw)
		}
		time.Sleep(50 * time.Millisecond)
	}
}
