package rooms_test

import (
	"slices"
	"testing"
	"time"

	"parley/rooms"
)

// BenchmarkPostsDuringUpload measures how long posts take, one after another, while a file of 500 MB comes in, beside how long they take without.
func BenchmarkPostsDuringUpload(b *testing.B) {
	m := open(b, openStore(b), rooms.Options{})
	ops := create(b, m, "ops", rooms.Public, "ana", "bo")
	report := func(what string, took []time.Duration) {
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, what+"-p50-ms")
		b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, what+"-p99-ms")
	}
	post := func() time.Duration {
		began := time.Now()
		say(b, m, ops.ID, "bo", "a message of about forty characters, no more")
		return time.Since(began)
	}
	for b.Loop() {
		var alone, beside []time.Duration
		for range 500 {
			alone = append(alone, post())
		}
		done := make(chan error, 1)
		began := time.Now()
		go func() {
			u, err := m.Upload(b.Context(), actor(b, "ana"), ops.ID, title(b, "big.bin"))
			chunk := noise(32 << 10)
			for range 500_000_000 / len(chunk) {
				if err == nil {
					_, err = u.Write(chunk)
				}
			}
			if err == nil {
				_, err = u.Commit(b.Context(), rooms.Post{})
			}
			done <- err
		}()
		for err := error(nil); ; {
			select {
			case err = <-done:
			default:
				beside = append(beside, post())
				continue
			}
			if err != nil {
				b.Fatal(err)
			}
			break
		}
		b.ReportMetric(500/time.Since(began).Seconds(), "MB/s")
		report("alone", alone)
		report("beside", beside)
	}
}
