package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

const manual = "../config.yaml"

// TestManualIsDefault holds the file that people read to what the program does.
func TestManualIsDefault(t *testing.T) {
	got, err := Load(manual)
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	folder, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	want.resolve(folder)
	if !reflect.DeepEqual(got, want) {
		restart, live := got.Changed(want)
		t.Errorf("config.yaml differs from the defaults in %v", append(restart, live...))
	}
}

// TestManualIsComplete finds each setting in config.yaml with a comment of its
// own, which says [restart] if a reload does not apply it.
func TestManualIsComplete(t *testing.T) {
	src, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	entry := regexp.MustCompile(`^( *)([a-z_]+):(.*)$`)
	comments := map[string]string{}
	sections, comment := []string{}, ""
	for _, text := range strings.Split(string(src), "\n") {
		if c, ok := strings.CutPrefix(strings.TrimSpace(text), "#"); ok {
			comment = c
			continue
		}
		if m := entry.FindStringSubmatch(text); m != nil {
			sections = append(sections[:min(len(m[1])/2, len(sections))], m[2])
			if strings.TrimSpace(m[3]) != "" {
				comments[strings.Join(sections, ".")] = comment
			}
		}
		comment = ""
	}
	for _, s := range settings("", reflect.ValueOf(Default()).Elem()) {
		comment, ok := comments[s.key]
		switch {
		case !ok:
			t.Errorf("%s is not in config.yaml", s.key)
		case comment == "":
			t.Errorf("%s has no comment in config.yaml", s.key)
		case strings.HasPrefix(comment, " [restart]") == s.live:
			t.Errorf("%s: a reload applies it: %v; the comment says: %s", s.key, s.live, comment)
		}
		delete(comments, s.key)
	}
	for key := range comments {
		t.Errorf("config.yaml has %s, which the struct lacks", key)
	}
}

// TestEveryFieldSaysHowItApplies keeps a new setting from being silently taken
// for one that needs a restart.
func TestEveryFieldSaysHowItApplies(t *testing.T) {
	var walk func(reflect.Type)
	walk = func(typ reflect.Type) {
		for f := range typ.Fields() {
			if f.Tag.Get("yaml") == "" {
				t.Errorf("%s.%s has no yaml tag", typ.Name(), f.Name)
			}
			if f.Type.Kind() == reflect.Struct {
				walk(f.Type)
				continue
			}
			if a := f.Tag.Get("apply"); a != "live" && a != "restart" {
				t.Errorf("%s.%s has the apply tag %q", typ.Name(), f.Name, a)
			}
		}
	}
	walk(reflect.TypeFor[Config]())
}

func parse(t *testing.T, src string) *Config {
	t.Helper()
	c, err := Parse("config.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestFilesThatAreDefault(t *testing.T) {
	want := parse(t, "")
	for name, src := range map[string]string{
		"blank":              "\n\n  \n",
		"comments":           "# nothing\n",
		"byte order mark":    "\ufeff",
		"mark and comment":   "\ufeff# nothing\r\n",
		"document marker":    "---\n",
		"two markers":        "---\n---\n",
		"end marker":         "---\nstore: sqlite\n...\n",
		"empty braces":       "{}",
		"empty section":      "ssh:\ntcp:\n  # echo: \"\"\n",
		"null document":      "null",
		"crlf":               "store: sqlite\r\nlog:\r\n  level: info\r\n",
		"cr":                 "store: sqlite\rlog:\r  level: info\r",
		"flow":               "{log: {level: info}, store: sqlite}",
		"quoted":             "'store': \"sqlite\"\n",
		"no newline at end":  "log:\n  format: auto",
		"comment after":      "store: sqlite # the file\n",
		"capitals":           "rooms: {default: [\"#General\"]}",
		"defaults over list": "rooms:\n  default:\n    - \"#general\"\n",
	} {
		got, err := Parse("config.yaml", []byte(src))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: not the defaults", name)
		}
	}
}

func TestMissingFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	_, err := Load(path)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("got %v", err)
	}
	want := path + ": there is no such file; copy the config.yaml that comes with Parley to this place, or name another with --config FILE"
	if err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
	if _, err := Load(filepath.Dir(path)); err == nil || !strings.Contains(err.Error(), "this is a folder") {
		t.Errorf("a folder: %v", err)
	}
}

// TestPathsStartAtTheFile loads a file in another folder than the working one.
func TestPathsStartAtTheFile(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "my.yaml")
	for _, name := range []string{"ca.pub", "host_key"} {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	src := "data: state\nkeys: {dir: /srv/keys, trusted_ca: ca.pub}\nssh: {host_keys: [host_key]}\n"
	if err := os.WriteFile(path, []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []struct{ got, want string }{
		{c.Data, filepath.Join(folder, "state")},
		{c.DatabasePath(), filepath.Join(folder, "state", "parley.db")},
		{c.Keys.Dir, "/srv/keys"},
		{c.Keys.TrustedCA, filepath.Join(folder, "ca.pub")},
		{c.Keys.Revoked, ""},
	} {
		if p.got != p.want {
			t.Errorf("got %q, want %q", p.got, p.want)
		}
	}
	if paths, make := c.HostKeyPaths(); make || !reflect.DeepEqual(paths, []string{filepath.Join(folder, "host_key")}) {
		t.Errorf("host keys %v, make %v", paths, make)
	}
}

func TestDataFolderIsPrivate(t *testing.T) {
	c := parse(t, "data: "+filepath.Join(t.TempDir(), "a", "b"))
	for range 2 {
		if err := c.MakeDataFolder(); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(c.Data)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode() != fs.ModeDir|0o700 {
		t.Errorf("mode %v", info.Mode())
	}
	if paths, make := c.HostKeyPaths(); !make || filepath.Dir(paths[0]) != c.Data {
		t.Errorf("host keys %v, make %v", paths, make)
	}
}

func TestChanged(t *testing.T) {
	old := parse(t, "")
	if restart, live := parse(t, "").Changed(old); restart != nil || live != nil {
		t.Errorf("nothing changed: %v %v", restart, live)
	}
	c := parse(t, `
data: elsewhere
ssh: {listen: ":2200", proxy_protocol: [10.0.0.0/8]}
keys: {registration: open}
log: {level: debug}
limits: {exempt: [], posts: 5/s}
`)
	restart, live := c.Changed(old)
	if want := []string{"data", "ssh.listen", "ssh.proxy_protocol"}; !reflect.DeepEqual(restart, want) {
		t.Errorf("restart %v", restart)
	}
	if want := []string{"keys.registration", "log.level", "limits.exempt", "limits.posts"}; !reflect.DeepEqual(live, want) {
		t.Errorf("live %v", live)
	}
}

func TestPublicURL(t *testing.T) {
	for src, want := range map[string]string{
		"":                                    "http://127.0.0.1:8081",
		`web: {listen: ""}`:                   "",
		`web: {listen: "0.0.0.0:80"}`:         "http://localhost:80",
		`web: {listen: "[::1]:81"}`:           "http://[::1]:81",
		`web: {url: "https://h.example/x//"}`: "https://h.example/x",
	} {
		if got := parse(t, src).Web.PublicURL(); got != want {
			t.Errorf("%s: %q, want %q", src, got, want)
		}
	}
}
