package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"parley/wire"
)

// Do runs a command and waits for its answer, also while there is no connection. A refusal is an answer with Error, and no error. Errors: ErrLost, the
// context's, or why Run has ended. The command's ID is given by the client.
func (c *Client) Do(ctx context.Context, cmd wire.Command) (Answer, error) {
	q := &question{again: cmd.Nonce != "", answer: make(chan Answer, 1), lost: make(chan error, 1)}
	id, err := c.ask(&cmd, q)
	if err != nil {
		return Answer{}, err
	}
	c.send(ctx, q)
	select {
	case a := <-q.answer:
		return a, nil
	case err := <-q.lost:
		return Answer{}, err
	case <-ctx.Done():
		c.mu.Lock()
		delete(c.asked, id)
		c.mu.Unlock()
		return Answer{}, ctx.Err()
	}
}

// Post says something in a room, once, and returns the event: what the server takes too fast is said again when it may be, and what
// was lost on the way as soon as there is a connection. An empty nonce is made.
func (c *Client) Post(ctx context.Context, room, text, nonce string) (wire.Event, error) {
	if nonce == "" {
		nonce = rand.Text()
	}
	for {
		a, err := c.Do(ctx, wire.Command{Command: "post", Args: room, Body: text, Nonce: nonce})
		switch {
		case err != nil:
			return wire.Event{}, err
		case a.Error != nil && a.Error.After > 0:
			select {
			case <-time.After(time.Duration(a.Error.After * float64(time.Second))):
				continue
			case <-ctx.Done():
				return wire.Event{}, ctx.Err()
			}
		case a.Error != nil:
			return wire.Event{}, errors.New(a.Error.Text)
		case len(a.Events) == 0:
			return wire.Event{}, fmt.Errorf("the server has not said what it made of a message for %s", room)
		}
		return a.Events[0], nil
	}
}

// Tell sends a line that is not answered: what is shown, what was seen. Without a connection it is lost.
func (c *Client) Tell(ctx context.Context, cmd wire.Command) error {
	cmd.ID = nil
	line, err := json.Marshal(cmd)
	if err != nil {
		return err
	}
	c.sending.Lock()
	defer c.sending.Unlock()
	lines := c.connection()
	if lines == nil {
		return ErrLost
	}
	return lines.Write(ctx, line)
}

// ask gives a command an id and notes that it waits.
func (c *Client) ask(cmd *wire.Command, q *question) (id uint64, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended != nil {
		return 0, c.ended
	}
	c.last++
	cmd.ID, _ = json.Marshal(c.last) // a number always encodes
	if q.line, err = json.Marshal(cmd); err != nil {
		return 0, err
	}
	c.asked[c.last] = q
	return c.last, nil
}

// send writes a question, if there is a connection. One that cannot be written is looked at again when the connection has ended.
func (c *Client) send(ctx context.Context, q *question) {
	c.sending.Lock()
	defer c.sending.Unlock()
	lines := c.connection()
	if lines == nil || q.sent == lines {
		return
	}
	q.sent = lines
	if err := lines.Write(ctx, q.line); err != nil {
		_ = lines.Close() // a line may have gone in part
	}
}

func (c *Client) connection() Lines {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lines
}

// connected sends what waits, in the order in which it was asked. Those that were sent before without a nonce have been given up by now.
func (c *Client) connected(ctx context.Context, lines Lines) {
	c.mu.Lock()
	c.lines = lines
	waiting := make([]*question, 0, len(c.asked))
	for _, id := range slices.Sorted(maps.Keys(c.asked)) {
		waiting = append(waiting, c.asked[id])
	}
	c.mu.Unlock()
	for _, q := range waiting {
		c.send(ctx, q)
	}
}

// disconnected gives up what was sent and must not be sent again.
func (c *Client) disconnected() {
	c.sending.Lock()
	defer c.sending.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, q := range c.asked {
		if q.sent != nil && !q.again {
			q.lost <- ErrLost
			delete(c.asked, id)
		}
	}
	c.lines = nil
}

// answered hands an answer over.
func (c *Client) answered(id json.RawMessage, raw []byte) {
	var n uint64
	if json.Unmarshal(id, &n) != nil {
		return // of a line without an id: it was not understood, and nobody waits
	}
	c.mu.Lock()
	q := c.asked[n]
	delete(c.asked, n)
	c.mu.Unlock()
	if q == nil {
		return
	}
	var a Answer
	if err := json.Unmarshal(raw, &a); err != nil {
		q.lost <- fmt.Errorf("the server says an answer that cannot be read: %w", err)
		return
	}
	q.answer <- a
}

// attachLine is the first line of a WebSocket.
func attachLine(args string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(map[string]any{"id": 0, "command": "attach", "args": args}) // it always encodes
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
