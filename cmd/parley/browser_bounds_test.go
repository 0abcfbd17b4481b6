package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// heap is what the scripts of a page hold, in bytes, after what is not needed was collected.
func (p *page) heap() (used float64) {
	p.t.Helper()
	p.do("measure", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, heapprofiler.CollectGarbage, cdp.Empty{}); err != nil {
			return err
		}
		got, err := cdp.Call(ctx, t, runtime.GetHeapUsage, cdp.Empty{})
		used = got.UsedSize
		return err
	}))
	return used
}

// holds lets something happen, after which the scripts of the page hold about as much as before.
func (p *page) holds(what string, happen func()) {
	p.t.Helper()
	before := p.heap()
	happen()
	after := p.heap()
	p.t.Logf("the page holds %.1f MB before and %.1f MB after %s", before/1e6, after/1e6, what)
	if after > before+4e6 {
		p.t.Errorf("the page holds %.1f MB more after %s", (after-before)/1e6, what)
	}
}

// TestALongRoomIsShownSoonAndTakesNoMore: a room of ten thousand messages is painted soon, and reading all of it leaves no more in
// the document and in memory than reading some. The promise of a second is about a machine that does nothing else: the log has the figures.
func TestALongRoomIsShownSoonAndTakesNoMore(t *testing.T) {
	if testing.Short() {
		return
	}
	s := newSite(t, "", "ana")
	if err := os.MkdirAll(filepath.Join(s.dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	const count = 10_000
	if err := seed(filepath.Join(s.dir, "data", "parley.db"), "#ops", count, "ana", "message %d of a long room, in which much was said"); err != nil {
		t.Fatal(err)
	}
	s.begin()
	ana := s.enter("ana", "/", 1200, 800)
	newest := row(fmt.Sprintf("message %d of", count))
	began := time.Now()
	ana.do("open the room", chromedp.Navigate(s.url("/r/ops")))
	ana.until("it shows the newest message", newest)
	took := time.Since(began)
	t.Logf("a room of %d messages was there after %v", count, took.Round(time.Millisecond))
	if took > 5*time.Second {
		t.Errorf("a room of %d messages was there after %v", count, took)
	}
	ana.holds("all was read", func() {
		if seen := ana.walk("message "); len(seen) != count {
			t.Errorf("%d of %d messages were shown", len(seen), count)
		}
	})
	s.took("reading all of it", began)
	ana.press("Alt+End")
	ana.until("it shows the newest message again", newest)
}

// TestAHundredMessagesASecondAreAllShown: none of them is dropped, and the page goes on painting. The log has how long its frames took.
func TestAHundredMessagesASecondAreAllShown(t *testing.T) {
	if testing.Short() {
		return
	}
	s := newRoom(t, "ana", "bo")
	ana := s.enter("ana", "/r/ops", 1200, 800)
	const count, second = 500, 100
	ana.eval(`(() => {
		window.frames_ = []; let last = performance.now();
		const tick = (now) => { frames_.push(now - last); last = now; if (frames_) requestAnimationFrame(tick); };
		requestAnimationFrame(tick);
		window.arrived = new Set();
		new MutationObserver(() => { for (const m of document.querySelectorAll('main article.msg[data-seq]')) arrived.add(m.dataset.seq); }).observe(document.querySelector('main .rows'), {childList: true});
	})()`, nil)
	bo := s.converse("bo", "#ops")
	go func() {
		for bo.lines.Scan() { // nothing waits for what it reads
		}
	}()
	tick := time.NewTicker(time.Second / second)
	began := time.Now()
	for i := range count {
		<-tick.C
		bo.send(fmt.Sprintf(`{"id":%d,"command":"post","args":"#ops","body":"burst %03d"}`, i, i))
	}
	tick.Stop()
	ana.until("it shows the last one", row(fmt.Sprintf("burst %03d", count-1)))
	s.took(fmt.Sprintf("writing and showing %d messages", count), began)
	var seen struct {
		Arrived int
		Frames  []float64
	}
	ana.eval("({Arrived: arrived.size, Frames: frames_})", &seen)
	slices.Sort(seen.Frames)
	late := len(seen.Frames) - len(slices.DeleteFunc(slices.Clone(seen.Frames), func(ms float64) bool { return ms > 50 }))
	t.Logf("%d messages stood in the document; of %d frames the median took %.1f ms, the 99th percentile %.1f ms, the longest %.1f ms, and %d more than 50 ms", seen.Arrived,
		len(seen.Frames), seen.Frames[len(seen.Frames)/2], seen.Frames[len(seen.Frames)*99/100], seen.Frames[len(seen.Frames)-1], late)
	if got := ana.walk("burst "); len(got) != count {
		t.Errorf("%d of %d messages are shown", len(got), count)
	} else {
		for words, n := range got {
			if n != 1 {
				t.Errorf("%s is shown %d times", words, n)
			}
		}
	}
}

// TestNothingGrowsWithWhatComes: after many live messages the page holds as much as before.
func TestNothingGrowsWithWhatComes(t *testing.T) {
	if testing.Short() {
		return
	}
	s := newRoom(t, "ana", "bo")
	ana := s.enter("ana", "/r/ops", 1200, 800)
	come := func(from, to int) {
		var lines strings.Builder
		for i := from; i < to; i++ {
			fmt.Fprintf(&lines, "{\"id\":%d,\"command\":\"post\",\"args\":\"#ops\",\"body\":\"message %d with @ana in `it`\"}\n", i, i)
		}
		s.pipe("bo", lines.String(), "attach", "--json", "#ops")
		ana.until("the last one is there", row(fmt.Sprintf("message %d ", to-1)))
	}
	come(0, 500)
	ana.holds("1,500 messages came", func() { come(500, 2000) })
	if rows := ana.count("main .log .rows > *"); rows > 400 {
		t.Errorf("the page has %d rows after 1,500 messages came", rows)
	}
}
