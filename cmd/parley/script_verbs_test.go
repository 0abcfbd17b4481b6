package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// patience is how long a script waits for something to appear. It is long
// because CI machines are slow, and costs nothing when the thing is there.
const patience = 20 * time.Second

// world is what the verbs of one script share. It belongs to the goroutine
// that runs the script.
type world struct {
	server   *process
	tmux     string        // socket of this script's tmux
	patience time.Duration // shorter inside of within
	status   int           // exit status of the last "as"
	stuck    []*os.Process // suspended ssh without a terminal
	lost     []net.Conn    // ends of connections of which the server does not know that they are lost
	mounts   []string      // folders
	sink     *sink         // nil until the script starts it
	locked   func() error  // releases the database that the script has locked
}

type worldKey struct{}

func worldOf(ts *testscript.TestScript) *world { return ts.Value(worldKey{}).(*world) }

// close ends everything that a script has started.
func (w *world) close() {
	_ = exec.Command("tmux", "-S", w.tmux, "kill-server").Run() // there may be none
	_ = w.unmount()                                             // a server that has ended takes them along
	for _, c := range w.lost {
		_ = c.Close()
	}
	for _, p := range w.stuck {
		_ = p.Kill()
	}
	if w.sink != nil {
		_ = w.sink.server.Close()
	}
	if w.locked != nil {
		_ = w.locked()
	}
	if w.server != nil {
		_ = w.server.cmd.Process.Kill()
		<-w.server.exited
	}
}

// cmdUntil runs a command of the script's world until its output matches:
// until REGEXP COMMAND ARGS…, or, of the listener for monitoring: until REGEXP http PATH
func cmdUntil(ts *testscript.TestScript, neg bool, args []string) {
	re := regexp.MustCompile("(?m)" + args[0])
	until(ts, fmt.Sprintf("%v to print %q; it prints\n", args[1:], re), func() (bool, string) {
		if args[1] == "http" {
			_, body, err := ask(ts, args[2])
			return err == nil && re.Match(body) != neg, string(body)
		}
		cmd := exec.Command(named(ts, args[1]), args[2:]...)
		cmd.Dir = ts.MkAbs(".")
		out, _ := cmd.CombinedOutput() // a failing command is tried again
		return re.Match(out) != neg, string(out)
	})
}

// named is a command that client made, or one of the system's.
func named(ts *testscript.TestScript, command string) string {
	if own := ts.MkAbs("bin/" + command); !strings.Contains(command, "/") {
		if _, err := os.Stat(own); err == nil {
			return own
		}
	}
	return command
}

// cmdWithin is another verb that has to succeed in the time given, counted
// from here: within 2s see B 'revoked'
func cmdWithin(ts *testscript.TestScript, neg bool, args []string) {
	limit, err := time.ParseDuration(args[0])
	ts.Check(err)
	verbs := map[string]func(*testscript.TestScript, bool, []string){
		"see": cmdSee, "ended": cmdEnded, "until": cmdUntil, "as": cmdAs, "server": cmdServer,
	}
	verb, ok := verbs[args[1]]
	if !ok {
		ts.Fatalf("within cannot measure %s", args[1])
	}
	w, began := worldOf(ts), time.Now()
	w.patience = limit
	defer func() { w.patience = patience }()
	verb(ts, neg, args[2:])
	took := time.Since(began)
	if took > limit {
		ts.Fatalf("%v took %v", args[1:], took)
	}
	ts.Logf("took %v", took.Round(time.Millisecond))
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

// until polls a condition; what it last saw, and the end of the server's log,
// are in the failure.
func until(ts *testscript.TestScript, what string, ok func() (bool, string)) {
	w := worldOf(ts)
	deadline := time.Now().Add(w.patience)
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		done, saw := ok()
		if done {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("waited %v for %s%s\n%s", w.patience, what, saw, w.server.tail())
		}
		<-tick.C
	}
}
