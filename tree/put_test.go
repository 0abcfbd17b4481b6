package tree_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/pkg/sftp"
)

func TestHolesAndRewritesAreRefused(t *testing.T) {
	w := newWorld(t)
	ana, said := w.client(t, "ana")
	for name, write := range map[string]func(f *sftp.File) error{
		"hole": func(f *sftp.File) error { _, err := f.WriteAt([]byte("x"), 10); return err },
		"back": func(f *sftp.File) error {
			_, err := f.WriteAt([]byte("abc"), 0)
			_, err2 := f.WriteAt([]byte("x"), 1)
			return errors.Join(err, err2)
		},
		"negative": func(f *sftp.File) error { _, err := f.WriteAt([]byte("x"), -1<<63); return err },
		"huge":     func(f *sftp.File) error { _, err := f.WriteAt([]byte("x"), 1<<62); return err },
		"far":      func(f *sftp.File) error { _, err := f.WriteAt(make([]byte, 5<<20), 32768); return err },
	} {
		f, err := ana.Create("/lab/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(write(f), f.Close()); err == nil {
			t.Errorf("%s was written", name)
		}
		if _, err := ana.Lstat("/lab/" + name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is there: %v", name, err)
		}
	}
	put(t, ana, "/lab/a.txt", []byte("abc"))
	f, err := ana.Open("/lab/a.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []int64{-1, -1 << 63, 3, 1 << 62} {
		if n, err := f.ReadAt(make([]byte, 10), at); n != 0 || err == nil {
			t.Errorf("at %d stand %d bytes (%v)", at, n, err)
		}
	}
	if s := said(); !strings.Contains(s, "a part of the file never came") || !strings.Contains(s, "from their beginning to their end") {
		t.Errorf("it said %q", s)
	}
}

// A hole at the beginning of a file that was opened to be gone on with ended the session.
func TestAHoleAtTheBeginningIsRefused(t *testing.T) {
	w := newWorld(t)
	ana, said := w.client(t, "ana")
	f, err := ana.OpenFile("/lab/a.txt", os.O_WRONLY|os.O_CREATE)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte("x"), 10); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err == nil {
		t.Error("a hole was put into the room")
	}
	put(t, ana, "/lab/b.txt", []byte("cut to nothing"))
	if f, err = ana.OpenFile("/lab/b.txt", os.O_WRONLY); err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(0); err != nil {
		t.Fatal(err)
	}
	if fi, err := f.Stat(); err != nil || fi.Size() != 0 {
		t.Errorf("cut to nothing it is %v (%v)", fi, err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if got := contents(t, ana, "/lab/b.txt"); got != "" {
		t.Errorf("cut to nothing it has %q", got)
	}
	if s := said(); !strings.Contains(s, "a part of the file never came") {
		t.Errorf("it said %q", s)
	}
}

// TestConcurrentWritesComeInOrder writes and reads a file as pkg/sftp's client does: 64 requests at once.
func TestConcurrentWritesComeInOrder(t *testing.T) {
	w := newWorld(t)
	ana, _ := w.client(t, "ana", sftp.UseConcurrentWrites(true))
	data := bytes.Repeat([]byte("0123456789abcde\n"), 200_000)
	f, err := ana.Create("/lab/big.txt")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.ReadFrom(bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	bo, _ := w.client(t, "bo")
	if f, err = bo.Open("/lab/big.txt"); err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if _, err := f.WriteTo(&got); err != nil || !bytes.Equal(got.Bytes(), data) {
		t.Errorf("%d bytes came back (%v), want %d", got.Len(), err, len(data))
	}
}
