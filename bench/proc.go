package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a child. It ends when the context that it was started with does, at
// the latest when the benchmark does.
type process struct {
	cmd    *exec.Cmd
	log    string        // file of its standard error
	exited chan struct{} // closed when it was waited for; err is valid then
	err    error
	stdin  io.Closer // a child of ours ends when this does
}

// spawn starts a program and waits until ready has seen a line of its output that it returns true for.
func spawn(ctx context.Context, log string, env []string, ready func(line string) bool, argv ...string) (*process, error) {
	errFile, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer errFile.Close()
	p := &process{log: log, exited: make(chan struct{})}
	p.cmd = exec.CommandContext(ctx, argv[0], argv[1:]...)
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Stderr = errFile
	p.cmd.SysProcAttr = tied()
	p.cmd.WaitDelay = time.Second
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	up := make(chan struct{})
	go func() {
		for lines, told := bufio.NewScanner(out), false; lines.Scan(); {
			if !told && ready(lines.Text()) {
				told = true
				close(up)
			}
		}
		p.err = p.cmd.Wait()
		close(p.exited)
	}()
	select {
	case <-up:
		return p, nil
	case <-p.exited:
		select {
		case <-up:
			return p, nil
		default:
		}
		return nil, fmt.Errorf("%s ended at once: %w\n%s", filepath.Base(argv[0]), p.err, p.logged())
	case <-time.After(30 * time.Second):
		p.kill()
		return nil, fmt.Errorf("%s did not start within 30 s\n%s", filepath.Base(argv[0]), p.logged())
	}
}

// alive is an error when the process has ended by itself.
func (p *process) alive() error {
	select {
	case <-p.exited:
		return fmt.Errorf("the server ended by itself: %w\n%s", errors.Join(errDelivery, p.err), p.logged())
	default:
		return nil
	}
}

// stop asks the process to end, and ends it when it has not within ten seconds.
func (p *process) stop() error {
	if err := p.alive(); err != nil {
		return err
	}
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.exited:
	case <-time.After(10 * time.Second):
		p.kill()
		return errors.New("the server did not stop within 10 s of SIGTERM")
	}
	return nil
}

func (p *process) kill() {
	_ = p.stdin.Close()
	_ = p.cmd.Process.Kill() // an error says that it has ended
	<-p.exited
}

// logged is the end of the process's standard error.
func (p *process) logged() string {
	raw, _ := os.ReadFile(p.log)
	return string(raw[max(0, len(raw)-2000):])
}

// cpu is the processor time that the process has taken. The times of its threads are read in
// nanoseconds where the kernel keeps them, else the process's in hundredths of a second.
func (p *process) cpu() (time.Duration, error) {
	dir := fmt.Sprintf("/proc/%d", p.cmd.Process.Pid)
	threads, err := filepath.Glob(dir + "/task/*/schedstat")
	if err != nil {
		return 0, err
	}
	var sum int64
	for _, t := range threads {
		raw, err := os.ReadFile(t)
		if err != nil {
			continue // the thread has ended
		}
		first, _, _ := strings.Cut(string(raw), " ")
		n, err := strconv.ParseInt(first, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("%s reads %q: %w", t, raw, err)
		}
		sum += n
	}
	if sum > 0 {
		return time.Duration(sum), nil
	}
	raw, err := os.ReadFile(dir + "/stat")
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+1:]))
	const utime, stime = 11, 12 // fields 14 and 15 of proc_pid_stat(5); the first two are cut off
	if len(fields) <= stime {
		return 0, fmt.Errorf("%s/stat has %d fields", dir, len(fields))
	}
	user, err1 := strconv.ParseInt(fields[utime], 10, 64)
	system, err2 := strconv.ParseInt(fields[stime], 10, 64)
	return time.Duration(user+system) * 10 * time.Millisecond, errors.Join(err1, err2)
}

// rss is the memory that the process holds, in bytes.
func (p *process) rss() (float64, error) {
	file := fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid)
	raw, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(raw)) {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 64)
			return kb * 1024, err
		}
	}
	return 0, fmt.Errorf("%s has no VmRSS", file)
}

// settled waits until the process's memory stands still, at most 10 s, and returns it.
func (p *process) settled(ctx context.Context) (float64, error) {
	last, err := p.rss()
	for still, i := 0, 0; err == nil && still < 4 && i < 40; i++ {
		if err := pause(ctx, 250*time.Millisecond); err != nil {
			return 0, err
		}
		var now float64
		now, err = p.rss()
		if d := now - last; d < 256<<10 && d > -256<<10 {
			still++
		} else {
			still = 0
		}
		last = now
	}
	return last, err
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
