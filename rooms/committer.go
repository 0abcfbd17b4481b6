package rooms

import (
	"context"
	"time"
)

// committer is the one goroutine that calls Store.Append. It takes what waits,
// up to Options.Batch, commits it in one transaction, applies it to the rooms,
// tells the bus, and answers. What arrives meanwhile waits for the next round,
// so the more there is to do, the larger the batches are.
//
// Between two commits it saves, in small parts, what is written behind.
type committer struct {
	m       *Manager
	queue   chan *request   // two batches; who finds it full waits with their context
	flushes chan chan error // no buffer
	stopped chan struct{}   // closed to end the goroutine
	ended   chan struct{}   // closed by it
	stopErr error           // set before ended is closed
	appends outage
	saver   *saver

	// The rest belongs to the goroutine.
	committed time.Time // when a batch was committed last
	batch     []*request
	entries   []Entry
	groups    []group
	index     map[ID]int // of groups
}

// request is one entry on its way. The goroutine that made it gives it up by sending it.
type request struct {
	ctx   context.Context
	room  *room // with a reference that the committer gives back; nil for Create
	entry Entry
	done  chan outcome // one slot
}

// outcome is what became of a request.
type outcome struct {
	event *Event
	room  Room
	again bool
	err   error
}

// group is the events of one room in one batch.
type group struct {
	room   *room
	events []entry
}

func newCommitter(m *Manager) *committer {
	return &committer{
		m:       m,
		queue:   make(chan *request, 2*m.opts.Batch),
		flushes: make(chan chan error),
		stopped: make(chan struct{}),
		ended:   make(chan struct{}),
		appends: outage{what: "commit", log: m.log},
		saver:   newSaver(m),
		index:   map[ID]int{},
	}
}

// commit queues an entry and waits for its outcome.
func (c *committer) commit(ctx context.Context, r *room, e Entry) outcome {
	req := &request{ctx: ctx, room: r, entry: e, done: make(chan outcome, 1)}
	if r != nil {
		r.refs.Add(1)
	}
	select {
	case c.queue <- req:
	case <-ctx.Done():
		c.letGo(req)
		return outcome{err: ctx.Err()}
	case <-c.ended:
		c.letGo(req)
		return outcome{err: ErrClosed}
	}
	select {
	case out := <-req.done:
		return out
	case <-ctx.Done():
		return outcome{err: ctx.Err()}
	case <-c.ended:
	}
	select {
	case out := <-req.done:
		return out
	default:
		return outcome{err: ErrClosed}
	}
}

