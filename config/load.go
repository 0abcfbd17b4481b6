package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// maxFile bounds config.yaml. The file with every setting and its comment is
// under 10 KiB.
const maxFile = 1 << 20

// Error is one fault in a settings file.
type Error struct {
	File string // as it was given to Load
	Line int    // from 1; 0 where no line is to blame
	Key  string // the setting, "ssh.listen"; "" where the fault is not in one
	Text string // what is wrong, and what to write or do instead
	Err  error  // what the system said, if it said something
}

// Error returns the sentence, `FILE:LINE: KEY: TEXT`.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d", e.Line)
	}
	b.WriteString(": ")
	if e.Key != "" {
		b.WriteString(e.Key + ": ")
	}
	b.WriteString(e.Text)
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// Load reads the settings file at path. What it leaves out has its default.
// Paths in it are relative to the folder that it is in, and absolute in the
// result. Every error is an *Error; a missing file matches fs.ErrNotExist.
func Load(path string) (*Config, error) {
	src, err := readFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, src)
}

// Parse is Load of a file at path whose content is src, of any size up to 1 MiB.
func Parse(path string, src []byte) (*Config, error) {
	src, err := normalize(path, src)
	if err != nil {
		return nil, err
	}
	body, err := parseYAML(path, src)
	if err != nil {
		return nil, err
	}
	c := Default()
	lines, err := decode(path, body, c)
	if err != nil {
		return nil, err
	}
	folder, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil, &Error{File: path, Err: err,
			Text: fmt.Sprintf("the folder that relative paths start from is not known (%v); give the file by its full path", err)}
	}
	c.resolve(folder)
	k := checker{file: path, lines: lines}
	if err := k.check(c); err != nil {
		return nil, err
	}
	return c, nil
}

func readFile(path string) ([]byte, error) {
	fail := func(err error) error {
		e := &Error{File: path, Err: err}
		switch {
		case errors.Is(err, fs.ErrNotExist):
			e.Text = "there is no such file; copy the config.yaml that comes with Parley to this place, or name another with --config FILE"
		case errors.Is(err, fs.ErrPermission):
			e.Text = "this user may not read the file; change its owner or mode, or name another with --config FILE"
		default:
			e.Text = fmt.Sprintf("the file cannot be read (%v); name another with --config FILE", rootCause(err))
		}
		return e
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fail(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fail(err)
	}
	if info.IsDir() {
		return nil, &Error{File: path, Text: "this is a folder; name the settings file in it with --config FILE"}
	}
	src, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fail(err)
	}
	return src, nil
}

// rootCause drops the operation and the path from a file error: the sentence
// around it names them already.
func rootCause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// normalize takes off a byte order mark and makes every line end \n, so that
// files from any editor have the same line numbers. It refuses what is not text.
func normalize(path string, src []byte) ([]byte, error) {
	if len(src) > maxFile {
		return nil, &Error{File: path, Text: "the file is larger than 1 MiB; a settings file is a few KiB, so check that this is the right file"}
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	src = bytes.ReplaceAll(src, []byte("\r"), []byte("\n"))
	line := 1
	for rest := src; len(rest) > 0; {
		r, n := utf8.DecodeRune(rest)
		switch {
		case r == utf8.RuneError && n == 1:
			return nil, &Error{File: path, Line: line, Text: "this line is not UTF-8; save the file as UTF-8"}
		case r == '\n':
			line++
		case r == '\t' || r >= 0x20 && r != 0x7f && (r < 0x80 || r > 0x9f):
		default:
			return nil, &Error{File: path, Line: line, Text: fmt.Sprintf("this line holds the control character U+%04X; take it out", r)}
		}
		rest = rest[n:]
	}
	return src, nil
}

// resolve makes every path absolute, starting from folder.
func (c *Config) resolve(folder string) {
	for _, p := range []*string{&c.Data, &c.Keys.Dir, &c.Keys.TrustedCA, &c.Keys.Revoked, &c.Web.TLS.Cert, &c.Web.TLS.Key} {
		*p = resolvePath(folder, *p)
	}
	for i, p := range c.SSH.HostKeys {
		c.SSH.HostKeys[i] = resolvePath(folder, p)
	}
}

func resolvePath(folder, p string) string {
	if p == "" || filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(folder, p)
}
