package main

import (
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
	term   *screentest.Term
	prompt int // rows at the bottom that are not looked at
	shown  int // bytes shown so far
	seen   map[int]time.Time
}

func newWitness(c *client, prompt int) *witness {
	return &witness{term: screentest.New(c.size.cols, c.size.rows), prompt: prompt, seen: map[int]time.Time{}}
}

// settledAfter is how long nothing follows a read that ends a frame. A frame that
// arrives in two reads may show a message twice in between.
const settledAfter = 5 * time.Millisecond

// watch shows what was recorded from where it stopped last time, looks at the screen after every
// arrival past the first from bytes, and notes when each message was seen first.
// sorted asks for messages in the order of their numbers.
func (w *witness) watch(c *client, from int, sorted bool) error {
	data, reads := c.recorded()
	if w.shown < from {
		_, _ = w.term.Write(data[w.shown:from])
		w.shown = from
	}
	for i, r := range reads {
		if r.end <= w.shown {
			continue
		}
		whole := i+1 == len(reads) || reads[i+1].at.Sub(r.at) > settledAfter
		for w.shown < r.end {
			piece := upTo(data[w.shown:r.end], w.term)
			_, _ = w.term.Write(piece)
			w.shown += len(piece)
			if err := w.look(r.at, whole && w.shown == r.end, sorted); err != nil {
				return fmt.Errorf("%w: %s: %w\n%s", errDelivery, c.who.name, err, w.term)
			}
		}
	}
	return nil
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

func (w *witness) look(at time.Time, whole, sorted bool) error {
	shown := w.messages()
	for _, n := range shown {
		if _, ok := w.seen[n]; !ok {
			w.seen[n] = at
		}
	}
	if !whole {
		return nil
	}
	return checkScreen(shown, sorted)
}

// checkScreen holds one screen to showing no message twice, and in order.
func checkScreen(shown []int, sorted bool) error {
	once := make(map[int]bool, len(shown))
	for i, n := range shown {
		if once[n] {
			return fmt.Errorf("message %d is on the screen twice", n)
		}
		once[n] = true
		if sorted && i > 0 && n < shown[i-1] {
			return fmt.Errorf("message %d is shown below %d", n, shown[i-1])
		}
	}
	return nil
}

// messages lists what is on the screen now, from top to bottom.
func (w *witness) messages() []int {
	rows := strings.Split(w.term.String(), "\n")
	return messagesIn(strings.Join(rows[:max(0, len(rows)-w.prompt)], "\n"))
}

// all is an error unless every message from … to-1 has been seen.
func (w *witness) all(c *client, from, to int) error {
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
		errDelivery, c.who.name, len(missing), to-from, missing[0], w.term)
}

// judge has a witness for each of the clients, a few at a time, and what they say of it in order.
func judge(clients []*client, prompt int, look func(i int, w *witness) error) error {
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
	if err := w.watch(c, w.shown, false); err != nil {
		return nil, err
	}
	all := w.messages()
	for still := 0; !slices.Contains(all, first) && still < 3; {
		if err := c.press(pageUp); err != nil {
			return nil, err
		}
		if err := c.quiet(ctx, 60*time.Millisecond); err != nil {
			return nil, err
		}
		if err := w.watch(c, w.shown, false); err != nil {
			return nil, err
		}
		page := w.messages()
		before := len(all)
		all = join(page, all)
		if len(all) == before {
			still++
		} else {
			still = 0
		}
	}
	return all, nil
}

// join puts a page before what follows it, by the longest overlap.
func join(page, rest []int) []int {
	for n := min(len(page), len(rest)); n > 0; n-- {
		if slices.Equal(page[len(page)-n:], rest[:n]) {
			return append(page[:len(page)-n:len(page)-n], rest...)
		}
	}
	if len(page) > 0 && len(rest) > 0 && slices.Contains(rest, page[0]) {
		return rest // the page is further down: nothing was scrolled yet
	}
	return append(page[:len(page):len(page)], rest...)
}
