package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"parley/rooms"
	"parley/text"
	"parley/wire"
)

const (
	// eventsAtOnce is how many events are read at once, and how many may be passed over before that is stored.
	eventsAtOnce = 100
	passedOver   = 500
	// saveEvery bounds how often how far a hook is gets stored while it catches up.
	saveEvery = time.Second
	// firstRetry and lastRetry are the waits after the first failure and after many; the longest that a target may ask for is longestAsked.
	firstRetry   = time.Second
	lastRetry    = 10 * time.Minute
	longestAsked = time.Hour
	// giveUp is for how long one event is tried.
	giveUp = 24 * time.Hour
)

// delivery is one hook out on its way through the log of its room. Its goroutine owns it.
type delivery struct {
	*Courier
	hook  rooms.Hook
	state rooms.Delivery
	used  time.Time
	ear   *rooms.Ear

	saved   uint64 // the cursor as it is stored
	savedAt time.Time
}

// run delivers until ctx ends, or the hook is gone or switched off.
func (c *Courier) run(ctx context.Context, h rooms.Hook) {
	d := &delivery{Courier: c, hook: h, state: h.Out.Delivery, used: h.Used, saved: h.Out.Cursor}
	for {
		var err error
		if d.ear, err = c.Rooms.Listen(ctx, h.Room); err == nil {
			break
		}
		if errors.Is(err, rooms.ErrNoRoom) || c.pause(ctx, storeRest) != nil {
			return
		}
	}
	defer d.ear.Close()
	for d.next(ctx) {
	}
	if d.state.Cursor != d.saved { // passed over, or delivered a moment ago
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = d.save(ending) // what is not stored is delivered again, with the same number
	}
}

// next delivers what is there, or waits for more; false at the end.
func (d *delivery) next(ctx context.Context) bool {
	events, err := d.ear.Events(ctx, d.state.Cursor, eventsAtOnce)
	if err != nil {
		return !errors.Is(err, rooms.ErrClosed) && d.pause(ctx, storeRest) == nil
	}
	if len(events) == 0 {
		select {
		case <-d.ear.Wake():
			return true
		case <-ctx.Done():
			return false
		}
	}
	told := false
	for _, e := range events {
		if !wants(&d.hook, e) {
			d.state.Cursor = e.Seq
			continue
		}
		if !d.deliver(ctx, e) {
			return false
		}
		told = true
		if d.Clock().Sub(d.savedAt) >= saveEvery && d.save(ctx) != nil && ctx.Err() != nil {
			return false
		}
	}
	if told || d.state.Cursor-d.saved >= passedOver {
		_ = d.save(ctx) // the next one stores it too
	}
	return ctx.Err() == nil
}

// wants reports whether a hook is for an event. Its own messages never come back to it.
func wants(h *rooms.Hook, e *rooms.Event) bool {
	switch {
	case e.Author == h.Name:
		return false
	case h.Out.For == rooms.ForAll:
		return true
	case e.Bot:
		return false
	case h.Out.For == rooms.ForPeople:
		return true
	case !e.Type.Talk():
		return false
	case h.Out.For == rooms.ForMentions:
		for _, name := range text.Mentions(e.Text) {
			if name == h.Name {
				return true
			}
		}
		return false
	}
	return text.HasWord(text.Fold(e.Text.String()), text.Fold(h.Out.Word))
}

// deliver tries one event until it is taken or given up; false if the hook is to deliver nothing more.
func (d *delivery) deliver(ctx context.Context, e *rooms.Event) bool {
	for {
		if wait := d.state.Next.Sub(d.Clock()); !d.state.Next.IsZero() && wait > 0 && d.pause(ctx, wait) != nil {
			return false
		}
		got, err := d.try(ctx, e)
		switch {
		case got.ok:
			d.delivered.Add(1)
			d.used = d.Clock().UTC().Truncate(time.Millisecond)
			d.state = rooms.Delivery{Cursor: e.Seq, Skipped: d.state.Skipped}
			d.answer(ctx, e, got.answer)
			return true
		case errors.Is(err, rooms.ErrNoHook) || ctx.Err() != nil:
			return false
		case err != nil: // the store
			if d.pause(ctx, storeRest) != nil {
				return false
			}
			continue
		}
		d.failed.Add(1)
		if done, more := d.failedTry(ctx, e, got); done {
			return more
		}
	}
}

// try makes one try with the hook as it is now: it may have another secret, or be gone.
func (d *delivery) try(ctx context.Context, e *rooms.Event) (result, error) {
	select {
	case d.slots <- struct{}{}:
		defer func() { <-d.slots }()
	case <-ctx.Done():
		return result{}, ctx.Err()
	}
	h, err := d.Rooms.Hook(ctx, d.hook.ID)
	if err != nil {
		return result{}, err
	}
	d.hook = h
	return d.attempt(ctx, h, e, d.ear.Room()), nil
}

