package keys

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"parley/text"
)

const (
	// racy is how close to its reading a file may have changed for a second
	// change to leave the same time stamp: file systems keep coarse clocks.
	racy = 2 * time.Second
	// grace is how long a file that looks half-written keeps the keys that it had.
	grace = 500 * time.Millisecond
)

// file is one key file as it was last read. It is not changed after it was put into a folder.
type file struct {
	base     string
	name     text.Name // zero if the file's name is no name
	skeleton string
	device   text.Line
	contents
	state    stamp
	unsure   bool      // read it again at the next occasion, whatever its stamp says
	link     bool      // a symbolic link: no event tells that its target changed
	deadline time.Time // until then the keys of a half-written file stay; zero for a whole one
}

// stamp tells whether a file is the one that was read.
type stamp struct{ info fs.FileInfo }

func (s stamp) same(o stamp) bool {
	return s.info != nil && o.info != nil && os.SameFile(s.info, o.info) && s.info.Size() == o.info.Size() &&
		s.info.Mode() == o.info.Mode() && s.info.ModTime().Equal(o.info.ModTime())
}

// folder is the folder's files as last read. Keyring.filesMu guards it.
type folder struct {
	dir   string // absolute
	skip  []string
	files map[string]*file
}

// errOpenToAll is the one state of the folder in which nothing in it can be believed.
var errOpenToAll = errors.New("everybody on this machine may write into it, so anybody could add a key: run chmod o-w on it")

// read brings files up to date: those named, or with all every one in the folder. again is
// when to read once more (zero for never), because something is half-written or could not be read.
// An error means that the folder could not be read at all and that files is as it was.
func (f *folder) read(named []string, all bool, now time.Time) (again time.Time, err error) {
	root, err := os.OpenRoot(f.dir)
	if errors.Is(err, fs.ErrNotExist) {
		clear(f.files) // removing the folder removes every file in it
		return now.Add(rearm), nil
	}
	if err != nil {
		return now.Add(rearm), fmt.Errorf("the folder of keys cannot be read, so it stays as it was: %w", err)
	}
	defer root.Close()
	info, err := root.Stat(".")
	if err != nil {
		return now.Add(rearm), fmt.Errorf("the folder of keys cannot be read, so it stays as it was: %w", err)
	}
	if info.Mode().Perm()&0o002 != 0 {
		return time.Time{}, fmt.Errorf("the folder of keys %s is not read: %w", f.dir, errOpenToAll)
	}
	if all {
		if named, err = f.list(root); err != nil {
			return now.Add(rearm), fmt.Errorf("the folder of keys cannot be listed, so it stays as it was: %w", err)
		}
	} else {
		named = append(slices.Clone(named), f.unsettled(now)...)
	}
	for _, base := range named {
		if !isKeyFile(base) || slices.Contains(f.skip, base) {
			continue
		}
		next, at := load(root, f.dir, base, f.files[base], !all, now)
		if next == nil {
			delete(f.files, base)
		} else {
			f.files[base] = next
		}
		again = sooner(again, at)
	}
	return again, nil
}

// list names the key files in the folder and forgets those that are gone.
func (f *folder) list(root *os.Root) ([]string, error) {
	d, err := root.Open(".")
	if err != nil {
		return nil, err
	}
	defer d.Close()
	bases, err := d.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	there := make(map[string]struct{}, len(bases))
	for _, b := range bases {
		there[b] = struct{}{}
	}
	for b := range f.files {
		if _, ok := there[b]; !ok {
			delete(f.files, b)
		}
	}
	return bases, nil
}

// unsettled names the files to look at on every occasion.
func (f *folder) unsettled(now time.Time) []string {
	var out []string
	for b, x := range f.files {
		if x.link || !x.deadline.IsZero() && !now.Before(x.deadline) {
			out = append(out, b)
		}
	}
	return out
}

// load reads one file, unless its stamp says that old is still right. nil means that there is no such file.
func load(root *os.Root, dir, base string, old *file, force bool, now time.Time) (*file, time.Time) {
	l, err := root.Lstat(base)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, time.Time{}
	}
	next := &file{base: base, link: err == nil && l.Mode()&fs.ModeSymlink != 0}
	info, err := root.Stat(base)
	if err == nil && !force && old != nil && !old.unsure && old.state.same(stamp{info}) {
		return old, old.deadline
	}
	path := filepath.Join(dir, base)
	next.state = stamp{info}
	next.name, next.device, err = named(base, err)
	if !next.name.IsZero() {
		next.skeleton = next.name.Skeleton()
	}
	var data []byte
	if err == nil {
		data, next.state, err = readPlain(root, base, maxFile)
	}
	var again time.Time
	if transient(err) {
		again = now.Add(rearm)
		if old != nil {
			kept := *old
			kept.unsure = true
			return &kept, again
		}
	}
	if err != nil {
		next.problems = []string{fmt.Sprintf("%s is not let in: %s", path, sentence(err))}
		return next, again
	}
	next.contents = parseKeys(path, data)
	next.unsure = now.Sub(next.state.info.ModTime()) < racy
	if len(next.keys) == 0 && len(next.problems) == 0 {
		next.problems = []string{fmt.Sprintf("%s: there is no key in this file", path)}
	}
	return settle(next, old, now)
}

// named is fileName, after an error that came first.
func named(base string, before error) (text.Name, text.Line, error) {
	name, device, err := fileName(base)
	if before != nil {
		err = before
	}
	return name, device, err
}

// settle gives a file that is being written in place the time to become whole: until then it keeps the keys that it had.
func settle(next, old *file, now time.Time) (*file, time.Time) {
	if !next.partial {
		return next, time.Time{}
	}
	if old != nil && len(old.keys) > 0 && (old.deadline.IsZero() || now.Before(old.deadline)) {
		kept := *old
		kept.state, kept.unsure, kept.link = next.state, true, next.link
		if kept.deadline.IsZero() {
			kept.deadline = now.Add(grace)
		}
		return &kept, kept.deadline
	}
	return next, time.Time{}
}

// readPlain reads a regular file of at most limit bytes that only its owner may write.
func readPlain(root *os.Root, base string, limit int64) ([]byte, stamp, error) {
	// O_NONBLOCK, because opening a pipe that nobody writes would wait for ever.
	f, err := root.OpenFile(base, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, stamp{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, stamp{}, err
	}
	if !info.Mode().IsRegular() {
		return nil, stamp{info}, errors.New("it is not a regular file")
	}
	if info.Mode().Perm()&0o022 != 0 {
		return nil, stamp{info}, errors.New("others than its owner may write to it: run chmod go-w on it")
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, stamp{info}, err
	}
	if int64(len(data)) > limit {
		return nil, stamp{info}, fmt.Errorf("it is larger than %d KiB", limit>>10)
	}
	return data, stamp{info}, nil
}

// transient reports whether an error says something about the machine's state and nothing about the file.
func transient(err error) bool {
	for _, e := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM, syscall.EIO, syscall.EAGAIN, syscall.EINTR, syscall.ESTALE, syscall.ETIMEDOUT} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// sentence says what a path error means without repeating the path.
func sentence(err error) string {
	var p *fs.PathError
	if !errors.As(err, &p) {
		return err.Error()
	}
	if strings.Contains(p.Err.Error(), "escapes") {
		return "it is a symbolic link that leads out of the folder: copy the file instead"
	}
	return p.Err.Error()
}

// sooner is the earlier of two times, of which the zero time is none.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
