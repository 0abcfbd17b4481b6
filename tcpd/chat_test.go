package tcpd

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"parley/chat"
	"parley/keys"
	"parley/rooms"
	"parley/rooms/sqlite"
	"parley/text"
)

// parlour is a Chat with one room for guests.
type parlour struct {
	*Chat
	rooms  *rooms.Manager
	room   rooms.Room
	owner  rooms.Actor
	log    journal
	addr   string
	barred atomic.Bool
	closed atomic.Bool
}

func newParlour(t *testing.T) *parlour {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	store, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "parley.db"))
	if err != nil {
		t.Fatal(err)
	}
	ring, err := keys.Open(ctx, keys.Options{Dir: t.TempDir(), Ledger: store})
	if err != nil {
		t.Fatal(err)
	}
	p := &parlour{log: make(journal, 1000), rooms: rooms.New(store, rooms.LocalBus{}, rooms.Options{})}
	if p.owner.Name, err = text.ParseName("ana"); err != nil {
		t.Fatal(err)
	}
	lobby, err := text.ParseRoomName("#lobby")
	if err != nil {
		t.Fatal(err)
	}
	if p.room, err = p.rooms.Create(ctx, p.owner, rooms.Room{Name: lobby, Kind: rooms.Public, Guests: true}); err != nil {
		t.Fatal(err)
	}
	p.Chat = NewChat(p.log.logger(), ChatOptions{
		Chat: chat.New(chat.Options{Rooms: p.rooms, Keys: ring, Server: "Parley"}), Server: "Parley",
		Barred: func(netip.Addr) error {
			if p.barred.Load() {
				return errors.New("your network is banned: too loud")
			}
			return nil
		},
		Closed: func() error {
			if p.closed.Load() {
				return errors.New("nobody new for now")
			}
			return nil
		},
	})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.addr = ln.Addr().String()
	done := make(chan error, 1)
	go func() { done <- p.Serve(ctx, ln) }()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-done, p.rooms.Close(context.Background()), ring.Close(), store.Close()); err != nil {
			t.Error(err)
		}
	})
	return p
}

func (p *parlour) dial(t *testing.T) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", p.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return conn
}

func TestBarredGuestsGo(t *testing.T) {
	p := newParlour(t)
	guest := p.dial(t)
	in := bufio.NewReader(guest)
	for line := ""; !strings.Contains(line, "in #lobby"); {
		var err error
		if line, err = in.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	p.Expel() // nobody is barred
	began := time.Now()
	p.barred.Store(true)
	p.Expel()
	rest, err := io.ReadAll(in)
	if err != nil || !strings.Contains(string(rest), "-- your network is banned: too loud\n") {
		t.Errorf("the guest was told %q (%v)", rest, err)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("the guest went after %v", took)
	}
	all, err := io.ReadAll(p.dial(t))
	if err != nil || string(all) != "-- your network is banned: too loud\n" {
		t.Errorf("the next one was told %q (%v)", all, err)
	}
	p.barred.Store(false)
	if line, err := bufio.NewReader(p.dial(t)).ReadString('\n'); err != nil || !strings.Contains(line, "welcome") {
		t.Errorf("after the ban: %q (%v)", line, err)
	}
}

// Who is here when the server closes its doors stays, also when somebody else is put out.
func TestClosedDoorsKeepGuestsOutNotThoseInside(t *testing.T) {
	p := newParlour(t)
	guest := p.dial(t)
	in := bufio.NewReader(guest)
	until := func(words string) {
		t.Helper()
		for line := ""; !strings.Contains(line, words); {
			var err error
			if line, err = in.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
		}
	}
	until("in #lobby")
	p.closed.Store(true)
	all, err := io.ReadAll(p.dial(t))
	if err != nil || string(all) != "-- nobody new for now\n" {
		t.Errorf("the next one was told %q (%v)", all, err)
	}
	for range 20 { // who has said something already is told all the same
		early := p.dial(t)
		if _, err := io.WriteString(early, "hello\n"); err != nil {
			t.Fatal(err)
		}
		if err := early.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		if all, err := io.ReadAll(early); err != nil || string(all) != "-- nobody new for now\n" {
			t.Fatalf("one who spoke first was told %q (%v)", all, err)
		}
	}
	p.Expel()
	if _, err := p.rooms.Post(t.Context(), p.owner, rooms.Post{Room: p.room.ID, Type: rooms.Message, Text: text.NewBody("you may stay")}); err != nil {
		t.Fatal(err)
	}
	until("you may stay")
}

// A guest who takes nothing of what is sent goes as fast as the others.
func TestStuckGuestGoes(t *testing.T) {
	p := newParlour(t)
	guest := p.dial(t)
	if err := guest.(*net.TCPConn).SetReadBuffer(4096); err != nil {
		t.Fatal(err)
	}
	p.log.wait(t, "Guest")
	stuck := make(chan struct{})
	go func() { // until the guest's buffers are full and its goroutine waits in a write
		defer close(stuck)
		flood := strings.Repeat("x", 16_000)
		for range 500 {
			if _, err := p.rooms.Post(context.Background(), p.owner, rooms.Post{Room: p.room.ID, Type: rooms.Message, Text: text.NewBody(flood)}); err != nil {
				t.Error(err)
				return
			}
		}
	}()
	<-stuck
	began := time.Now()
	p.barred.Store(true)
	p.Expel()
	p.log.wait(t, "Close connection")
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("the guest went after %v", took)
	}
}
