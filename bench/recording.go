package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"
)

// recording is what arrives at one terminal. Its methods may be called by any goroutine; from is called once.
type recording struct {
	name string // of the person
	size size
	keep bool // everything; else the last part only

	mu    sync.Mutex // guards the rest
	data  []byte
	gone  int // bytes dropped before data
	reads []read
	last  time.Time // of an arrival
	ended bool
	fresh chan struct{} // closed at the next arrival
}

// read is one arrival.
type read struct {
	at  time.Time
	end int // bytes that had arrived with it, of all
}

// Arrivals that are not kept are cut back to tail bytes, more than a first screen of 200×50 takes, when they are over twice that.
const tail = 16 << 10

func record(name string, z size, keep bool) *recording {
	return &recording{name: name, size: z, keep: keep, fresh: make(chan struct{})}
}

// from records what r gives until it ends.
func (c *recording) from(r io.Reader) {
	buf := make([]byte, 2<<10)
	if c.keep {
		buf = make([]byte, 32<<10)
	}
	for {
		n, err := r.Read(buf)
		c.arrive(buf[:n], time.Now(), err != nil)
		if err != nil {
			return
		}
	}
}

func (c *recording) arrive(p []byte, at time.Time, end bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.data = append(c.data, p...)
	c.last = at
	if c.keep {
		c.reads = append(c.reads, read{at, c.gone + len(c.data)})
	} else if len(c.data) > 2*tail {
		cut := len(c.data) - tail
		c.gone += cut
		c.data = append(c.data[:0], c.data[cut:]...)
	}
	c.ended = end
	close(c.fresh)
	c.fresh = make(chan struct{})
}

// arrived is how many bytes have come so far.
func (c *recording) arrived() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.gone + len(c.data)
}

func (c *recording) lastArrival() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last
}

// await waits until the bytes after the first from of all hold needle. It
// is for keeping step; what was delivered is judged on the screen.
func (c *recording) await(ctx context.Context, from int, needle string) error {
	for {
		c.mu.Lock()
		start := max(0, from-c.gone)
		found := start <= len(c.data) && bytes.Contains(c.data[start:], []byte(needle))
		fresh, ended := c.fresh, c.ended
		from = max(from, c.gone+len(c.data)-len(needle)+1)
		c.mu.Unlock()
		switch {
		case found:
			return nil
		case ended:
			return fmt.Errorf("the session of %s ended while it waited for %q", c.name, needle)
		}
		select {
		case <-fresh:
		case <-ctx.Done():
			return fmt.Errorf("%s waited for %q: %w", c.name, needle, context.Cause(ctx))
		}
	}
}

// answered waits until more than n bytes have arrived, a second at most: a key that changes nothing on the screen is not answered.
func (c *recording) answered(ctx context.Context, n int) error {
	soon, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	for {
		c.mu.Lock()
		fresh := c.fresh
		c.mu.Unlock()
		if c.arrived() > n {
			return nil
		}
		select {
		case <-fresh:
		case <-soon.Done():
			return context.Cause(ctx)
		}
	}
}

// quiet waits until nothing has arrived for d.
func (c *recording) quiet(ctx context.Context, d time.Duration) error {
	for {
		c.mu.Lock()
		fresh := c.fresh
		c.mu.Unlock()
		t := time.NewTimer(d)
		select {
		case <-fresh:
			t.Stop()
		case <-t.C:
			return nil
		case <-ctx.Done():
			t.Stop()
			return context.Cause(ctx)
		}
	}
}

// recorded is what arrived, and when.
func (c *recording) recorded() ([]byte, []read) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.data, slices.Clone(c.reads)
}
