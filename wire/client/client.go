package client

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"parley/wire"
)

// Options say what a Client follows.
type Options struct {
	Dial  Dial
	Rooms []string          // "#ops", "@bo"; none for all that the person is in, and those that they enter
	After map[string]uint64 // the cursors to begin with, by room; other rooms begin with what happens from now on
	// Live asks for counts, presence and all else that people look at, and makes the person present.
	Live bool
	// Log is told why the client waits and comes back, in one sentence; nil tells nobody.
	Log func(sentence string)
}

// Client is one follower. Run is to be called once; the other methods may be called from any goroutine, from the handler too, which
// must not wait for an answer.
type Client struct {
	Options

	mu      sync.Mutex           // guards the rest
	cursors map[string]uint64    // by room as it is called now
	numbers map[string]int64     // of rooms that the server has told, by name
	lines   Lines                // nil while there is no connection
	asked   map[uint64]*question // by id
	last    uint64               // id that was given to a command
	ended   error                // why Run has ended
	sending sync.Mutex           // held while a line is written: before mu, never under it
}

// question is a command that waits for its answer.
type question struct {
	line   []byte
	again  bool        // it may be sent again
	sent   Lines       // the connection that it was written to; Client.sending guards it
	answer chan Answer // capacity 1
	lost   chan error  // capacity 1
}

// Line is a line of the server.
type Line struct {
	Type  string      // of an event too: "message", "room", "presence" …
	Event *wire.Event // nil for what is no event
	Raw   []byte      // the line itself, valid until the handler returns
}

// Answer is what became of a command.
type Answer struct {
	wire.Answer
	Objects []json.RawMessage `json:"objects"`
}

// ErrLost says that the connection was lost before the answer of a command came that has no nonce: it may have been done.
var ErrLost = errors.New("the connection was lost before the answer came: look whether it was done before you say it again")

// New returns a client; Run begins.
func New(o Options) *Client {
	c := &Client{Options: o, cursors: maps.Clone(o.After), numbers: map[string]int64{}, asked: map[uint64]*question{}}
	if c.cursors == nil {
		c.cursors = map[string]uint64{}
	}
	return c
}

// Cursors are the seqs of the last events that the handler has taken, by room.
func (c *Client) Cursors() map[string]uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.cursors)
}

const (
	// firstPause and longestPause are the bounds of how long the client waits before it comes back; it doubles each time.
	firstPause   = 200 * time.Millisecond
	longestPause = 30 * time.Second
)

// Run follows until ctx ends, the handler returns an error, or the server refuses what is asked (a *RefusedError), and
// returns why. The handler is called for each line, answers aside, from Run's own goroutine; an event that it has returned an error for counts as not
// taken.
func (c *Client) Run(ctx context.Context, handler func(Line) error) error {
	pause := firstPause
	for {
		lines, err := c.Dial(ctx, c.args())
		if err == nil {
			err = c.follow(ctx, lines, handler, func() { pause = firstPause })
		}
		var refused *RefusedError
		var own *handlerError
		switch {
		case ctx.Err() != nil:
			return c.end(ctx.Err())
		case errors.As(err, &own):
			return c.end(own.error)
		case errors.As(err, &refused):
			return c.end(err)
		}
		// Half of it by chance: else all clients of a server that has ended come back in the same moment.
		wait := pause/2 + rand.N(pause/2)
		if c.Log != nil {
			c.Log(fmt.Sprintf("the connection is lost, and is tried again in %s: %v", wait.Round(time.Millisecond), err))
		}
		pause = min(2*pause, longestPause)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return c.end(ctx.Err())
		}
	}
}

// handlerError is an error of the handler.
type handlerError struct{ error }

// args are the arguments of attach.
func (c *Client) args() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var words []string
	if c.Live {
		words = append(words, "--live")
	}
	words = append(words, c.Rooms...)
	// A room that was renamed may be there twice. The greater cursor is the newer one, and the last one counts.
	names := slices.SortedFunc(maps.Keys(c.cursors), func(a, b string) int {
		return cmp.Or(cmp.Compare(c.cursors[a], c.cursors[b]), strings.Compare(a, b))
	})
	for _, room := range names {
		called := room
		if n := c.numbers[room]; n != 0 {
			called = strconv.FormatInt(n, 10)
		}
		words = append(words, "--after", called+":"+strconv.FormatUint(c.cursors[room], 10))
	}
	return strings.Join(words, " ")
}

