package main

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// tmuxConfig gives each session the whole terminal, and lets tmux outlive its last one.
const tmuxConfig = `set-option -g status off
set-option -s exit-empty off
set-option -s set-clipboard on
`

// cmdTerm opens a terminal in tmux and runs ssh in it:
// term T1 80x24 WHO [SSH OPTIONS]
func cmdTerm(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: term TERM COLSxROWS WHO [OPTIONS]")
	}
	cols, rows := size(ts, args[1])
	w := worldOf(ts)
	command := append([]string{"ssh"}, sshArgs(ts, args[2])...)
	command = append(append(command, args[3:]...), "-t", "parley")
	for i, a := range command {
		command[i] = "'" + strings.ReplaceAll(a, "'", `'\''`) + "'"
	}
	conf := ts.MkAbs("tmux.conf")
	ts.Check(os.WriteFile(conf, []byte(tmuxConfig), 0o600))
	w.run(ts, "-f", conf, "new-session", "-d", "-s", args[0], "-x", cols, "-y", rows,
		"TERM=xterm-256color LC_ALL=C.UTF-8 "+strings.Join(command, " ")+`; echo "[ended $?]"; sleep 600`)
	w.run(ts, "resize-window", "-t", args[0], "-x", cols, "-y", rows)
}

func size(ts *testscript.TestScript, s string) (cols, rows string) {
	cols, rows, ok := strings.Cut(s, "x")
	if !ok {
		ts.Fatalf("%s is not COLSxROWS", s)
	}
	return cols, rows
}

// run runs tmux.
func (w *world) run(ts *testscript.TestScript, args ...string) string {
	cmd := exec.Command("tmux", append([]string{"-u", "-S", w.tmux}, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "SHELL=/bin/sh", "HOME="+ts.MkAbs("."))
	cmd.Dir = ts.MkAbs(".")
	out, err := cmd.CombinedOutput()
	if err != nil {
		ts.Fatalf("tmux %v: %v: %s", args, err, out)
	}
	return string(out)
}

// cmdType types text, without Enter: type T1 hello world
func cmdType(ts *testscript.TestScript, neg bool, args []string) {
	worldOf(ts).run(ts, "send-keys", "-t", args[0], "-l", strings.Join(args[1:], " "))
}

// cmdPress presses keys by their tmux names: press T1 Enter M-a C-g; press T1 -N 20 PPage
func cmdPress(ts *testscript.TestScript, neg bool, args []string) {
	worldOf(ts).run(ts, append([]string{"send-keys", "-t", args[0]}, args[1:]...)...)
	if args[len(args)-1] == "Escape" {
		<-time.After(escapeTime)
	}
}

// escapeTime is how long nothing follows an Escape: what follows at once makes
// it an Alt key, on every terminal.
const escapeTime = 200 * time.Millisecond

// cmdPaste pastes a file as a terminal does, bracketed: paste T1 FILE
func cmdPaste(ts *testscript.TestScript, neg bool, args []string) {
	w := worldOf(ts)
	w.run(ts, "load-buffer", "-b", "paste", ts.MkAbs(args[1]))
	w.run(ts, "paste-buffer", "-p", "-r", "-b", "paste", "-t", args[0])
}

func (w *world) screen(ts *testscript.TestScript, term string) string {
	return w.run(ts, "capture-pane", "-p", "-t", term)
}

// cmdSee waits until the screen matches a regular expression, in which ^ and $
// are the ends of a row: see T1 'hello'. With ! it waits until it does not match.
func cmdSee(ts *testscript.TestScript, neg bool, args []string) {
	w := worldOf(ts)
	re, err := regexp.Compile("(?m)" + strings.Join(args[1:], " "))
	ts.Check(err)
	how := "to show"
	if neg {
		how = "not to show any more"
	}
	until(ts, fmt.Sprintf("%s %s %q; it shows\n", args[0], how, re), func() (bool, string) {
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
	cols, rows := size(ts, args[1])
	worldOf(ts).run(ts, "resize-window", "-t", args[0], "-x", cols, "-y", rows)
}

// ssh is the process of the ssh in a terminal: the only child of its shell.
func (w *world) ssh(ts *testscript.TestScript, term string) *os.Process {
	shell := strings.TrimSpace(w.run(ts, "display-message", "-p", "-t", term, "#{pane_pid}"))
	children, err := os.ReadFile("/proc/" + shell + "/task/" + shell + "/children")
	ts.Check(err)
	pid, err := strconv.Atoi(strings.TrimSpace(string(children)))
	ts.Check(err)
	p, err := os.FindProcess(pid)
	ts.Check(err)
	return p
}

// cmdFreeze suspends the ssh in a terminal: it takes nothing any more, and its connection stays.
func cmdFreeze(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(worldOf(ts).ssh(ts, args[0]).Signal(syscall.SIGSTOP))
}

// cmdThaw lets a frozen ssh go on.
func cmdThaw(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(worldOf(ts).ssh(ts, args[0]).Signal(syscall.SIGCONT))
}

// cmdHangup kills the ssh in a terminal without a word, as a link does that
// drops, and closes the terminal: hangup T1
func cmdHangup(ts *testscript.TestScript, neg bool, args []string) {
	w := worldOf(ts)
	ts.Check(w.ssh(ts, args[0]).Kill())
	w.run(ts, "kill-session", "-t", args[0])
}

// cmdEnded waits until the ssh in a terminal has ended: ended T1 [STATUS]
func cmdEnded(ts *testscript.TestScript, neg bool, args []string) {
	status := ""
	if len(args) > 1 {
		status = args[1] + `\]`
	}
	cmdSee(ts, neg, []string{args[0], `\[ended ` + status})
}
