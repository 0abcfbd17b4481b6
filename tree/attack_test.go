package tree_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pkg/sftp"
	"go.uber.org/goleak"

	"parley/rooms"
	"parley/rooms/sqlite"
	"parley/text"
	"parley/tree"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

type world struct {
	m     *rooms.Manager
	logs  *tree.Logs
	lab   rooms.Room // public: ana, bo
	vault rooms.Room // private: ana
}

func newWorld(tb testing.TB) *world {
	tb.Helper()
	return newWorldOn(tb, func(s rooms.Store) rooms.Store { return s })
}

// newWorldOn is newWorld on what a test makes of the store.
func newWorldOn(tb testing.TB, over func(rooms.Store) rooms.Store) *world {
	tb.Helper()
	s, err := sqlite.Open(context.Background(), filepath.Join(tb.TempDir(), "parley.db"))
	if err != nil {
		tb.Fatal(err)
	}
	w := &world{m: rooms.New(over(s), rooms.LocalBus{}, rooms.Options{}), logs: tree.NewLogs()}
	tb.Cleanup(func() {
		if err := errors.Join(w.m.Close(context.Background()), s.Close()); err != nil {
			tb.Error(err)
		}
	})
	for name, kind := range map[string]rooms.Kind{"lab": rooms.Public, "vault": rooms.Private} {
		rn, err := text.ParseRoomName(name)
		if err != nil {
			tb.Fatal(err)
		}
		r, err := w.m.Create(context.Background(), who(tb, "ana"), rooms.Room{Name: rn, Kind: kind})
		if err != nil {
			tb.Fatal(err)
		}
		if kind == rooms.Public {
			w.lab = r
		} else {
			w.vault = r
		}
	}
	if _, err := w.m.Join(context.Background(), who(tb, "bo"), w.lab.ID); err != nil {
		tb.Fatal(err)
	}
	return w
}

func who(tb testing.TB, s string) rooms.Actor {
	tb.Helper()
	n, err := text.ReadName(s)
	if err != nil {
		tb.Fatal(err)
	}
	return rooms.Actor{Name: n}
}

// serve starts a session of somebody, and returns its client's end and what is said beside it.
func (w *world) serve(tb testing.TB, name string) (net.Conn, *bytes.Buffer, <-chan error) {
	tb.Helper()
	client, server := net.Pipe()
	said := &bytes.Buffer{}
	done := make(chan error, 1)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		done <- tree.Serve(ctx, tree.Options{Rooms: w.m, Actor: who(tb, name), Logs: w.logs}, server, server, said)
		server.Close()
	}()
	tb.Cleanup(func() { client.Close(); cancel() })
	return client, said, done
}

// client is somebody's sftp.
func (w *world) client(tb testing.TB, name string, opts ...sftp.ClientOption) (*sftp.Client, func() string) {
	tb.Helper()
	conn, said, done := w.serve(tb, name)
	c, err := sftp.NewClientPipe(conn, conn, opts...)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { c.Close() })
	return c, func() string {
		c.Close()
		conn.Close()
		<-done
		return said.String()
	}
}

func put(tb testing.TB, c *sftp.Client, path string, data []byte) {
	tb.Helper()
	f, err := c.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := f.Write(data); err != nil {
		tb.Fatal(err)
	}
	if err := f.Close(); err != nil {
		tb.Fatal(err)
	}
}

func TestPathsLeadNowhereElse(t *testing.T) {
	w := newWorld(t)
	ana, _ := w.client(t, "ana")
	put(t, ana, "/lab/a.txt", []byte("a"))
	for _, path := range []string{
		"/etc/passwd", "../../etc/passwd", "/lab/../../etc/passwd", "/lab/../../../proc/self/environ", "lab/..\\..\\etc", "/lab/a.txt/b", "/lab/x/y/z",
		"/lab/\x00", "/lab/a\x00.txt", "/\x00", "/lab/\xff\xfe", "/lab/\u202etxt.a", "/lab/" + strings.Repeat("x", 100_000), "/" + strings.Repeat("y", 5000), "/lab/%2e%2e/etc",
		"/lab/con\x1b]0;x\x07", "/#nothing/x", "/@/x", "/@ana,@bo,@kei/x", "/lab/2026-13-45.txt", "/lab/9999-12-31.txt",
	} {
		if fi, err := ana.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("stat of %.60q: %v %v", path, fi, err)
		}
		if f, err := ana.Open(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("opening %.60q: %v %v", path, f, err)
		}
	}
	if got, err := ana.Open("/lab/../lab/./a.txt"); err != nil {
		t.Error(err)
	} else if b, err := io.ReadAll(got); err != nil || string(b) != "a" {
		t.Errorf("%q %v", b, err)
	}
}