// failedTry notes that a try has failed. done says that the event is tried no more, more that the hook goes on.
func (d *delivery) failedTry(ctx context.Context, e *rooms.Event, got result) (done, more bool) {
	now := d.Clock().UTC().Truncate(time.Millisecond)
	s := &d.state
	s.Trouble = got.trouble.Error()
	s.Failures++
	if s.Since.IsZero() {
		s.Since = now
	}
	switch {
	case got.gone:
		s.Off = true
		done, more = true, false
	case now.Sub(s.Since) >= giveUp:
		*s = rooms.Delivery{Cursor: e.Seq, Skipped: s.Skipped + 1, Trouble: s.Trouble}
		done, more = true, true
	default:
		s.Next = now.Add(backoff(s.Failures, got.after, rand.Float64()))
	}
	d.Log.Info("a hook's target did not take an event", "hook", d.hook.Name.String(), "seq", e.Seq, "failures", s.Failures, "error", s.Trouble)
	_ = d.save(ctx) // a restart in between tries again sooner
	switch {
	case s.Off:
		d.Tell(d.hook, 0)
	case done:
		d.Tell(d.hook, e.Seq)
	}
	return done, more
}

// backoff is the wait after so many failures in a row: doubled each time up to ten minutes, of which chance, from 0 to
// 1, takes away up to half, so that hooks that failed together do not come back together. A target may ask for more, up to an hour.
func backoff(failures int, asked time.Duration, chance float64) time.Duration {
	wait := lastRetry
	if failures < 11 { // 2^10 s is more than that already
		wait = min(lastRetry, firstRetry<<max(0, failures-1))
	}
	wait -= time.Duration(chance * float64(wait) / 2)
	return max(wait, min(asked, longestAsked))
}

// save stores how far the hook is.
func (d *delivery) save(ctx context.Context) error {
	err := d.Rooms.SaveDelivery(ctx, d.hook.ID, d.state, d.used)
	if err == nil {
		d.saved, d.savedAt = d.state.Cursor, d.Clock()
	}
	return err
}

// result is what came of one try.
type result struct {
	ok      bool
	gone    bool          // the target says that it is no more
	after   time.Duration // the target asks not to be tried before; 0 for nothing
	trouble error         // why it was not taken, one line
	answer  []byte        // of a target that took it, at most maxAnswer bytes
}

// attempt posts one event to a hook's target.
func (c *Courier) attempt(ctx context.Context, h rooms.Hook, e *rooms.Event, room rooms.Room) result {
	body, err := wire.AppendLine(nil, wire.FromEvent(e, room.Label(text.Name{})))
	if err != nil {
		return result{trouble: errors.New("the event cannot be encoded")}
	}
	body = bytes.TrimSuffix(body, []byte("\n"))
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.Out.URL, bytes.NewReader(body))
	if err != nil {
		return result{trouble: errors.New("its address is none")}
	}
	at := strconv.FormatInt(c.Clock().Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Parley")
	req.Header.Set("X-Parley-Event", string(e.Type))
	req.Header.Set("X-Parley-Delivery", fmt.Sprintf("%d:%d", e.Room, e.Seq))
	req.Header.Set("X-Parley-Timestamp", at)
	req.Header.Set("X-Parley-Signature", "v1="+sign(h.Out.Secret, append([]byte(at+"."), body...)))
	resp, err := c.client.Do(req)
	if err != nil {
		return result{trouble: whyNot(err)}
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	switch status := resp.StatusCode; {
	case status >= 200 && status < 300 && err == nil:
		return result{ok: true, answer: answer}
	case status >= 200 && status < 300:
		return result{trouble: errors.New("its answer broke off")}
	case status >= 300 && status < 400:
		return result{trouble: fmt.Errorf("it answers with a redirect (%d), which is not followed", status)}
	default:
		return result{gone: status == http.StatusGone, after: askedFor(resp.Header.Get("Retry-After"), c.Clock()), trouble: fmt.Errorf("it answers %d", status)}
	}
}

// whyNot is a failed request in a few words, without its URL, which may hold a secret, and without addresses of this machine and
// its network: which resolver it asks, and where it sends from.
func whyNot(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		err = failed.Err
	}
	switch {
	case errors.Is(err, errPrivate):
		return errPrivate
	case errors.Is(err, context.DeadlineExceeded), failed != nil && failed.Timeout():
		return errors.New("it does not answer in time")
	}
	if unknown := (*net.DNSError)(nil); errors.As(err, &unknown) {
		return errors.New("its name leads to no address")
	}
	if op := (*net.OpError)(nil); errors.As(err, &op) && op.Err != nil {
		return op.Err
	}
	return err
}

// askedFor reads Retry-After: seconds, or a time.
func askedFor(s string, now time.Time) time.Duration {
	if n, err := strconv.Atoi(s); err == nil && n > 0 {
		return time.Duration(min(n, 1<<20)) * time.Second
	}
	if at, err := http.ParseTime(s); err == nil && at.After(now) {
		return at.Sub(now)
	}
	return 0
}

// answer posts what a target says to a message that was for it, as an answer to the message.
func (d *delivery) answer(ctx context.Context, e *rooms.Event, said []byte) {
	if d.hook.Out.For != rooms.ForMentions && d.hook.Out.For != rooms.ForWord {
		return
	}
	var m struct{ Text string }
	if json.Unmarshal(said, &m) != nil || strings.TrimSpace(m.Text) == "" {
		return
	}
	p := payload{text: unslack(m.Text), nonce: fmt.Sprintf("%d:%d", d.hook.ID, e.Seq)}
	body, err := p.body()
	if err == nil {
		_, err = d.Rooms.Post(ctx, d.hook.Actor(), rooms.Post{Room: e.Room, Type: rooms.Message, Text: body, Nonce: p.nonce, Ref: e.Seq, Thread: e.Thread})
	}
	if err != nil {
		d.Log.Info("the answer of a hook's target was not posted", "hook", d.hook.Name.String(), "seq", e.Seq, "error", err)
	}
}
