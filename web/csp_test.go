package web

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestReportsOfBrowsersAreCountedAndSafeToRead: in both forms that browsers send, and whatever somebody else puts into one.
func TestReportsOfBrowsersAreCountedAndSafeToRead(t *testing.T) {
	var log bytes.Buffer
	s := New(Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	for _, c := range []struct {
		body, logged string
		status       int
	}{
		{`{"csp-report":{"blocked-uri":"https://evil.example/x.js?secret=1","violated-directive":"script-src-elem","document-uri":"https://chat.example/r/ops/3?token=abc#x"}}`,
			`directive=script-src-elem blocked=https://evil.example/x.js page=https://chat.example/r/ops/3 address=192.0.2.1`, 204},
		{`[{"type":"csp-violation","body":{"blockedURL":"inline","effectiveDirective":"script-src-attr","documentURL":"https://chat.example/"}},{"type":"deprecation","body":{"id":"x"}}]`,
			`directive=script-src-attr blocked=inline page=https://chat.example/`, 204},
		{`{"csp-report":{"blocked-uri":"\u001b[31mred\nlevel=ERROR msg=forged","violated-directive":"` + strings.Repeat("x", 5000) + `"}}`, `blocked="[31mred level=ERROR msg=forged"`, 204},
		{`{"csp-report":{}}`, `directive="" blocked="" page=""`, 204},
		{`[{"type":"deprecation","body":{"id":"x"}}]`, "", 400},
		{`{"a":1}`, "", 400},
		{`not JSON`, "", 400},
		{`{"csp-report":{"blocked-uri":"` + strings.Repeat("x", maxReport) + `"}}`, "", 400},
	} {
		log.Reset()
		w := do(s, httptest.NewRequest("POST", "/csp", strings.NewReader(c.body)))
		if w.Code != c.status {
			t.Errorf("%.60s is answered %d %s", c.body, w.Code, w.Body)
		}
		if said := log.String(); !strings.Contains(said, c.logged) || strings.Count(said, "\n") > 1 || len(said) > 600 || c.logged == "" && said != "" {
			t.Errorf("%.60s: logged %s, want %s", c.body, said, c.logged)
		}
	}
	if got := s.Stats().Violated; got != 4 {
		t.Errorf("%d reports are counted, want 4", got)
	}
}

// TestReportsOfBrowsersDoNotFloodTheLog: all are counted, and few logged.
func TestReportsOfBrowsersDoNotFloodTheLog(t *testing.T) {
	var log bytes.Buffer
	s := New(Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	many := `[` + strings.Repeat(`{"type":"csp-violation","body":{}},`, 99) + `{"type":"csp-violation","body":{}}]`
	for range 100 {
		if w := do(s, httptest.NewRequest("POST", "/csp", strings.NewReader(many))); w.Code != 204 {
			t.Fatalf("answered %d %s", w.Code, w.Body)
		}
	}
	if lines, counted := strings.Count(log.String(), "\n"), s.Stats().Violated; counted != 10_000 || lines < reportBurst || lines > reportBurst+60*reportRate {
		t.Errorf("%d are counted and %d logged", counted, lines)
	}
}
