package view

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"parley/chat"
	"parley/keys"
	"parley/rooms"
	"parley/rooms/sqlite"
	"parley/text"
	"parley/view/screen"
)

// server is the program without its network: a store, the rooms, the commands.
type server struct {
	t      testing.TB
	rooms  *rooms.Manager
	chat   *chat.Chat
	shared *Shared
}

func newServer(t testing.TB) *server {
	t.Helper()
	dir := t.TempDir()
	store, err := sqlite.Open(t.Context(), filepath.Join(dir, "parley.db"))
	if err != nil {
		t.Fatal(err)
	}
	m := rooms.New(store, rooms.LocalBus{}, rooms.Options{Presence: 20 * time.Millisecond})
	ring, err := keys.Open(t.Context(), keys.Options{Dir: filepath.Join(dir, "keys"), Registration: keys.OpenToAll, Ledger: store})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := m.Close(ctx); err != nil {
			t.Errorf("closing the rooms: %v", err)
		}
		if err := ring.Close(); err != nil {
			t.Errorf("closing the keys: %v", err)
		}
		if err := store.Close(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
	c := chat.New(chat.Options{Rooms: m, Keys: ring, Server: "parley.example", Shortcuts: Shortcuts})
	return &server{t: t, rooms: m, chat: c, shared: NewShared(0)}
}

func actor(name string) rooms.Actor { return rooms.Actor{Name: mustName(name)} }

// room makes a room with its people; the first one owns it.
func (s *server) room(name string, people ...string) rooms.ID {
	s.t.Helper()
	rn, err := text.ParseRoomName(name)
	if err != nil {
		s.t.Fatal(err)
	}
	r, err := s.rooms.Create(s.t.Context(), actor(people[0]), rooms.Room{Name: rn, Kind: rooms.Public})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, p := range people[1:] {
		if _, err := s.rooms.Join(s.t.Context(), actor(p), r.ID); err != nil {
			s.t.Fatal(err)
		}
	}
	return r.ID
}

func (s *server) post(room rooms.ID, who, words string) {
	s.t.Helper()
	if _, err := s.rooms.Post(s.t.Context(), actor(who), rooms.Post{Room: room, Type: rooms.Message, Text: text.NewBody(words)}); err != nil {
		s.t.Fatal(err)
	}
}

// enter shows the view to somebody.
func (s *server) enter(name string, cols, rows int, with ...func(*Options)) *rig {
	s.t.Helper()
	return start(s.t, s.view(name, cols, rows, with...), cols, rows)
}

func (s *server) view(name string, cols, rows int, with ...func(*Options)) *View {
	s.t.Helper()
	ses, err := s.rooms.Attach(s.t.Context(), actor(name), roomsSession(name))
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(ses.Close)
	o := Options{
		Chat: s.chat, Session: ses, Identity: keys.Identity{Name: mustName(name), Role: keys.Member}, Size: screen.Size{Cols: cols, Rows: rows},
		Term: "xterm-256color", Env: map[string]string{"TZ": "UTC"}, Shared: s.shared, Server: "parley.example",
	}
	for _, w := range with {
		w(&o)
	}
	return New(o)
}

func roomsSession(name string) rooms.SessionInfo {
	return rooms.SessionInfo{ID: name, Face: "ssh", Since: time.Now()}
}