func TestLinksAndFoldersAreRefused(t *testing.T) {
	w := newWorld(t)
	ana, said := w.client(t, "ana")
	put(t, ana, "/lab/a.txt", []byte("a"))
	for what, err := range map[string]error{
		"symlink": ana.Symlink("/etc/passwd", "/lab/b.txt"), "link": ana.Link("/lab/a.txt", "/lab/c.txt"),
		"rename of a room": ana.Rename("/lab", "/new"), "rename into nothing": ana.PosixRename("/lab/a.txt", "/nowhere/a.txt"), "rename to a dot": ana.PosixRename("/lab/a.txt", "/lab/.a"), "mkdir": ana.Mkdir("/new"), "mkdir in a room": ana.Mkdir("/lab/new"), "rmdir": ana.RemoveDirectory("/lab"),
		"remove of a room": ana.Remove("/lab"), "truncate": ana.Truncate("/lab/a.txt", 7),
	} {
		if err == nil {
			t.Errorf("%s was done", what)
		}
	}
	if _, err := ana.ReadLink("/lab/a.txt"); err == nil {
		t.Error("a link was read")
	}
	list, err := ana.ReadDir("/lab")
	if err != nil || len(list) != 2 || list[0].Name() != "a.txt" {
		t.Errorf("the room has %v (%v)", list, err)
	}
	for what, err := range map[string]error{"chmod": ana.Chmod("/lab/none", 0o777), "chtimes": ana.Chtimes("/nowhere/a.txt", time.Now(), time.Now())} {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s of nothing: %v", what, err)
		}
	}
	for what, err := range map[string]error{"chmod": ana.Chmod("/lab/a.txt", 0o777), "chtimes": ana.Chtimes("/lab/a.txt", time.Now(), time.Now()), "chown": ana.Chown("/lab/a.txt", 0, 0)} {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	if s := said(); !strings.Contains(s, "there are no links here") || !strings.Contains(s, "folders are rooms") {
		t.Errorf("it said %q", s)
	}
}

func TestForeignPrivateRoomsAreNotThere(t *testing.T) {
	w := newWorld(t)
	ana, _ := w.client(t, "ana")
	put(t, ana, "/vault/plan.txt", []byte("secret"))
	bo, said := w.client(t, "bo")
	for _, path := range []string{"/vault", "/vault/plan.txt", "/vault/none.txt", "/#vault/plan.txt", "/vault/" + time.Now().UTC().Format("2006-01-02") + ".txt"} {
		_, stat := bo.Stat(path)
		_, other := bo.Stat(strings.Replace(path, "vault", "nowhere", 1))
		if !errors.Is(stat, fs.ErrNotExist) || stat.Error() != other.Error() {
			t.Errorf("%s: %v, and what is nowhere: %v", path, stat, other)
		}
	}
	if _, err := bo.Create("/vault/x.txt"); err == nil {
		t.Error("bo writes into a room that is not bo's")
	}
	list, err := bo.ReadDir("/")
	if err != nil || len(list) != 1 || list[0].Name() != "lab" {
		t.Errorf("bo's rooms are %v (%v)", list, err)
	}
	if s := said(); strings.Contains(s, "vault") {
		t.Errorf("it said %q", s)
	}
}

func TestWhoIsKickedReadsNothingMore(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	if err := w.m.Invite(ctx, who(t, "ana"), w.vault.ID, who(t, "bo").Name); err != nil {
		t.Fatal(err)
	}
	if _, err := w.m.Join(ctx, who(t, "bo"), w.vault.ID); err != nil {
		t.Fatal(err)
	}
	ana, _ := w.client(t, "ana")
	put(t, ana, "/vault/plan.txt", []byte("secret"))
	bo, _ := w.client(t, "bo")
	up, err := bo.Create("/vault/mine.txt")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := up.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.m.Do(ctx, who(t, "ana"), rooms.Entry{Room: w.vault.ID, Type: rooms.Kick, Target: who(t, "bo").Name}); err != nil {
		t.Fatal(err)
	}
	if err := up.Close(); err == nil {
		t.Error("a file came into the room from who was put out")
	}
	for _, path := range []string{"/vault", "/vault/plan.txt", "/vault/mine.txt"} {
		if _, err := bo.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("stat of %s: %v", path, err)
		}
		if _, err := bo.Open(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("opening %s: %v", path, err)
		}
	}
}

