package web

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// TestMain fails if a goroutine is left behind. The clock of regexp2, by which highlighting stops, ends by itself a second later.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/dlclark/regexp2/v2.runClock"))
}

// do asks a server without a network.
func do(s *Server, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.http.Handler.ServeHTTP(w, r)
	return w
}

func TestForwardedAddressesAreBelievedOfProxiesOnly(t *testing.T) {
	s := New(Options{Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}})
	for _, c := range []struct{ peer, header, want string }{
		{"192.0.2.1:5", "", "192.0.2.1"},
		{"192.0.2.1:5", "198.51.100.7", "192.0.2.1"}, // nobody that is believed
		{"10.0.0.1:5", "198.51.100.7", "198.51.100.7"},
		{"10.0.0.1:5", "203.0.113.9, 198.51.100.7", "198.51.100.7"}, // the client wrote the first one
		{"10.0.0.1:5", "198.51.100.7, 10.0.0.2", "198.51.100.7"},
		{"10.0.0.1:5", "198.51.100.7:4242", "198.51.100.7"},
		{"10.0.0.1:5", "[2001:db8::1]:4242", "2001:db8::1"},
		{"[::1]:5", "[2001:db8::1]", "2001:db8::1"},
		{"[::ffff:10.0.0.1]:5", "::ffff:198.51.100.7", "198.51.100.7"},
		{"10.0.0.1:5", "10.0.0.9", "10.0.0.9"},
		{"10.0.0.1:5", "", "10.0.0.1"},
		{"10.0.0.1:5", "unknown", "invalid IP"},
		{"10.0.0.1:5", "198.51.100.7, unknown", "invalid IP"},
		{"@", "198.51.100.7", "invalid IP"},
	} {
		r := httptest.NewRequest("POST", "/", nil)
		r.RemoteAddr = c.peer
		if c.header != "" {
			r.Header.Set("X-Forwarded-For", c.header)
		}
		if got := s.client(r).String(); got != c.want {
			t.Errorf("%s with %q is %s, want %s", c.peer, c.header, got, c.want)
		}
	}
}

func TestBannedAddressesAreTurnedAway(t *testing.T) {
	s := New(Options{Barred: func(a netip.Addr) bool { return a == netip.MustParseAddr("192.0.2.1") }})
	if w := do(s, httptest.NewRequest("GET", "/", nil)); w.Code != 403 {
		t.Errorf("a banned address is answered %d", w.Code)
	}
}

func TestPanicsEndTheRequestOnly(t *testing.T) {
	s := New(Options{})
	h := s.outermost(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("a defect") }))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 500 || s.Stats().Panics != 1 || strings.Contains(w.Body.String(), "defect") {
		t.Errorf("%d %q, %d counted", w.Code, w.Body, s.Stats().Panics)
	}
}

func TestServeAndShutdown(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := New(Options{Name: "Parley"})
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(context.Background(), l) }()
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	resp, err := client.Get("http://" + l.Addr().String() + "/")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Error(err)
	}
	_ = resp.Body.Close()
	long, err := http.NewRequest("GET", "http://"+l.Addr().String()+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	long.Header.Set("X-Long", strings.Repeat("x", 64<<10))
	if resp, err := client.Do(long); err != nil || resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a head of 64 KiB: %v %v", resp, err)
	} else {
		_ = resp.Body.Close()
	}
	if err := s.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("Serve returned %v", err)
	}
}
