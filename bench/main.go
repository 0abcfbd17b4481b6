// Bench measures Parley beside two other servers and prints one table.
//
//	go run ./bench [-quick] [-only REGEXP] [-json FILE]
//
// # Method
//
// Machines are noisy and differ, so that what counts are ratios within one
// run. Beside the real program, built for the run and started as its own process
// with its own folder, stand
//
//   - the floor: golang.org/x/crypto/ssh alone, with the algorithms and the type of host key that Parley has. It accepts a
//     terminal and writes each line that somebody enters to all sessions, by one writer each. It has no history,
//     no screen and no store: what it costs, ssh costs;
//   - the baseline: the same on github.com/gliderlabs/ssh;
//   - for the echo, the shortest server that bufio makes possible.
//
// All are driven by the same clients over loopback, in this process: x/crypto/ssh
// with a key each. Processor time and memory are the servers' alone, read from /proc. Servers take
// turns within a round, in another order every round; a value is the median of the rounds, a ratio the median of the
// rounds' ratios.
//
// In Parley each person is in 50 rooms, in a third of them with something unread, and the room in which something happens has
// 10,000 messages of a corpus in five languages, with threads, edits and reactions. (Of 10,000 sessions each is in that room alone.)
//
// Messages count as delivered when a terminal emulator shows them. Clients keep what arrives with the time at
// which it did; afterwards it is played into the emulator, which is looked at after every arrival. So the emulator
// takes no time from the servers while they are measured, and "Enter to paint" ends with the arrival that made the
// message visible. A message that is lost, doubled or out of order fails the run, as does a server that ends.
//
// The exit status is 1 when something was not delivered or could not be measured. A figure
// that does not hold is printed as "short" and does not change the status.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"syscall"
	"time"
)

// scale is how much is done.
type scale struct {
	short       bool // leave out what takes long
	rounds      int
	sample      int // clients who read everything again by scrolling back
	room        int // people in the room
	calmPosts   int
	burstEach   int // messages of each person
	logins      int
	idle        int // sessions
	idleFor     time.Duration
	gogc        []string // of the servers whose sessions are idle
	postBatches int
	echoFor     time.Duration // each load of each server in each round
	storm       int           // logins
	held        int           // sessions
	typists     int           // real ssh clients
	searched    int           // messages
	rooms       int           // of each person
	messages    int           // in the room where something happens, before it does
}

func fullScale() scale {
	return scale{
		rounds: 3, sample: 4, room: 200, calmPosts: 200, burstEach: 5, logins: 300, idle: 1000, idleFor: 30 * time.Second, gogc: []string{"10", "100"},
		postBatches: 6, echoFor: 500 * time.Millisecond, storm: 5000, held: 10_000, typists: 10, searched: 1_000_000,
		rooms: 50, messages: 10_000,
	}
}

func quickScale() scale {
	return scale{
		short: true, rounds: 1, sample: 2, room: 200, calmPosts: 20, burstEach: 5, logins: 60, idle: 500, idleFor: 5 * time.Second, gogc: []string{"10"},
		postBatches: 3, echoFor: 80 * time.Millisecond, searched: 20_000,
		rooms: 50, messages: 10_000,
	}
}

// group is figures that are measured together.
type group struct {
	name string
	long bool // only in the full run
	run  func(context.Context, *lab, *report) error
}

func groups() []group {
	return []group{
		{name: "idle", run: idle},
		{name: "follow", run: follow},
		{name: "socket", run: socket},
		{name: "calm", run: calm},
		{name: "burst", run: burst},
		{name: "login", run: login},
		{name: "posts", run: posts},
		{name: "search", run: searching},
		{name: "echo", run: echo},
		{name: "storm", run: storm, long: true},
		{name: "openssh", run: openSSH, long: true},
		{name: "held", run: held, long: true},
	}
}

func main() {
	beChild()
	quick := flag.Bool("quick", false, "one round of what can be measured within a minute")
	only := flag.String("only", "", "measure the groups whose name matches this `regexp`")
	file := flag.String("json", "", "write the table to this `file`, too")
	flag.Parse()
	pick, err := regexp.Compile(*only)
	if err != nil || flag.NArg() > 0 {
		fatal(errors.Join(err, errors.New("usage: go run ./bench [-quick] [-only REGEXP] [-json FILE]")))
	}
	s := fullScale()
	if *quick {
		s = quickScale()
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	fatal(measure(ctx, s, pick, *file, os.Stdout, os.Stderr))
}

// beChild does the work of a child process, if this is one, and ends.
func beChild() {
	children := map[string]func(args []string) error{
		"serve-" + floor:       serveFloor,
		"serve-" + gliderlabs:  serveGliderlabs,
		"serve-" + socketFloor: serveSockets,
		"serve-echo":           serveEcho,
		"post":                 post,
		"search":               search,
	}
	if len(os.Args) > 1 {
		if run, ok := children[os.Args[1]]; ok {
			fatal(run(os.Args[2:]))
		}
	}
}

// measure runs the groups, prints the table to out and says on progress what it does.
func measure(ctx context.Context, s scale, pick *regexp.Regexp, file string, out, progress io.Writer) (err error) {
	start := time.Now()
	ctx, cancel := context.WithCancel(ctx)
	l, err := newLab(ctx, s, progress)
	if err != nil {
		cancel()
		return err
	}
	defer l.close()
	defer l.reap()
	defer cancel()
	var r report
	var errs []error
	for _, g := range groups() {
		if g.long && s.short || !pick.MatchString(g.name) {
			continue
		}
		began := time.Now()
		l.logf("%s …", g.name)
		if err := g.run(ctx, l, &r); err != nil {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			r.fail(g.name)
			errs = append(errs, fmt.Errorf("%s: %w", g.name, err))
		}
		l.logf("%s took %v", g.name, time.Since(began).Round(time.Second))
	}
	fmt.Fprintf(out, "%s, %d cores, Linux/%s, %v\n", runtime.Version(), runtime.NumCPU(), runtime.GOARCH, time.Since(start).Round(time.Second))
	if err := r.print(out); err != nil {
		return err
	}
	if file != "" {
		errs = append(errs, r.save(file))
	}
	return errors.Join(errs...)
}

// fatal ends the program.
func fatal(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}
