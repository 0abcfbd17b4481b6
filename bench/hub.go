package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"sync"
)

// greeting is what the floor and the baseline show once somebody is in.
const greeting = "ready\r\n"

// hub is the broadcast that the floor and the baseline share: what one client
// enters is written to all of them, by one writer each. It keeps no history.
type hub struct {
	mu      sync.Mutex // guards members
	members map[*member]struct{}
}

// member is one session. Its queue has no bound, so that a sender never waits for a reader.
type member struct {
	mu    sync.Mutex // guards queue
	queue [][]byte
	wake  chan struct{} // capacity 1: there is something in queue
}

func newHub() *hub { return &hub{members: make(map[*member]struct{})} }

// serve is one session, from its shell request to the end of its input.
func (h *hub) serve(name string, s io.ReadWriter) {
	m := &member{wake: make(chan struct{}, 1)}
	h.mu.Lock()
	h.members[m] = struct{}{}
	h.mu.Unlock()
	gone := make(chan struct{})
	defer func() {
		h.mu.Lock()
		delete(h.members, m)
		h.mu.Unlock()
		close(gone)
	}()
	m.send([]byte(greeting))
	go m.write(s, gone)
	var line, buf []byte
	buf = make([]byte, 512)
	for {
		n, err := s.Read(buf)
		rest := buf[:n]
		for {
			before, after, found := bytes.Cut(rest, []byte{'\r'})
			line = append(line, before...)
			if !found {
				break
			}
			h.broadcast(fmt.Appendf(nil, "%s: %s\r\n", name, line))
			line, rest = line[:0], after
		}
		if err != nil {
			return
		}
	}
}

func (h *hub) broadcast(line []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for m := range h.members {
		m.send(line)
	}
}

func (m *member) send(line []byte) {
	m.mu.Lock()
	m.queue = append(m.queue, line)
	m.mu.Unlock()
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// write is the session's one writer: a write for each line.
func (m *member) write(w io.Writer, gone <-chan struct{}) {
	for {
		select {
		case <-m.wake:
		case <-gone:
			return
		}
		m.mu.Lock()
		queue := m.queue
		m.queue = nil
		m.mu.Unlock()
		for _, line := range queue {
			if _, err := w.Write(line); err != nil {
				return
			}
		}
	}
}

// untilOrphaned ends a child server when the benchmark that holds its standard input does.
func untilOrphaned() {
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}
