package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestMain lets the test be its own floor and baseline.
func TestMain(m *testing.M) {
	beChild()
	os.Exit(m.Run())
}

// TestEveryGroup runs everything, very small, so that it cannot rot between runs by hand.
func TestEveryGroup(t *testing.T) {
	tiny := scale{
		rounds: 1, sample: 2, room: 8, calmPosts: 8, burstEach: 6, logins: 8, idle: 8, idleFor: 100 * time.Millisecond, gogc: []string{"10"},
		postBatches: 1, echoFor: 20 * time.Millisecond, storm: 16, held: 20, typists: 2, searched: 3000,
		rooms: 5, messages: 700,
	}
	file := filepath.Join(t.TempDir(), "table.json")
	var out, progress bytes.Buffer
	if err := measure(t.Context(), tiny, regexp.MustCompile(""), file, &out, &progress); err != nil {
		t.Fatalf("%v\n%s\n%s", err, progress.String(), out.String())
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	if err := json.Unmarshal(raw, &rows); err != nil {
		t.Fatal(err)
	}
	for _, g := range groups() {
		if !slices.ContainsFunc(rows, func(r row) bool { return strings.HasPrefix(r.Figure, g.name+":") && r.Parley != nil }) {
			t.Errorf("the table has no figure of %s:\n%s", g.name, out.String())
		}
	}
}

// TestStopped cleans up when somebody presses Ctrl-C in the middle.
func TestStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	l, err := newLab(ctx, scale{rooms: 2, messages: 30}, &bytes.Buffer{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := l.gather(ctx, parley, 2, size{80, 24})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	l.reap()
	l.close()
	if err := r.alive(); err == nil {
		t.Error("the server is still there")
	}
	if _, err := os.Stat(l.dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
}

// TestLossIsSeen: what the witnesses let pass would be reported as delivered.
func TestLossIsSeen(t *testing.T) {
	for name, c := range map[string]struct {
		arrives string
		want    string
	}{
		"all":     {"m000000x\r\nm000001x\r\nm000002x\r\n", ""},
		"lost":    {"m000000x\r\nm000002x\r\n", "never saw 1 of 3 messages, the first of them 1"},
		"doubled": {"m000000x\r\nm000001x\r\nm000001x\r\nm000002x\r\n", "message 1 is on the screen twice"},
		"erased":  {"m000000x\r\nm000001\bx\r\nm000002x\r\n", "never saw 1 of 3 messages, the first of them 1"},
	} {
		t.Run(name, func(t *testing.T) {
			cl := record("ana", size{80, 24}, true)
			cl.arrive([]byte(c.arrives), time.Now(), true)
			w := newWitness(cl, 0)
			defer w.term.Close()
			err := w.watch(cl, 0)
			if err == nil {
				err = w.all(cl, 0, 3)
			}
			switch {
			case c.want == "" && err != nil:
				t.Error(err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || !errors.Is(err, errDelivery)):
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

// TestHalfAFrame: what is in the middle of a synchronised update is not on any screen, however long it takes to arrive.
func TestHalfAFrame(t *testing.T) {
	for begin, fails := range map[string]bool{"\x1b[?2026h": false, "": true} {
		cl := record("ana", size{80, 24}, true)
		now := time.Now()
		for i, piece := range []string{begin[:len(begin)/2], begin[len(begin)/2:] + "m000000x\r\nm000000x\r\n", "\x1b[H\x1b[2Jm000000x\r\n\x1b[?2026l"} {
			cl.arrive([]byte(piece), now.Add(time.Duration(i)*time.Second), i == 2)
		}
		w := newWitness(cl, 0)
		if err := w.watch(cl, 0); (err != nil) != fails {
			t.Errorf("a frame that begins with %q: %v", begin, err)
		}
		w.term.Close()
	}
}

// TestOrderIsSeen: everybody reads the same order, whichever it is.
func TestOrderIsSeen(t *testing.T) {
	ana, bo := &recording{name: "ana"}, &recording{name: "bo"}
	if err := agree([]*recording{ana, bo}, [][]int{{2, 1, 3}, {2, 1, 3}}, 1, 4); err != nil {
		t.Error(err)
	}
	if err := exactly(since([]int{0, 2, 1, 3}, 1), 1, 4); err != nil {
		t.Errorf("who spoke a moment later and came first is not counted: %v", err)
	}
	if err := exactly(since([]int{0, 2, 3}, 1), 1, 4); err == nil {
		t.Error("the first message is lost, and nothing is said of it")
	}
	if err := agree([]*recording{ana, bo}, [][]int{{1, 2, 3}, {2, 1, 3}}, 1, 4); !errors.Is(err, errDelivery) {
		t.Errorf("got %v for two orders", err)
	}
	if err := agree([]*recording{ana, bo}, [][]int{{1, 2, 3}, {1, 2, 3, 2}}, 1, 4); !errors.Is(err, errDelivery) {
		t.Errorf("got %v for a message that is there twice", err)
	}
}

// TestJoin puts pages together that were read from the bottom upwards.
func TestJoin(t *testing.T) {
	for _, c := range []struct{ page, rest, want []int }{
		{[]int{1, 2, 3}, []int{3, 4}, []int{1, 2, 3, 4}},
		{[]int{1, 2}, []int{3, 4}, []int{1, 2, 3, 4}},
		{[]int{3, 4}, []int{3, 4}, []int{3, 4}},
		{[]int{1, 2, 3, 4}, []int{2, 3}, []int{1, 2, 3, 4}},
		{[]int{2, 3}, []int{1, 2, 3, 4}, []int{1, 2, 3, 4}},
		{nil, []int{3, 4}, []int{3, 4}},
		{[]int{1, 2}, nil, []int{1, 2}},
	} {
		if got := join(c.page, c.rest); !slices.Equal(got, c.want) {
			t.Errorf("join(%v, %v) is %v, want %v", c.page, c.rest, got, c.want)
		}
	}
}

// TestVerdict: a figure is short exactly when it does not hold.
func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		hold        hold
		ours, floor float64
		want        string
	}{
		{ratioAtMost(1.5), 3, 2, "ok"},
		{ratioAtMost(1.5), 3.1, 2, "short"},
		{ratioAtLeast(1), 1, 1, "ok"},
		{ratioAtLeast(1), 0.9, 1, "short"},
		{atMost(160), 161, 1, "short"},
		{atLeast(15000), 15000, 1, "ok"},
		{hold{}, 3, 2, ""},
	} {
		var r report
		r.add("x", count, c.hold, parley, c.ours)
		r.add("x", count, c.hold, floor, c.floor)
		if got := r.rows()[0].Verdict; got != c.want {
			t.Errorf("%+v with %v and %v is %q, want %q", c.hold, c.ours, c.floor, got, c.want)
		}
	}
}

// TestSaveWithoutRatio: a floor of which the clock saw nothing leaves the ratio out, and the table is written all the same.
func TestSaveWithoutRatio(t *testing.T) {
	var r report
	r.add("x", percent, ratioAtMost(1.5), parley, 0.5)
	r.add("x", percent, ratioAtMost(1.5), floor, 0)
	r.add("y", percent, hold{}, parley, percentile(nil, 0.5))
	file := filepath.Join(t.TempDir(), "table.json")
	if err := r.save(file); err != nil {
		t.Fatal(err)
	}
	rows := r.rows()
	if rows[0].Ratio != nil || *rows[0].Floor != 0 || rows[1].Parley != nil {
		t.Errorf("the rows are %+v", rows)
	}
}
