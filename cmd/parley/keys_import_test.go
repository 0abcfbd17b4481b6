package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestSources(t *testing.T) {
	for from, want := range map[string]source{
		"github:Ana-Maria":               {shown: "github:Ana-Maria", name: "Ana-Maria", device: "github", url: "https://github.com/Ana-Maria.keys"},
		"gitlab:a.b_c":                   {shown: "gitlab:a.b_c", name: "a.b_c", device: "gitlab", url: "https://gitlab.com/a.b_c.keys"},
		"https://git.example/ana.keys":   {shown: "https://git.example/ana.keys", name: "ana", device: "import", url: "https://git.example/ana.keys"},
		"https://u:p@git.example/a":      {shown: "https://u:xxxxx@git.example/a", name: "a", device: "import", url: "https://u:p@git.example/a"},
		"http://localhost:8080/bo":       {shown: "http://localhost:8080/bo", name: "bo", device: "import", url: "http://localhost:8080/bo"},
		"http://[::1]/bo.pub":            {shown: "http://[::1]/bo.pub", name: "bo", device: "import", url: "http://[::1]/bo.pub"},
		"/home/ana/.ssh/ana@desktop.pub": {shown: "/home/ana/.ssh/ana@desktop.pub", name: "ana", device: "import", path: "/home/ana/.ssh/ana@desktop.pub"},
		"-":                              {shown: "standard input", device: "import", stdin: true},
	} {
		if got, err := parseSource(from); err != nil || got != want {
			t.Errorf("%s is %+v (%v), want %+v", from, got, err, want)
		}
	}
	for _, from := range []string{
		"github:", "github:../../x", "github:a/b", "github:a?b", "gitlab:", "gitlab:-x", "gitlab:a/b", "http://git.example/ana.keys",
		"http://127.0.0.1.evil.example/x", "ftp://git.example/x", "file:///etc/passwd", "https://",
	} {
		if got, err := parseSource(from); err == nil {
			t.Errorf("%s is %+v", from, got)
		}
	}
}

func TestSourcesAreReadWithinBounds(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/ana.keys", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ssh-ed25519 AAAA\n")) })
	mux.HandleFunc("/round", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/round", http.StatusFound) })
	mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://192.0.2.1/x", http.StatusFound)
	})
	mux.HandleFunc("/down", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	mux.HandleFunc("/endless", func(w http.ResponseWriter, _ *http.Request) {
		for range 3 * maxFetched / 1024 {
			_, _ = w.Write(make([]byte, 1024))
		}
	})
	srv := httptest.NewServer(mux)
	defer srv.Close()
	read := func(path string) (string, error) {
		s, err := parseSource(srv.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		data, err := s.read(t.Context(), nil)
		return string(data), err
	}
	if got, err := read("/ana.keys"); err != nil || got != "ssh-ed25519 AAAA\n" {
		t.Errorf("read %q, %v", got, err)
	}
	if got, err := read("/endless"); err != nil || len(got) != maxFetched {
		t.Errorf("read %d bytes of one that does not end, %v", len(got), err)
	}
	for path, want := range map[string]string{"/nobody.keys": "check the name", "/round": "too often", "/away": "use https", "/down": "502"} {
		if _, err := read(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
}
