package view

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dlclark/regexp2/v2"
	"go.uber.org/goleak"

	"parley/highlight"
	"parley/keys"
	"parley/view/screen"
	"parley/view/screen/screentest"
)

// TestMain fails if a view leaves a goroutine behind. The clock of regexp2, which highlighting starts for a
// second at a time, has to be there before a test begins: inside of a bubble of synctest it would not end.
func TestMain(m *testing.M) {
	highlight.Prepare() // sets the clock's period, which nothing may do while it runs
	clock := regexp2.MustCompile("x")
	clock.MatchTimeout = time.Hour
	if _, err := clock.MatchString("x"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/dlclark/regexp2/v2.runClock"))
}

// rig is a view that runs, with a person's hands and eyes.
type rig struct {
	t      testing.TB
	view   *View
	term   *screentest.Term
	hands  *io.PipeWriter
	resize chan screen.Size
	cancel context.CancelCauseFunc

	mu      sync.Mutex
	changed *sync.Cond
	writes  int
	said    []byte // notices: what is not painted
	ended   bool
	late    bool
	outcome Outcome
	err     error
}

// Write lets the terminal show p and tells those who wait.
func (r *rig) Write(p []byte) (int, error) {
	n, err := r.term.Write(p)
	r.mu.Lock()
	r.writes++
	for _, part := range bytes.SplitAfter(p, []byte{'\a'}) {
		if at := max(bytes.LastIndex(part, []byte("\x1b]9;")), bytes.LastIndex(part, []byte("\x1b]777;"))); at >= 0 {
			r.said = append(r.said, part[at+2:]...)
		} else if bytes.HasSuffix(part, []byte{'\a'}) {
			r.said = append(r.said, '\a')
		}
	}
	r.changed.Broadcast()
	r.mu.Unlock()
	return n, err
}

// watch starts a view on a fake server.
func watch(t testing.TB, f *fake, cols, rows int, with ...func(*Options)) *rig {
	o := Options{
		Identity: keys.Identity{Name: f.me}, Size: screen.Size{Cols: cols, Rows: rows}, Term: "xterm-256color",
		Env: map[string]string{"TZ": "UTC"}, Shared: NewShared(0), Server: "parley.example",
		Clock: func() time.Time { return noon.Add(130 * time.Minute) },
	}
	for _, w := range with {
		w(&o)
	}
	v := &View{ses: f, talk: f}
	v.init(o)
	return start(t, v, cols, rows)
}

func start(t testing.TB, v *View, cols, rows int) *rig {
	in, hands := io.Pipe()
	ctx, cancel := context.WithCancelCause(context.Background())
	r := &rig{t: t, view: v, term: screentest.New(cols, rows), hands: hands, resize: make(chan screen.Size, 1), cancel: cancel}
	r.changed = sync.NewCond(&r.mu)
	go func() {
		outcome, err := v.Run(ctx, in, r, r.resize)
		if outcome == WantsPlain {
			t.Cleanup(func() { _ = in.Close() })
		} else {
			_ = in.Close()
		}
		r.mu.Lock()
		r.ended, r.outcome, r.err = true, outcome, err
		r.changed.Broadcast()
		r.mu.Unlock()
	}()
	t.Cleanup(func() {
		cancel(nil)
		r.end()
		r.term.Close()
	})
	return r
}

// end waits until Run has returned.
func (r *rig) end() Outcome {
	late := time.AfterFunc(10*time.Second, func() { r.mu.Lock(); r.late = true; r.changed.Broadcast(); r.mu.Unlock() })
	defer late.Stop()
	r.mu.Lock()
	defer r.mu.Unlock()
	for !r.ended {
		if r.late {
			r.t.Fatalf("the view does not end; the screen is\n%s", r.term.String())
		}
		r.changed.Wait()
	}
	return r.outcome
}

// What terminals answer to the question of screen.AskMargins. Those of rigs know margins; a test that is about that sends it.
const (
	knowsMargins = "\x1b[?69;2$y"
	lacksMargins = "\x1b[?69;0$y"
)

// types sends keys.
func (r *rig) types(s string) {
	r.t.Helper()
	if _, err := io.WriteString(r.hands, s); err != nil {
		r.t.Fatalf("typing %q: %v", s, err)
	}
}

// until waits until the screen is as wanted.
func (r *rig) until(what string, ok func(screen string) bool) string {
	r.t.Helper()
	late := time.AfterFunc(10*time.Second, func() { r.mu.Lock(); r.changed.Broadcast(); r.mu.Unlock() })
	defer late.Stop()
	deadline := time.Now().Add(10 * time.Second)
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		s := r.term.String()
		if ok(s) {
			return s
		}
		if time.Now().After(deadline) || r.ended {
			r.t.Fatalf("%s never came (ended %v %v); the screen is\n%s", what, r.ended, r.err, s)
		}
		r.changed.Wait()
	}
}

func (r *rig) sees(words string) string {
	r.t.Helper()
	return r.until(words, func(s string) bool { return strings.Contains(s, words) })
}

func (r *rig) gone(words string) string {
	r.t.Helper()
	return r.until("the end of "+words, func(s string) bool { return !strings.Contains(s, words) })
}

// settle waits until the view has nothing more to do for now. Only in a synctest bubble.
func (r *rig) settle() string {
	time.Sleep(200 * time.Millisecond)
	synctest.Wait()
	return r.term.String()
}

// in plays a scene on a fake clock.
func in(t *testing.T, f *fake, cols, rows int, scene func(r *rig), with ...func(*Options)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f.wake = make(chan struct{}, 1) // a channel from outside of the bubble would stop its clock
		r := watch(t, f, cols, rows, with...)
		r.settle()
		scene(r)
		r.cancel(nil)
		r.end()
	})
}

// resizes changes the size of the window.
func (r *rig) resizes(cols, rows int) string {
	r.term.Resize(cols, rows)
	r.resize <- screen.Size{Cols: cols, Rows: rows}
	r.view.ses.Ring()
	return r.settle()
}
