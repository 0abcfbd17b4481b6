package tree_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/pkg/sftp"

	"parley/rooms"
	"parley/tree"
)

// raw speaks the protocol packet by packet.
type raw struct {
	tb   testing.TB
	conn net.Conn
	next uint32 // id of the next request
}

func newRaw(tb testing.TB, conn net.Conn) *raw {
	tb.Helper()
	r := &raw{tb: tb, conn: conn}
	r.write(packet(1, 0, 0, 0, 3))
	r.read()
	return r
}

func (r *raw) write(p []byte) {
	r.tb.Helper()
	if _, err := r.conn.Write(p); err != nil {
		r.tb.Fatal(err)
	}
}

// read returns the kind of the next answer and what follows its id.
func (r *raw) read() (kind byte, rest []byte) {
	r.tb.Helper()
	head := make([]byte, 9)
	if _, err := io.ReadFull(r.conn, head); err != nil {
		r.tb.Fatal(err)
	}
	rest = make([]byte, binary.BigEndian.Uint32(head)-5)
	if _, err := io.ReadFull(r.conn, rest); err != nil {
		r.tb.Fatal(err)
	}
	return head[4], rest
}

// request is a packet with an id.
func (r *raw) request(kind byte, fields ...any) []byte {
	r.next++
	body := binary.BigEndian.AppendUint32(nil, r.next)
	for _, f := range fields {
		switch f := f.(type) {
		case uint32:
			body = binary.BigEndian.AppendUint32(body, f)
		case uint64:
			body = binary.BigEndian.AppendUint64(body, f)
		case string:
			body = append(binary.BigEndian.AppendUint32(body, uint32(len(f))), f...)
		}
	}
	return packet(kind, body...)
}

// status sends a request and returns the code of the status that answers it.
func (r *raw) status(p []byte) uint32 {
	r.tb.Helper()
	r.write(p)
	kind, rest := r.read()
	if kind != 101 {
		r.tb.Fatalf("the answer is of kind %d", kind)
	}
	return binary.BigEndian.Uint32(rest)
}

const (
	openPacket, setstatPacket, fsetstatPacket = 3, 9, 10
	badMessage                                = 5
	writeOnly                                 = uint32(2)
)

// It ended the process: pkg/sftp returns no attributes where they are shorter than their flags say.
func TestShortAttributesAreABadMessage(t *testing.T) {
	w := newWorld(t)
	ana, _ := w.client(t, "ana")
	put(t, ana, "/lab/a.txt", []byte("a"))
	conn, _, _ := w.serve(t, "ana")
	r := newRaw(t, conn)
	for flags := uint32(1); flags < 16; flags++ {
		if code := r.status(r.request(setstatPacket, "/lab/a.txt", flags)); code != badMessage {
			t.Errorf("flags %d: status %d", flags, code)
		}
	}
	r.write(r.request(openPacket, "/lab/b.txt", writeOnly|8|16, uint32(0)))
	kind, handle := r.read()
	if kind != 102 {
		t.Fatalf("opening is answered by %d", kind)
	}
	if code := r.status(r.request(fsetstatPacket, string(handle[4:]), uint32(1))); code != badMessage {
		t.Errorf("of a handle: status %d", code)
	}
}

func TestAPanicEndsItsSessionAlone(t *testing.T) {
	client, server := net.Pipe()
	done := make(chan string, 1)
	go func() {
		defer func() { done <- fmt.Sprint(recover()); server.Close() }()
		_ = tree.Serve(context.Background(), tree.Options{Actor: who(t, "ana"), Logs: tree.NewLogs()}, server, server, io.Discard) // without rooms
	}()
	defer client.Close()
	c, err := sftp.NewClientPipe(client, client)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if fi, err := c.Stat("/lab"); err == nil {
		t.Errorf("there is %v", fi)
	}
	if got := <-done; !strings.Contains(got, "nil pointer") || !strings.Contains(got, "place.go") {
		t.Errorf("Serve panics with %s", got)
	}
}

// What has come before its beginning waits in memory: a person could hold 4 MiB of it in every handle of every session.
func TestFilesWithoutABeginningAreFew(t *testing.T) {
	w := newWorld(t)
	opened := 0
	var clients []*sftp.Client
	for range 2 {
		c, _ := w.client(t, "ana")
		clients = append(clients, c)
		for i := range rooms.MaxUploads {
			f, err := c.OpenFile(fmt.Sprintf("/lab/%d-%d.txt", len(clients), i), os.O_WRONLY)
			if err != nil {
				continue
			}
			opened++
			if _, err := f.WriteAt([]byte("ahead"), 100); err != nil {
				t.Fatal(err)
			}
		}
	}
	if opened != rooms.MaxUploads {
		t.Errorf("%d files are open", opened)
	}
	for _, c := range clients {
		c.Close()
	}
	again, _ := w.client(t, "ana")
	for end := time.Now().Add(patience); ; runtime.Gosched() {
		f, err := again.OpenFile("/lab/b.txt", os.O_WRONLY|os.O_CREATE)
		if err == nil {
			if _, err := f.Write([]byte("b")); err != nil {
				t.Error(err)
			}
			if err := f.Close(); err != nil {
				t.Error(err)
			}
			return
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}
