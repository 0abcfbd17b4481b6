package sqlite

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

// childMode is the environment variable by which the test binary, started
// again by a test, learns which child it is.
const childMode = "PARLEY_SQLITE_CHILD"

func TestMain(m *testing.M) {
	run, ok := map[string]func(ctx context.Context, path string) error{
		"append": appendForever,
		"lock":   lockDatabase,
		"hold":   holdStore,
		"fill":   fillDisk,
	}[os.Getenv(childMode)]
	if !ok {
		os.Exit(m.Run())
	}
	if err := run(context.Background(), os.Args[1]); err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}

// child is another process that works on a database.
type child struct {
	cmd   *exec.Cmd
	stdin io.Closer
	lines *bufio.Scanner
}

func startChild(t *testing.T, mode, path string) *child {
	t.Helper()
	c := &child{cmd: exec.CommandContext(t.Context(), os.Args[0], path)}
	c.cmd.Env = append(os.Environ(), childMode+"="+mode)
	c.cmd.Stderr = os.Stderr
	var err error
	if c.stdin, err = c.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.lines = bufio.NewScanner(out)
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return c
}

// line is the next line that the child prints.
func (c *child) line(t *testing.T) string {
	t.Helper()
	if !c.lines.Scan() {
		t.Fatalf("the child ended: %v", c.lines.Err())
	}
	if s := c.lines.Text(); !strings.HasPrefix(s, "failed:") {
		return s
	}
	t.Fatal(c.lines.Text())
	return ""
}

// kill ends the child as kill -9 does and returns what it had still printed.
func (c *child) kill(t *testing.T) []string {
	t.Helper()
	if err := c.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	return c.rest()
}

// release lets the child go on to its end by closing its input.
func (c *child) release() []string {
	c.stdin.Close()
	return c.rest()
}

func (c *child) rest() []string {
	var lines []string
	for c.lines.Scan() {
		lines = append(lines, c.lines.Text())
	}
	c.cmd.Wait()
	return lines
}

// appendForever is a server under load: it prints each post that was acknowledged.
func appendForever(ctx context.Context, path string) error {
	s, err := Open(ctx, path)
	if err != nil {
		return err
	}
	author, err := text.ReadName("alice")
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		batch := make([]rooms.Entry, 1+n%40)
		for i := range batch {
			batch[i] = rooms.Entry{Room: 1, Type: rooms.Message, Author: author, Time: time.Now(),
				Text: text.NewBody(fmt.Sprintf("%d %d %d", os.Getpid(), n, i))}
		}
		results, err := s.Append(ctx, batch)
		if err != nil {
			return err
		}
		var acknowledged strings.Builder
		for _, r := range results {
			fmt.Fprintf(&acknowledged, "%d %s\n", r.Event.Seq, r.Event.Text)
		}
		os.Stdout.WriteString(acknowledged.String())
	}
}

// lockDatabase is an operator's shell that begins a transaction and goes for lunch.
func lockDatabase(ctx context.Context, path string) error {
	c := &conn{dsn: dsn(path, busyTimeout)}
	if err := c.open(ctx); err != nil {
		return err
	}
	if _, err := c.exec(ctx, "BEGIN EXCLUSIVE"); err != nil {
		return err
	}
	fmt.Println("locked")
	io.Copy(io.Discard, os.Stdin)
	return c.close()
}

// holdStore is a server that does nothing.
func holdStore(ctx context.Context, path string) error {
	if _, err := Open(ctx, path); err != nil {
		return err
	}
	fmt.Println("open")
	io.Copy(io.Discard, os.Stdin)
	return nil
}

// fillDisk posts until the system refuses to write more of any file than it
// holds now and a little, goes on trying, then lifts the limit and posts again.
func fillDisk(ctx context.Context, path string) error {
	s, err := Open(ctx, path)
	if err != nil {
		return err
	}
	author, err := text.ReadName("alice")
	if err != nil {
		return err
	}
	post := func(n int) error {
		_, err := s.Append(ctx, []rooms.Entry{{Room: 1, Type: rooms.Message, Author: author, Time: time.Now(),
			Text: text.NewBody(fmt.Sprintf("post %d %s", n, strings.Repeat("x", 3000)))}})
		return err
	}
	signal.Ignore(syscall.SIGXFSZ)
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	tight := limit
	tight.Cur = 200 << 10
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &tight); err != nil {
		return err
	}
	n, failures := 0, 0
	for failures < 5 {
		if err := post(n); err == nil {
			fmt.Println("acknowledged", n)
		} else {
			failures++
			fmt.Println("refused", n, err)
			if _, err := s.Events(ctx, 1, 0, 1000); err != nil {
				return errors.Join(errors.New("reading stopped too"), err)
			}
		}
		if n++; n > 1000 {
			return errors.New("the limit never came")
		}
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	for range 20 {
		if err := post(n); err != nil {
			return err
		}
		fmt.Println("acknowledged", n)
		n++
	}
	return s.Close()
}
