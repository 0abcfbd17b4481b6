package view

import (
	"fmt"
	"testing"

	"parley/rooms"
)

// TestGoldenSelect shows select mode and what its letters open at four widths.
func TestGoldenSelect(t *testing.T) {
	for _, size := range []struct{ cols, rows int }{{60, 20}, {80, 24}, {100, 30}, {200, 50}} {
		for _, s := range []struct{ name, keys, sees string }{
			{"select", "\x13", "Esc"},
			{"select-other", "\x13k", "o open"},
			{"reply", "\x13krthank you", "thank you"},
			{"edit", "\x1b[A, I said", "I said"},
			{"react", "\x13k+ta", ":taco:"},
			{"links", "\x13ko", "(links)"},
			{"whole", "\x13kv", "(ana)"},
			{"delete", "\x13d", "Delete your message"},
			{"copied", "\x13y", "sent 22 "},
		} {
			if s.name == "whole" || s.name == "delete" || s.name == "copied" || s.name == "select-other" {
				if size.cols != 80 {
					continue
				}
			}
			name := fmt.Sprintf("%s-%d", s.name, size.cols)
			t.Run(name, func(t *testing.T) {
				f := world()
				f.add(2, rooms.Message, "ana", "two of them: https://ci.example.org/run/12345/with/a/long/path/that/does/not/fit/into/one/row and https://example.org/b?c=d")
				f.add(2, rooms.Message, "lea", "thanks, I look at both")
				in(t, f, size.cols, size.rows, func(r *rig) {
					r.types(s.keys)
					r.settle()
					golden(t, name, r.sees(s.sees))
				})
			})
		}
	}
}
