package rooms

import (
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"
)

// levels keeps the levels of what is logged.
type levels struct{ got []slog.Level }

func (l *levels) Write(p []byte) (int, error) { return len(p), nil }

func TestAStoreThatFailsByTurnsDoesNotFillTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &levels{}
		o := &outage{what: "read", log: slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{
			ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
				if a.Key == slog.LevelKey {
					l.got = append(l.got, a.Value.Any().(slog.Level))
				}
				return a
			},
		}))}
		broken := errors.New("broken row")
		for range 6000 { // ten minutes
			o.note(broken, 1)
			o.note(nil, 0)
			time.Sleep(100 * time.Millisecond)
		}
		if n := len(l.got); n < 18 || n > 20 {
			t.Errorf("ten minutes of failing by turns are %d lines, want two a minute", n)
		}
		for i, level := range l.got {
			if want := []slog.Level{slog.LevelError, slog.LevelWarn}[i%2]; level != want {
				t.Errorf("line %d is %v, want %v: each failure that is told is followed by its end", i, level, want)
			}
		}
	})
}
