package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// serveEcho is the shortest server that answers lines that arrive together
// together. It checks nothing and bounds nothing.
func serveEcho([]string) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("tcp.echo", l.Addr())
	go untilOrphaned()
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer conn.Close()
			in, out := bufio.NewReader(conn), bufio.NewWriter(conn)
			for {
				line, err := in.ReadBytes('\n')
				if err != nil {
					return
				}
				if _, err := out.Write(line); err != nil {
					return
				}
				if in.Buffered() == 0 && out.Flush() != nil {
					return
				}
			}
		}()
	}
}

// echoLine is one line of the load, 64 bytes with its end.
var echoLine = strings.Repeat("x", 63) + "\n"

// echo is how many lines of 64 bytes come back a second: in turns, where each connection waits for the
// answer before the next line, and as a stream with 16 KiB under way on each. The floor is here the
// minimal server of serveEcho.
func echo(ctx context.Context, l *lab, r *report) (err error) {
	ours, err := l.start(ctx, parley, 1)
	if err != nil {
		return err
	}
	defer func() { err = firstOf(err, ours.stop()) }()
	address := ""
	hears := func(line string) bool {
		_, after, found := strings.Cut(line, "tcp.echo ")
		address = after
		return found
	}
	minimal, err := spawn(ctx, filepath.Join(ours.dir, "echo.log"), nil, hears, l.self, "serve-echo")
	if err != nil {
		return err
	}
	defer minimal.kill()
	for _, load := range []struct {
		name  string
		lines int
	}{{"stream", 16 << 10 / len(echoLine)}, {"in turns", 1}} {
		for _, conns := range []int{1, 64, 1000} {
			name := fmt.Sprintf("echo: lines, %s, %d connections", load.name, conns)
			block := []byte(strings.Repeat(echoLine, load.lines))
			for round := range 2*l.scale.rounds + 1 {
				servers := []struct{ name, address string }{{parley, ours.echo}, {floor, address}}
				for _, s := range rotate(servers, round) {
					rate, err := echoRate(ctx, s.address, conns, block, l.scale.echoFor)
					if err != nil {
						return fmt.Errorf("%w: echo of %s: %w", errDelivery, s.name, err)
					}
					r.add(name, perSecond, ratioAtLeast(1), s.name, rate)
				}
			}
		}
	}
	return nil
}

// echoRate has connections send blocks and compare what comes back, for d, and returns lines a second.
func echoRate(ctx context.Context, address string, conns int, block []byte, d time.Duration) (float64, error) {
	open := make([]net.Conn, conns)
	defer func() {
		for _, c := range open {
			if c != nil {
				_ = c.Close()
			}
		}
	}()
	var dialer net.Dialer
	for i := range open {
		c, err := dialer.DialContext(ctx, "tcp", address)
		if err != nil {
			return 0, err
		}
		_ = c.SetDeadline(time.Now().Add(d + patience))
		open[i] = c
	}
	// The first answer of each is not counted: until it is there, the server may still be accepting others.
	if err := together(open, func(c net.Conn) error { return exchange(c, block, make([]byte, len(block))) }); err != nil {
		return 0, err
	}
	var blocks atomic.Int64
	var stop atomic.Bool
	start := time.Now()
	timer := time.AfterFunc(d, func() { stop.Store(true) })
	defer timer.Stop()
	err := together(open, func(c net.Conn) error {
		answer := make([]byte, len(block))
		for !stop.Load() {
			if err := exchange(c, block, answer); err != nil {
				return err
			}
			blocks.Add(1)
		}
		return nil
	})
	took := time.Since(start).Seconds()
	return float64(blocks.Load()) * float64(len(block)/len(echoLine)) / took, err
}

// together does something on all connections at once.
func together(open []net.Conn, do func(net.Conn) error) error {
	errs := make([]error, len(open))
	var wg sync.WaitGroup
	for i, c := range open {
		wg.Go(func() { errs[i] = do(c) })
	}
	wg.Wait()
	return firstOf(errs...)
}

// exchange sends a block and reads what comes back into answer.
func exchange(c net.Conn, block, answer []byte) error {
	if _, err := c.Write(block); err != nil {
		return err
	}
	if _, err := io.ReadFull(c, answer); err != nil {
		return err
	}
	if !bytes.Equal(answer, block) {
		return fmt.Errorf("something else came back: %.100q", answer)
	}
	return nil
}
