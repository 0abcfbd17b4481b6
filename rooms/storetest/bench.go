package storetest

import (
	"fmt"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

// BenchAppend measures durable posts: one room of 200 members, all of whom
// write, in batches as the committer makes them. It reports posts a second.
func BenchAppend(b *testing.B, h Harness) {
	for _, size := range []int{1, 32, 200, 512} {
		b.Run(fmt.Sprintf("batch=%d", size), func(b *testing.B) {
			s := h.Open(b)
			room, people := crowd(b, s, "general", 200)
			batch := make([]rooms.Entry, size)
			n, posts := 0, 0
			for b.Loop() {
				for i := range batch {
					batch[i] = rooms.Entry{
						Room: room.ID, Type: rooms.Message, Author: people[n%len(people)], Time: time.UnixMilli(int64(n)),
						Text: text.NewBody("a message of about forty characters, so"), Nonce: fmt.Sprintf("01JABCDEFGHJKMNPQR%08d", n),
					}
					n++
				}
				posts += len(batch)
				results, err := s.Append(b.Context(), batch)
				if err != nil {
					b.Fatal(err)
				}
				if r := results[size-1]; r.Err != nil || r.Again {
					b.Fatalf("the post was refused: %+v", r)
				}
			}
			b.ReportMetric(float64(posts)/b.Elapsed().Seconds(), "posts/s")
		})
	}
}

// BenchInbox measures what a login reads: inbox and person, for somebody in five rooms.
func BenchInbox(b *testing.B, h Harness) {
	s := h.Open(b)
	who := name(b, "alice")
	for i := range 5 {
		room, people := crowd(b, s, fmt.Sprintf("room%d", i), 50)
		must(b, s, rooms.Entry{Room: room.ID, Type: rooms.Join, Author: who})
		for j := range 40 {
			must(b, s, rooms.Entry{Room: room.ID, Type: rooms.Message, Author: people[j], Text: text.NewBody("hello @alice")})
		}
		if err := s.Save(b.Context(), []rooms.Update{
			{Place: &rooms.PlaceUpdate{Room: room.ID, Name: who, Place: rooms.Place{Draft: "half a sentence"}}},
			{Person: &rooms.Person{Name: who, LastRoom: room.ID, Settings: map[string]string{"theme": "dark"}}},
		}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		inbox, err := s.Inbox(b.Context(), who, nil)
		if err != nil || len(inbox) != 5 {
			b.Fatal(len(inbox), err)
		}
		if _, err := s.Person(b.Context(), who); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchEventsPage measures one page of scrollback: 100 events out of 10,000.
func BenchEventsPage(b *testing.B, h Harness) {
	s := h.Open(b)
	room, people := crowd(b, s, "general", 200)
	const events = 10_000
	fill(b, s, room.ID, people, events)
	b.ReportAllocs()
	at := uint64(0)
	for b.Loop() {
		at = (at + 3301) % (events - 200)
		page, err := s.EventsBefore(b.Context(), room.ID, at+200, 100)
		if err != nil || len(page) != 100 {
			b.Fatal(len(page), err)
		}
	}
}
