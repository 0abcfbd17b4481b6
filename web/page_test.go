package web

import (
	"compress/gzip"
	"io"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func TestPage(t *testing.T) {
	s := New(Options{Name: `Par<ley>`})
	w := do(s, httptest.NewRequest("GET", "/", nil))
	if w.Code != 200 || !strings.Contains(w.Body.String(), "<title>Par&lt;ley&gt;</title>") || w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Cache-Control") != "no-cache" {
		t.Errorf("/ answers %d %q %v", w.Code, w.Body, w.Header())
	}
	if w := do(s, httptest.NewRequest("GET", "/metrics", nil)); w.Code != 404 {
		t.Errorf("/metrics answers %d", w.Code)
	}
	if w := do(s, httptest.NewRequest("DELETE", "/", nil)); w.Code != 405 {
		t.Errorf("DELETE / answers %d", w.Code)
	}
	if got := s.Stats().Requests; got[200] != 1 || got[404] != 1 || got[405] != 1 {
		t.Errorf("counted: %v", got)
	}
	for _, path := range []string{"/r/ops", "/r/ops/1042", "/r/@bo", "/r/@ana,@bo/12", "/r/%E9%81%8B%E7%94%A8"} {
		if other := do(s, httptest.NewRequest("GET", path, nil)); other.Body.String() != w.Body.String() {
			t.Errorf("%s is another document than /", path)
		}
	}
}

// TestPageLoadsNothingElse: no script and no style stands in the document, and all that it loads is there, for ever under its address.
func TestPageLoadsNothingElse(t *testing.T) {
	s := New(Options{Name: "Parley"})
	doc := do(s, httptest.NewRequest("GET", "/", nil)).Body.String()
	for _, bad := range []string{"<style", " style=", " onclick=", "<script>", "http:", "https:", "HASH"} {
		if strings.Contains(doc, bad) {
			t.Errorf("the document has %q", bad)
		}
	}
	found := regexp.MustCompile(`(?:href|src)="([^"]+)"`).FindAllStringSubmatch(doc, -1)
	if len(found) < 4 { // icon, manifest, style, script
		t.Errorf("the document loads %d files", len(found))
	}
	for _, m := range found {
		w := do(s, httptest.NewRequest("GET", m[1], nil))
		if w.Code != 200 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Body.Len() == 0 {
			t.Errorf("%s answers %d %v", m[1], w.Code, w.Header())
		}
	}
}

func TestPageFilesAreKeptByBrowsers(t *testing.T) {
	s := New(Options{Name: "Parley"})
	first := do(s, httptest.NewRequest("GET", "/app/main.js", nil))
	if got := first.Header(); got.Get("Cache-Control") != "no-cache" || got.Get("Content-Type") != "text/javascript; charset=utf-8" || got.Get("ETag") == "" {
		t.Errorf("/app/main.js has %v", got)
	}
	again := httptest.NewRequest("GET", "/app/main.js", nil)
	again.Header.Set("If-None-Match", first.Header().Get("ETag"))
	if w := do(s, again); w.Code != 304 || w.Body.Len() != 0 {
		t.Errorf("what the browser has is sent again: %d", w.Code)
	}
	small := httptest.NewRequest("GET", "/app/main.js", nil)
	small.Header.Set("Accept-Encoding", "gzip, br")
	w := do(s, small)
	z, err := gzip.NewReader(w.Body)
	if err != nil || w.Header().Get("Content-Encoding") != "gzip" {
		t.Fatalf("not compressed: %v %v", w.Header(), err)
	}
	if plain, err := io.ReadAll(z); err != nil || string(plain) != first.Body.String() {
		t.Errorf("what is compressed is something else: %v", err)
	}
	for _, path := range []string{"/app/old/main.js"} {
		if w := do(s, httptest.NewRequest("GET", path, nil)); w.Code != 200 || strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s answers %d %v", path, w.Code, w.Header())
		}
	}
	for _, path := range []string{"/app/page.go", "/app/none.js", "/app/..%2fpage.go"} {
		if w := do(s, httptest.NewRequest("GET", path, nil)); w.Code != 404 {
			t.Errorf("%s answers %d", path, w.Code)
		}
	}
}