// follow holds one connection until it ends.
func (c *Client) follow(ctx context.Context, lines Lines, handler func(Line) error, attached func()) error {
	defer context.AfterFunc(ctx, func() { _ = lines.Close() })()
	var sends sync.WaitGroup // of what waits: whoever only writes may wait for ever for who only writes, too
	defer c.disconnected()
	defer sends.Wait()
	defer lines.Close() // first: it ends a write
	greeted := false
	for {
		raw, err := lines.Read(ctx)
		if err != nil {
			return err
		}
		var l struct {
			Type string
			ID   json.RawMessage
			OK   bool
			Room string
			Time string
		}
		if err := json.Unmarshal(raw, &l); err != nil {
			return fmt.Errorf("the server says what is no JSON: %w", err)
		}
		switch {
		case l.Type == "answer" && !greeted:
			return refusal(raw) // of attach itself
		case l.Type == "answer":
			c.answered(l.ID, raw)
			continue
		case l.Type == "hello":
			greeted = true
			attached()
		}
		if err := c.take(Line{Type: l.Type, Raw: raw}, l.Time != "", handler); err != nil {
			return err
		}
		if l.Type == "hello" {
			sends.Go(func() { c.connected(ctx, lines) })
		}
	}
}

// refusal is why attach failed: for good, or because the server has trouble now.
func refusal(raw []byte) error {
	var a Answer
	if err := json.Unmarshal(raw, &a); err != nil || a.Error == nil {
		return fmt.Errorf("the server says what was not expected: %s", raw)
	}
	switch a.Error.Status {
	case wire.Down, wire.TempFail, wire.Software:
		return errors.New(a.Error.Text)
	}
	return &RefusedError{a.Error.Text}
}

// take hands a line to the handler and moves the cursors.
func (c *Client) take(l Line, event bool, handler func(Line) error) error {
	if event {
		l.Event = &wire.Event{}
		if err := json.Unmarshal(l.Raw, l.Event); err != nil {
			return fmt.Errorf("the server says an event that cannot be read: %w", err)
		}
		if l.Event.Seq <= c.cursor(l.Event.Room) {
			return nil // it was taken before
		}
	} else if err := c.learn(l); err != nil {
		return err
	}
	if err := handler(l); err != nil {
		return &handlerError{err}
	}
	if event {
		c.mu.Lock()
		c.cursors[l.Event.Room] = l.Event.Seq
		c.mu.Unlock()
	}
	return nil
}

func (c *Client) cursor(room string) uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cursors[room]
}

// room is what the client needs of a room object.
type room struct {
	Room  string
	ID    int64
	After *uint64
}

// learn takes in what a line says of rooms.
func (c *Client) learn(l Line) error {
	var m struct {
		room
		Rooms []room
	}
	switch l.Type {
	case "hello", "room", "ended":
		if err := json.Unmarshal(l.Raw, &m); err != nil {
			return fmt.Errorf("the server says a %s that cannot be read: %w", l.Type, err)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch l.Type {
	case "hello":
		for _, r := range m.Rooms {
			c.name(r)
			if _, known := c.cursors[r.Room]; !known && r.After != nil {
				c.cursors[r.Room] = *r.After
			}
		}
	case "room":
		c.name(m.room)
	case "ended":
		for name, n := range c.numbers {
			if n == m.ID && n != 0 {
				delete(c.cursors, name)
				delete(c.numbers, name)
			}
		}
		delete(c.cursors, m.Room)
		delete(c.numbers, m.Room)
	}
	return nil
}

// name notes what a room is called; what it was called before is forgotten. mu is held.
func (c *Client) name(r room) {
	for old, n := range c.numbers {
		if n == r.ID && old != r.Room {
			if seq, known := c.cursors[old]; known {
				c.cursors[r.Room] = max(seq, c.cursors[r.Room])
				delete(c.cursors, old)
			}
			delete(c.numbers, old)
		}
	}
	if r.ID != 0 {
		c.numbers[r.Room] = r.ID
	}
}

// end gives up what still waits for an answer.
func (c *Client) end(err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = err
	for id, q := range c.asked {
		q.lost <- err
		delete(c.asked, id)
	}
	return err
}