// flush returns when all that was to be saved before the call is stored.
func (c *committer) flush(ctx context.Context) error {
	done := make(chan error, 1)
	select {
	case c.flushes <- done:
	case <-ctx.Done():
		return ctx.Err()
	case <-c.ended:
		return ErrClosed
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// stop ends the goroutine after what is queued and saves what is left.
func (c *committer) stop(ctx context.Context) error {
	close(c.stopped)
	select {
	case <-c.ended:
		return c.stopErr
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *committer) run() {
	defer close(c.ended)
	timer := time.NewTimer(time.Hour)
	timer.Stop()
	armed, waits := false, 0
	for {
		select {
		case req := <-c.queue:
			c.round(req)
		case <-c.saver.pending:
			armed = armed || c.arm(timer, saveEvery)
		case <-timer.C:
			if left := saveGap - time.Since(c.committed); left > 0 && waits < saveWaits {
				waits++
				timer.Reset(left)
				break
			}
			waits = 0
			after := saveEvery
			if c.save() != nil {
				after = saveAgain
			}
			armed = c.arm(timer, after)
		case done := <-c.flushes:
			done <- c.save()
			armed = armed || c.arm(timer, saveEvery)
		case <-c.stopped:
			c.drain()
			c.stopErr = c.save()
			return
		}
	}
}

// arm sets the timer if something is to be saved.
func (c *committer) arm(timer *time.Timer, after time.Duration) bool {
	if c.saver.length() == 0 {
		return false
	}
	timer.Reset(after)
	return true
}

// drain commits what is queued.
func (c *committer) drain() {
	for {
		select {
		case req := <-c.queue:
			c.round(req)
		default:
			return
		}
	}
}

// save stores what is written behind, with a round of commits between its parts.
func (c *committer) save() error {
	var failed error
	for left := c.saver.length(); left > 0 && failed == nil; {
		n := 0
		if err := c.m.guard("save", func() { n, failed = c.saver.part(left) }); err != nil {
			return err
		}
		left -= n
		select {
		case req := <-c.queue:
			c.round(req)
		default:
		}
	}
	return failed
}

// round commits one batch that begins with req. It survives a panic: whoever
// was not answered is told, and the rooms are read again.
func (c *committer) round(req *request) {
	c.gather(req)
	if err := c.m.guard("commit", c.commitBatch); err != nil {
		c.refuse(err)
	}
	clear(c.batch)
	clear(c.entries)
	clear(c.groups)
	clear(c.index)
}

// gather fills the batch from the queue. Who has stopped waiting is left out.
func (c *committer) gather(req *request) {
	c.batch, c.entries, c.groups = c.batch[:0], c.entries[:0], c.groups[:0]
	for {
		if req.ctx.Err() == nil {
			c.batch = append(c.batch, req)
			c.entries = append(c.entries, req.entry)
		} else {
			c.letGo(req)
		}
		if len(c.batch) == c.m.opts.Batch {
			return
		}
		select {
		case req = <-c.queue:
		default:
			return
		}
	}
}

func (c *committer) commitBatch() {
	if len(c.batch) == 0 {
		return
	}
	m := c.m
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	start := time.Now()
	results, err := m.store.Append(ctx, c.entries)
	m.counts.commitNanos.Add(int64(time.Since(start)))
	if err == nil && len(results) != len(c.entries) {
		err = errShort
	}
	c.appends.note(err, len(c.batch))
	if err != nil {
		m.counts.commitErrors.Add(1)
		c.refuse(err)
		return
	}
	m.counts.commits.Add(1)
	c.committed = time.Now()
	m.repairs.soon() // the store works: what a failure left open can be read now
	outs := make([]outcome, len(results))
	for i := range results {
		outs[i] = c.take(c.batch[i], &results[i])
	}
	for i := range c.groups {
		c.applyGroup(&c.groups[i])
	}
	for i, req := range c.batch {
		c.answer(req, outs[i])
		c.batch[i] = nil
	}
}

// take makes an outcome of a result and puts a new event into its room's group.
func (c *committer) take(req *request, res *Result) outcome {
	if res.Err != nil {
		return outcome{err: res.Err}
	}
	event := new(Event)
	*event = res.Event
	out := outcome{event: event, room: res.Room, again: res.Again}
	if res.Again {
		return out
	}
	if event.Counts() {
		c.m.counts.posts.Add(1)
	}
	r := req.room
	if r == nil {
		// The room as it was before its first event, which is applied like any other.
		before := res.Room
		before.Seq, before.Messages, before.People = 0, 0, 0
		r, _ = c.m.adopt(before, c.m.missed.Load())
		req.room = r
	}
	i, found := c.index[r.id]
	if !found {
		i = len(c.groups)
		c.index[r.id] = i
		c.groups = append(c.groups, group{room: r})
	}
	c.groups[i].events = append(c.groups[i].events, committed(event, res))
	return out
}

// applyGroup takes committed events into memory and tells the other nodes.
func (c *committer) applyGroup(g *group) {
	m, r := c.m, g.room
	if !m.apply(r, g.events) {
		// Other nodes wrote between, or a commit whose outcome was unknown did happen.
		ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
		err := m.fill(ctx, r)
		cancel()
		if err != nil {
			m.repairs.room(r.id)
		}
	}
	if g.events[0].Type == Create {
		// Whoever found the room in the store since the commit loaded it with its first event.
		r.mu.Lock()
		m.created(r, g.events[0].Event, 0)
		r.mu.Unlock()
	}
	if m.alone {
		return
	}
	note := Note{Events: make([]Event, len(g.events))}
	for i, e := range g.events {
		note.Events[i] = *e.Event
		switch e.Type {
		case Create, Join, Leave, Decline:
			m.bus.Publish(Note{Person: e.Author})
		case Invite, Grant, Kick, Ban, Quiet, Unquiet:
			m.bus.Publish(Note{Person: e.Target})
		}
	}
	m.bus.Publish(note)
}

// refuse answers all of the batch that wait still. Whether the commit happened
// may be unknown, so what it touched is compared with the store later.
func (c *committer) refuse(cause error) {
	err := &storeError{cause}
	for i, req := range c.batch {
		if req == nil {
			continue
		}
		if req.room != nil {
			c.m.repairs.room(req.room.id)
		} else {
			c.m.repairs.person(req.entry.Author)
		}
		c.answer(req, outcome{err: err})
		c.batch[i] = nil
	}
}

func (c *committer) answer(req *request, out outcome) {
	c.letGo(req)
	req.done <- out
}

// letGo gives back the request's reference to its room.
func (c *committer) letGo(req *request) {
	if req.room != nil {
		c.m.release(req.room)
	}
}
