package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"parley/view/screen/screentest"
)

// errDelivery is in every error that means: a message was lost, doubled or out
// of order, or a server gave up. It is what makes the run fail.
var errDelivery = errors.New("delivery failed")

// witness is a terminal that shows what a client recorded, and what was seen on it.
type witness struct {
	term    *screentest.Term
	prompt  int  // rows at the bottom that are not looked at
	shown   int  // bytes shown so far
	partial bool // they end inside of a synchronised update
	seen    map[int]time.Time
	order   []int // of what was seen, as the room has it
}

func newWitness(c *recording, prompt int) *witness {
	return &witness{term: screentest.New(c.size.cols, c.size.rows), prompt: prompt, seen: map[int]time.Time{}}
}

// settledAfter is how long nothing follows a read that ends a frame. A frame that
// arrives in two reads may show a message twice in between.
const settledAfter = 5 * time.Millisecond

// watch shows what was recorded from where it stopped last time, looks at the screen after every
// arrival past the first from bytes, and notes when each message was seen first, and in which order they stand.
func (w *witness) watch(c *recording, from int) error {
	data, reads := c.recorded()
	if w.shown < from {
		_, _ = w.term.Write(data[w.shown:from])
		w.shown = from
	}
	for i, r := range reads {
		if r.end <= w.shown {
			continue
		}
		w.synchronise(data[:r.end], w.shown)
		whole := !w.partial && (i+1 == len(reads) || reads[i+1].at.Sub(r.at) > settledAfter)
		for w.shown < r.end {
			piece := upTo(data[w.shown:r.end], w.term)
			_, _ = w.term.Write(piece)
			w.shown += len(piece)
			if err := w.look(r.at, whole && w.shown == r.end); err != nil {
				return fmt.Errorf("%w: %s: %w\n%s", errDelivery, c.name, err, w.term)
			}
		}
	}
	return nil
}

// synchronise looks in what was sent from a place on for the ends of synchronised updates, of which a terminal shows nothing
// before they are whole.
func (w *witness) synchronise(sent []byte, from int) {
	const mode = "\x1b[?2026"
	sent = sent[max(0, from-len(mode)):] // it may have been begun before
	if at := bytes.LastIndex(sent, []byte(mode)); at >= 0 {
		w.partial = !bytes.HasPrefix(sent[at+len(mode):], []byte("l"))
	}
}

// upTo is the beginning of p with so few new lines that none of them scrolls out of sight unseen.
func upTo(p []byte, term *screentest.Term) []byte {
	_, rows := term.Size()
	for i, lines := 0, 0; i < len(p); i++ {
		if p[i] == '\n' {
			if lines++; lines == rows/2 {
				return p[:i+1]
			}
		}
	}
	return p
}

func (w *witness) look(at time.Time, whole bool) error {
	shown := w.messages()
	for _, n := range shown {
		if _, ok := w.seen[n]; !ok {
			w.seen[n] = at
		}
	}
	if !whole {
		return nil
	}
	once := make(map[int]bool, len(shown))
	for _, n := range shown {
		if once[n] {
			return fmt.Errorf("message %d is on the screen twice", n)
		}
		once[n] = true
	}
	w.order = join(w.order, shown)
	return nil
}

// messages lists what is on the screen now, from top to bottom.
func (w *witness) messages() []int {
	rows := strings.Split(w.term.String(), "\n")
	return messagesIn(strings.Join(rows[:max(0, len(rows)-w.prompt)], "\n"))
}

// all is an error unless every message from … to-1 has been seen.
func (w *witness) all(c *recording, from, to int) error {
	var missing []int
	for n := from; n < to; n++ {
		if _, ok := w.seen[n]; !ok {
			missing = append(missing, n)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s never saw %d of %d messages, the first of them %d:\n%s",
		errDelivery, c.name, len(missing), to-from, missing[0], w.term)
}

// judge has a witness for each of the clients, a few at a time, and what they say of it in order.
func judge(clients []*recording, prompt int, look func(i int, w *witness) error) error {
	errs := make([]error, len(clients))
	next := make(chan int)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				w := newWitness(clients[i], prompt)
				errs[i] = look(i, w)
				w.term.Close()
			}
		})
	}
	for i := range clients {
		next <- i
	}
	close(next)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err // one screen is enough to read
		}
	}
	return nil
}

const pageUp = "\x1b[5~"

// scrollBack reads the room's history as a person does, page by page upwards, until message
// first is on the screen, and returns all that was said from there on, in order.
func (w *witness) scrollBack(ctx context.Context, c *client, first int) ([]int, error) {
	all := w.messages()
	for still := 0; !slices.Contains(all, first) && still < 3; {
		if err := c.press(pageUp); err != nil {
			return nil, err
		}
		if err := c.answered(ctx, w.shown); err != nil {
			return nil, err
		}
		if err := c.quiet(ctx, 60*time.Millisecond); err != nil {
			return nil, err
		}
		data, _ := c.recorded()
		_, _ = w.term.Write(data[w.shown:])
		w.shown = len(data)
		before := len(all)
		if all = join(w.messages(), all); len(all) == before {
			still++
		} else {
			still = 0
		}
	}
	return all, nil
}

// join puts a part of the history before the one that follows it, by their longest overlap. Parts
// that the other one has in it add nothing.
func join(before, after []int) []int {
	for n := min(len(before), len(after)); n > 0; n-- {
		if slices.Equal(before[len(before)-n:], after[:n]) {
			return append(before[:len(before)-n:len(before)-n], after...)
		}
	}
	switch {
	case len(before) > 0 && slices.Contains(after, before[0]):
		return after
	case len(after) > 0 && slices.Contains(before, after[0]):
		return before
	}
	return append(before[:len(before):len(before)], after...)
}

// agree is an error unless all histories are the same, and hold every message from … to-1 once.
func agree(clients []*recording, histories [][]int, from, to int) error {
	for i, h := range histories {
		if err := exactly(h, from, to); err != nil {
			return fmt.Errorf("%w: %s: %w", errDelivery, clients[i].name, err)
		}
		if !slices.Equal(h, histories[0]) {
			return fmt.Errorf("%w: %s reads another order than %s", errDelivery, clients[i].name, clients[0].name)
		}
	}
	return nil
}

// exactly holds a history to every message from … to-1 once.
func exactly(history []int, from, to int) error {
	times := map[int]int{}
	for _, n := range history {
		times[n]++
	}
	lost, doubled := 0, 0
	for n := from; n < to; n++ {
		switch {
		case times[n] == 0:
			lost++
		case times[n] > 1:
			doubled++
		}
	}
	if lost+doubled > 0 {
		return fmt.Errorf("of %d messages %d are not in the room and %d are in it more than once", to-from, lost, doubled)
	}
	return nil
}