func TestTenThousandOpens(t *testing.T) {
	w := newWorld(t)
	ana, said := w.client(t, "ana")
	put(t, ana, "/lab/a.txt", []byte("a"))
	opened := 0
	for range 10_000 {
		if f, err := ana.Open("/lab/a.txt"); err == nil {
			opened++
			_ = f
		}
	}
	if opened != 64 {
		t.Errorf("%d files are open, want 64", opened)
	}
	if s := said(); !strings.Contains(s, "too many files are open in this session") || len(s) > 1000 {
		t.Errorf("it said %.200q", s)
	}
}

func TestDayLogsFollowWhatHappens(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	post := func(s string) *rooms.Event {
		t.Helper()
		e, err := w.m.Post(ctx, who(t, "ana"), rooms.Post{Room: w.lab.ID, Type: rooms.Message, Text: text.NewBody(s)})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	bo, _ := w.client(t, "bo")
	first := post("as it was")
	day := "/lab/" + first.Time.Format("2006-01-02") + ".txt"
	read := func() string {
		t.Helper()
		fi, err := bo.Stat(day)
		if err != nil {
			t.Fatal(err)
		}
		f, err := bo.Open(day)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		b, err := io.ReadAll(f)
		if err != nil || fi.Size() != int64(len(b)) {
			t.Errorf("the log has %d bytes, and its size is %d (%v)", len(b), fi.Size(), err)
		}
		return string(b)
	}
	if s := read(); !strings.Contains(s, "ana: as it was\n") {
		t.Errorf("the log is %q", s)
	}
	post("and more")
	if _, _, err := w.m.Do(ctx, who(t, "ana"), rooms.Entry{Room: w.lab.ID, Type: rooms.Edit, Ref: first.Seq, Text: text.NewBody("as it is")}); err != nil {
		t.Fatal(err)
	}
	if s := read(); !strings.Contains(s, "ana: as it is (edited)\n") || !strings.Contains(s, "ana: and more\n") || strings.Contains(s, "as it was") {
		t.Errorf("the log is %q", s)
	}
	if _, _, err := w.m.Do(ctx, who(t, "ana"), rooms.Entry{Room: w.lab.ID, Type: rooms.Delete, Ref: first.Seq}); err != nil {
		t.Fatal(err)
	}
	if s := read(); !strings.Contains(s, "ana: (deleted)\n") || strings.Contains(s, "as it is") {
		t.Errorf("the log is %q", s)
	}
	for _, flags := range []int{os.O_WRONLY, os.O_WRONLY | os.O_TRUNC, os.O_WRONLY | os.O_APPEND, os.O_RDWR | os.O_CREATE} {
		if _, err := bo.OpenFile(day, flags); err == nil {
			t.Errorf("a log is opened for writing (%o)", flags)
		}
	}
	if err := bo.Remove(day); err == nil {
		t.Error("a log was removed")
	}
}

// packet is an SFTP packet: length, type, body.
func packet(kind byte, body ...byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(body)+1)), append([]byte{kind}, body...)...)
}

// FuzzPackets sends what is no protocol: the session ends, and nothing else does.
func FuzzPackets(f *testing.F) {
	start := packet(1, 0, 0, 0, 3)
	str := func(s string) []byte { return append(binary.BigEndian.AppendUint32(nil, uint32(len(s))), s...) }
	open := packet(3, append(append([]byte{0, 0, 0, 1}, str("/lab/a")...), 0, 0, 0, 0x1a, 0, 0, 0, 0)...)
	write := packet(6, append(append([]byte{0, 0, 0, 2}, str("1")...), append(make([]byte, 8), str("data")...)...)...)
	shut := packet(4, append([]byte{0, 0, 0, 3}, str("1")...)...)
	f.Add(start)
	f.Add(bytes.Join([][]byte{start, open, write, shut}, nil))
	f.Add(bytes.Join([][]byte{start, open, open, open, write[:10]}, nil))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 3})
	for kind := byte(0); kind < 21; kind++ {
		f.Add(append(bytes.Clone(start), packet(kind, append([]byte{0, 0, 0, 9}, str("/lab")...)...)...))
	}
	f.Add(append(bytes.Clone(start), packet(200, append([]byte{0, 0, 0, 9}, str("statvfs@openssh.com")...)...)...))
	w := newWorld(f)
	f.Fuzz(func(t *testing.T, sent []byte) {
		in := bytes.NewReader(sent)
		var out, said bytes.Buffer
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		_ = tree.Serve(ctx, tree.Options{Rooms: w.m, Actor: who(t, "ana"), Logs: w.logs}, in, &out, &said)
		if ctx.Err() != nil {
			t.Fatal("the session does not end with its input")
		}
		if _, err := w.m.Room(context.Background(), who(t, "ana"), w.lab.ID); err != nil {
			t.Fatal(err)
		}
		if bytes.ContainsRune(said.Bytes(), 0x1b) {
			t.Errorf("it said %q", said.String())
		}
	})
}
