package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"parley/rooms"
	"parley/rooms/sqlite"
	"parley/text"
)

// The most lines that a view takes while the server has not answered the first of them.
const underWay = 25

// posts is how many messages a second the program commits with fsync into one room: entered by many
// people over ssh, who all see the room, and by the room manager alone, driven in a process of its own.
func posts(ctx context.Context, l *lab, r *report) error {
	for range l.scale.rounds {
		over, err := l.postsOverSSH(ctx)
		if err != nil {
			return err
		}
		r.add("posts: durable, typed by people over ssh", perSecond, hold{}, parley, over)
		alone, err := l.postsAlone(ctx)
		if err != nil {
			return err
		}
		r.add("posts: durable, through the room manager", perSecond, atLeast(15_000), parley, alone)
		l.logf("  over ssh %.0f/s, manager %.0f/s", over, alone)
	}
	return nil
}

func (l *lab) postsOverSSH(ctx context.Context) (rate float64, err error) {
	r, err := l.gather(ctx, parley, l.scale.room, size{80, 24})
	if err != nil {
		return 0, err
	}
	left := false
	defer func() {
		if !left {
			err = firstOf(err, r.leave())
		}
	}()
	if err := r.warmUp(ctx); err != nil {
		return 0, err
	}
	before, err := r.posted(ctx)
	if err != nil {
		return 0, err
	}
	start := time.Now()
	for range l.scale.postBatches {
		if _, err := r.shout(underWay); err != nil {
			return 0, err
		}
		if err := r.awaitPosts(ctx, before+r.said-1); err != nil {
			return 0, err
		}
	}
	took := time.Since(start)
	left = true
	if err := r.leave(); err != nil {
		return 0, err
	}
	stored, err := messagesStored(ctx, filepath.Join(r.dir, "data", "parley.db"))
	if err != nil {
		return 0, err
	}
	if err := exactly(stored, 0, r.said); err != nil {
		return 0, fmt.Errorf("%w: in the database, after the server ended: %w", errDelivery, err)
	}
	return float64(r.said-1) / took.Seconds(), nil
}

// posted is how many events the server says it has committed.
func (s *server) posted(ctx context.Context) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.metrics+"/metrics", nil)
	if err != nil {
		return 0, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		if value, ok := strings.CutPrefix(lines.Text(), "parley_posts_total "); ok {
			n, err := strconv.ParseFloat(value, 64)
			return int(n), err
		}
	}
	return 0, errors.New("/metrics has no parley_posts_total")
}

func (s *server) awaitPosts(ctx context.Context, n int) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("%w: not all posts were committed within %v", errDelivery, patience))
	defer cancel()
	for {
		have, err := s.posted(ctx)
		if err != nil {
			return firstOf(context.Cause(ctx), err)
		}
		if have >= n {
			return nil
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil { // an answer costs the server a millisecond
			return err
		}
	}
}

// messagesStored reads the numbers of the messages from the database of a server that has ended.
func messagesStored(ctx context.Context, file string) ([]int, error) {
	store, err := sqlite.Open(ctx, file)
	if err != nil {
		return nil, err
	}
	defer store.Close()
	name, err := text.ParseRoomName("#general")
	if err != nil {
		return nil, err
	}
	r, err := store.RoomByName(ctx, name)
	if err != nil {
		return nil, err
	}
	var out []int
	for after := uint64(0); ; {
		events, err := store.Events(ctx, r.ID, after, 1000)
		if err != nil || len(events) == 0 {
			return out, err
		}
		for i := range events {
			out = append(out, messagesIn(events[i].Text.String())...)
		}
		after = events[len(events)-1].Seq
	}
}

func (l *lab) postsAlone(ctx context.Context) (float64, error) {
	l.mu.Lock()
	dir := filepath.Join(l.dir, fmt.Sprintf("posts-%d", len(l.servers)))
	l.mu.Unlock()
	var rate float64
	p, err := spawn(ctx, dir+".log", nil, func(line string) bool {
		var err error
		rate, err = strconv.ParseFloat(strings.TrimPrefix(line, "posts/s "), 64)
		return err == nil
	}, l.self, "post", dir, strconv.Itoa(l.scale.postBatches*5000))
	if err != nil {
		return 0, err
	}
	<-p.exited
	return rate, p.err
}

// post is a process of its own in which 1,000 people post into one room, each as fast as they are
// answered: args are the folder of the database and how many messages they post in all.
func post(args []string) error {
	ctx := context.Background()
	total, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	file := filepath.Join(args[0], "parley.db")
	took, err := postInto(ctx, file, total)
	if err != nil {
		return err
	}
	stored, err := messagesStored(ctx, file)
	if err != nil {
		return err
	}
	if err := exactly(stored, 0, total); err != nil {
		return err
	}
	fmt.Println("posts/s", float64(total)/took.Seconds())
	return nil
}

func postInto(ctx context.Context, file string, total int) (took time.Duration, err error) {
	store, err := sqlite.Open(ctx, file)
	if err != nil {
		return 0, err
	}
	m := rooms.New(store, rooms.LocalBus{}, rooms.Options{})
	defer func() { err = firstOf(err, m.Close(ctx), store.Close()) }()
	people, room, err := populate(ctx, m, min(1000, total))
	if err != nil {
		return 0, err
	}
	for _, who := range people {
		if _, err := m.Attach(ctx, who, rooms.SessionInfo{}); err != nil {
			return 0, err
		}
	}
	var next atomic.Int64
	errs := make([]error, len(people))
	var wg sync.WaitGroup
	start := time.Now()
	for i, who := range people {
		wg.Go(func() {
			for errs[i] == nil {
				n := int(next.Add(1)) - 1
				if n >= total {
					return
				}
				var body text.Body
				if body, errs[i] = text.ParseBody(message(n)); errs[i] == nil {
					_, errs[i] = m.Post(ctx, who, rooms.Post{Room: room, Type: rooms.Message, Text: body})
				}
			}
		})
	}
	wg.Wait()
	return time.Since(start), firstOf(errs...)
}
