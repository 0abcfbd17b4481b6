package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"parley/rooms"
	"parley/text"
)

const (
	// deliveriesAtOnce bounds what all hooks out together have under way.
	deliveriesAtOnce = 8
	// deliveryTime bounds one delivery, its answer included.
	deliveryTime = 10 * time.Second
	// storeRest is how long after a failure of the store it is asked again.
	storeRest = 10 * time.Second
	// maxAnswer is what is read of an answer: a message, in JSON. The rest is thrown away.
	maxAnswer = 64 << 10
)

// CourierOptions are what a Courier acts on.
type CourierOptions struct {
	Rooms *rooms.Manager
	Log   *slog.Logger
	// Allow lists hosts, and hosts with a port, in lower case, that hooks may lead to whatever their address is.
	Allow []string
	// Tell tells the maker of a hook that an event, of that seq, was given up, or with seq 0 that the hook was switched off.
	Tell func(h rooms.Hook, seq uint64)
	// Clock is for tests; nil is time.Now.
	Clock func() time.Time
}

// Courier delivers the events of rooms to their hooks out. A goroutine runs for each of these hooks that is not switched
// off, and none while there are none.
type Courier struct {
	CourierOptions
	targets
	client *http.Client
	slots  chan struct{} // capacity deliveriesAtOnce: a slot for each delivery that is under way
	pause  func(context.Context, time.Duration) error
	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	wait   sync.WaitGroup

	delivered, failed, panics atomic.Uint64

	mu      sync.Mutex // a leaf; guards the rest
	closed  bool
	syncing bool // a goroutine compares running with the store
	again   bool // what it found may be old by now
	running map[uint64]context.CancelFunc
}

// NewCourier returns a courier; Start starts it.
func NewCourier(o CourierOptions) *Courier {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Tell == nil {
		o.Tell = func(rooms.Hook, uint64) {}
	}
	c := &Courier{CourierOptions: o, targets: targets{o.Allow}, slots: make(chan struct{}, deliveriesAtOnce), pause: pause, running: map[uint64]context.CancelFunc{}}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	c.client = &http.Client{
		Timeout: deliveryTime,
		// A redirect would lead past the checks of the address that was given, and make a GET of a POST.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:                  nil, // not from the environment either: a proxy would be connected to in place of the target
			DialContext:            c.dial,
			TLSHandshakeTimeout:    connectTime,
			ResponseHeaderTimeout:  deliveryTime,
			MaxResponseHeaderBytes: 16 << 10,
			MaxIdleConns:           deliveriesAtOnce,
			MaxIdleConnsPerHost:    1,
			IdleConnTimeout:        30 * time.Second,
			DisableCompression:     true, // what is read of an answer is what was sent
		},
	}
	return c
}

// Start begins to deliver, and goes on as hooks come and go.
func (c *Courier) Start() {
	c.Rooms.OnHooks(c.sync)
	c.sync()
}

// Close ends all deliveries and stores how far they are. It waits at most for ctx, and may be called again.
func (c *Courier) Close(ctx context.Context) error {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.cancel()
	done := make(chan struct{})
	go func() { c.wait.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
		return ctx.Err()
	}
	c.client.CloseIdleConnections()
	return nil
}

// CourierStats is what the metrics show.
type CourierStats struct {
	Delivered, Failed uint64 // tries
	Panics            uint64 // recovered; each one is a defect
}

// Stats returns the counters since the start.
func (c *Courier) Stats() CourierStats {
	return CourierStats{Delivered: c.delivered.Load(), Failed: c.failed.Load(), Panics: c.panics.Load()}
}

// sync starts a goroutine that compares what runs with the hooks that there are. It does not wait.
func (c *Courier) sync() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.syncing {
		c.again = true
		return
	}
	c.syncing = c.spawn(func() {
		for c.compare() {
		}
	})
}

// spawn runs fn in a goroutine that Close waits for; mu is held. A panic of it is counted and logged.
func (c *Courier) spawn(fn func()) bool {
	if c.closed {
		return false
	}
	c.wait.Go(func() {
		defer func() {
			if p := recover(); p != nil {
				c.panics.Add(1)
				c.Log.Error("a delivery panicked and was recovered", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			}
		}()
		fn()
	})
	return true
}

// compare starts and ends deliveries; more if that has to be done again.
func (c *Courier) compare() (more bool) {
	c.mu.Lock()
	c.again = false
	c.mu.Unlock()
	list, err := c.Rooms.Outgoing(c.ctx)
	if err != nil {
		if c.pause(c.ctx, storeRest) != nil {
			return false
		}
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	gone := map[uint64]bool{}
	for id := range c.running {
		gone[id] = true
	}
	for _, h := range list {
		delete(gone, h.ID)
		if c.running[h.ID] == nil && !h.Out.Off {
			ctx, cancel := context.WithCancel(c.ctx)
			c.running[h.ID] = cancel
			c.spawn(func() {
				defer c.ended(h.ID)
				c.run(ctx, h)
			})
		}
	}
	for id := range gone {
		c.running[id]()
	}
	c.syncing = c.again
	return c.again
}

// ended forgets a delivery that has ended.
func (c *Courier) ended(id uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running[id]()
	delete(c.running, id)
}

// Check refuses a URL that cannot be the target of a hook.
func (c *Courier) Check(url string) error { return c.check(url) }

// Ping posts an event of the type ping to a hook out, and says why its target did not take it. A hook that was switched off is
// on again if it did.
func (c *Courier) Ping(ctx context.Context, h rooms.Hook, by text.Name) error {
	select {
	case c.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	room, err := c.Rooms.HookRoom(ctx, h)
	var got result
	if err == nil {
		got = c.attempt(ctx, h, &rooms.Event{Room: h.Room, Type: "ping", Author: by, Time: c.Clock()}, room)
	}
	<-c.slots
	if err == nil && !got.ok {
		err = got.trouble
	}
	if err != nil || !h.Out.Off {
		return err
	}
	d := h.Out.Delivery
	d.Off, d.Trouble, d.Failures, d.Since, d.Next = false, "", 0, time.Time{}, time.Time{}
	if err := c.Rooms.SaveDelivery(ctx, h.ID, d, h.Used); err != nil {
		return err
	}
	c.sync()
	return nil
}

// pause waits, or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
