package keys

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"parley/text"
)

// maxList is the most that the file of CAs or the deny list may hold, in bytes.
const maxList = 8 << 20

// trust is what the operator's two lists say: whose certificates are believed, and what is refused whatever
// else says yes. It is never changed after it was made.
type trust struct {
	authorities map[string]struct{} // by the key's wire form
	denied      denyList
}

// denyList is what is refused.
type denyList struct {
	fingerprints map[string]struct{} // SHA256:… of keys, of CAs and of whole certificates
	serials      [][2]uint64         // from, to; of any CA
	ids          map[string]struct{} // key ids of certificates
}

// key reports whether a plain key is refused.
func (d *denyList) key(fingerprint string) bool {
	_, no := d.fingerprints[fingerprint]
	return no
}

// voucher reports whether a certificate is refused.
func (d *denyList) voucher(v voucher) bool {
	if d.key(v.fingerprint) || d.key(v.authority) || d.key(v.whole) {
		return true
	}
	if _, no := d.ids[v.id]; no {
		return true
	}
	for _, s := range d.serials {
		if s[0] <= v.serial && v.serial <= s[1] {
			return true
		}
	}
	return false
}

// list is one of the two files, as last read. Keyring.filesMu guards it.
type list struct {
	path  string // absolute, "" for none
	state stamp
	since time.Time // since when it has looked half-written; zero when whole
}

// read returns the file's bytes, or nil with ok=false if it is as it was. again is when to look once more.
func (l *list) read(now time.Time) (data []byte, ok bool, again time.Time, err error) {
	if l.path == "" {
		return nil, true, time.Time{}, nil
	}
	// The operator named this one file: where its links lead is the operator's choice.
	path, err := filepath.EvalSymlinks(l.path)
	if err != nil {
		return nil, false, now.Add(rearm), err
	}
	root, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return nil, false, now.Add(rearm), err
	}
	defer root.Close()
	info, err := root.Stat(filepath.Base(path))
	if err != nil {
		return nil, false, now.Add(rearm), err
	}
	if l.since.IsZero() && l.state.same(stamp{info}) && now.Sub(info.ModTime()) > racy {
		return nil, false, time.Time{}, nil
	}
	data, state, err := readPlain(root, filepath.Base(path), maxList)
	if err != nil {
		return nil, false, now.Add(rearm), fmt.Errorf("%s is not used: %s", l.path, sentence(err))
	}
	fresh := l.state.info == nil
	l.state = state
	if len(bytes.TrimSpace(data)) > 0 || fresh {
		l.since = time.Time{}
		return data, true, time.Time{}, nil
	}
	// Emptied: an editor may be about to write it again.
	if l.since.IsZero() {
		l.since = now
	}
	if end := l.since.Add(grace); now.Before(end) {
		return nil, false, end, nil
	}
	l.since = time.Time{}
	return data, true, time.Time{}, nil
}

// parseAuthorities reads the file of CAs: public keys, one a line, with or without the option cert-authority.
func parseAuthorities(path string, data []byte) (map[string]struct{}, error) {
	c := parseKeys(path, data, "cert-authority")
	if len(c.problems) > 0 {
		return nil, errors.New(c.problems[0])
	}
	out := make(map[string]struct{}, len(c.keys))
	for _, k := range c.keys {
		out[string(k.key.Marshal())] = struct{}{}
	}
	return out, nil
}

// parseDenied reads the deny list. A line is a public key, a fingerprint SHA256:…, "serial: N",
// "serial: N-M" or "id: KEY ID"; blank lines and lines that start with # are passed over. Any other line is an error: a
// line that is misread would let somebody in.
func parseDenied(path string, data []byte) (denyList, error) {
	d := denyList{fingerprints: map[string]struct{}{}, ids: map[string]struct{}{}}
	if why := wrongKind(data); why != "" {
		return d, fmt.Errorf("%s: %s", path, why)
	}
	data = bytes.TrimPrefix(data, []byte(byteOrderMark))
	for i, raw := range strings.Split(string(data), "\n") {
		line := strings.TrimSpace(raw)
		if line == "" || line[0] == '#' {
			continue
		}
		if why := d.add(line); why != "" {
			return d, fmt.Errorf("%s:%d: %s", path, i+1, why)
		}
	}
	return d, nil
}

// add takes in one line; why is a sentence if it cannot be read.
func (d *denyList) add(line string) (why string) {
	if strings.HasPrefix(line, "SHA256:") {
		fp, _, _ := strings.Cut(line, " ")
		if len(fp) != len("SHA256:")+43 {
			return "a fingerprint is SHA256: and 43 characters, as ssh-keygen -l prints it"
		}
		d.fingerprints[fp] = struct{}{}
		return ""
	}
	if word, rest, ok := strings.Cut(line, ":"); ok && !strings.ContainsAny(word, " \t") {
		rest = strings.TrimSpace(rest)
		switch {
		case strings.EqualFold(word, "serial"):
			return d.addSerial(rest)
		case strings.EqualFold(word, "id") && rest != "":
			d.ids[rest] = struct{}{}
			return ""
		}
	}
	key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(line))
	if err != nil {
		return fmt.Sprintf("%s is none of: a public key, SHA256:…, serial: N, serial: N-M, id: KEY ID", text.Quote(text.NewLine(line, maxComment).String()))
	}
	d.fingerprints[ssh.FingerprintSHA256(key)] = struct{}{}
	if c, ok := key.(*ssh.Certificate); ok {
		d.fingerprints[ssh.FingerprintSHA256(c.Key)] = struct{}{}
	}
	return ""
}

// addSerial takes in the number or range of a serial line.
func (d *denyList) addSerial(s string) (why string) {
	from, to, ranged := strings.Cut(s, "-")
	if !ranged {
		to = from
	}
	a, err := strconv.ParseUint(strings.TrimSpace(from), 10, 64)
	b, err2 := strconv.ParseUint(strings.TrimSpace(to), 10, 64)
	if err != nil || err2 != nil || a > b {
		return "a serial line is serial: N or serial: N-M with whole numbers"
	}
	d.serials = append(d.serials, [2]uint64{a, b})
	return ""
}

// listError wraps what went wrong with one of the lists at start.
func listError(setting, path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the file that %s names, %s, does not exist: make it or leave the setting empty", setting, path)
	}
	return fmt.Errorf("the file that %s names cannot be used: %w", setting, err)
}
