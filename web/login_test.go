package web

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"parley/chat"
	"parley/keys"
	"parley/rooms"
)

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"

// entrance is a server that lets browsers in.
type entrance struct {
	*place
	*guestbook
}

func newEntrance(t *testing.T) *entrance {
	t.Helper()
	p := &entrance{place: newPlace(t, rooms.Limits{})}
	p.guestbook = newGuestbook(p.place)
	o := p.Server.Options
	o.Door, o.SSHPort, o.URL = p.door, "2222", "https://chat.example.org"
	o.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	o.Chat = chat.New(chat.Options{Rooms: o.Rooms, Keys: p.ring, Door: p.door, Clock: o.Clock})
	p.Server = New(o)
	return p
}

// browser keeps cookies as one does.
type browser struct {
	p       *entrance
	addr    string
	cookies map[string]string
}

func (p *entrance) browser(addr string) *browser {
	return &browser{p, addr, map[string]string{}}
}

// do sends a request; headers are pairs of name and value.
func (b *browser) do(method, path string, headers ...string) *httptest.ResponseRecorder {
	b.p.tb.Helper()
	return b.ask(b.p.tb.Context(), method, path, headers...)
}

func (b *browser) ask(ctx context.Context, method, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(ctx, method, path, nil)
	r.Host, r.RemoteAddr = "chat.example.org", b.addr+":4242"
	r.Header.Set("User-Agent", firefox)
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := do(b.p.Server, r)
	for _, c := range w.Result().Cookies() {
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return w
}

// code is the code that the page shows.
func (b *browser) code() string {
	b.p.tb.Helper()
	w := b.do("POST", "/login")
	var said struct{ Code string }
	if err := json.Unmarshal(w.Body.Bytes(), &said); err != nil || w.Code != http.StatusOK {
		b.p.tb.Fatalf("no code: %d %s", w.Code, w.Body)
	}
	return said.Code
}

// in is the name by which the browser is let in, "" if it is not.
func (b *browser) in() string {
	b.p.tb.Helper()
	var said struct{ Name string }
	if err := json.Unmarshal(b.do("GET", "/session").Body.Bytes(), &said); err != nil {
		b.p.tb.Fatal(err)
	}
	return said.Name
}

// admit says yes to a code.
func (p *entrance) admit(who, code string) error {
	p.tb.Helper()
	return p.door.Admit(p.tb.Context(), p.enrol(who), code)
}

// let lets the browser in as somebody.
func (b *browser) let(who string) {
	b.p.tb.Helper()
	if err := b.p.admit(who, b.code()); err != nil {
		b.p.tb.Fatal(err)
	}
	if w := b.do("GET", "/login"); w.Code != http.StatusOK {
		b.p.tb.Fatalf("%d %s", w.Code, w.Body)
	}
}

func TestACodeLetsInNoOtherBrowser(t *testing.T) {
	p := newEntrance(t)
	mine, theirs := p.browser("192.0.2.7"), p.browser("192.0.2.8")
	code, other := mine.code(), theirs.code()
	if code == other {
		t.Fatal("two browsers show one code")
	}
	if err := p.admit("ana", code); err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	theirs.ask(gone, "GET", "/login") // which would wait for an answer of its own
	for _, forged := range []string{"", "x", code, other} {
		b := p.browser("192.0.2.8")
		b.cookies[loginCookie] = forged
		if w := b.do("GET", "/login"); w.Code != http.StatusGone || b.in() != "" {
			t.Errorf("with the cookie %q: %d %s", forged, w.Code, w.Body)
		}
	}
	if theirs.in() != "" {
		t.Error("the other browser is in")
	}
	if w := mine.do("GET", "/login"); w.Code != http.StatusOK || mine.in() != "ana" {
		t.Errorf("its own browser: %d %s", w.Code, w.Body)
	}
}

func TestACodeIsGoodOnce(t *testing.T) {
	p := newEntrance(t)
	b := p.browser("192.0.2.7")
	code := b.code()
	if again := b.code(); again != code {
		t.Errorf("another tab shows %s, the first one %s", again, code)
	}
	if err := p.admit("ana", code); err != nil {
		t.Fatal(err)
	}
	if err := p.admit("bo", code); !errors.Is(err, keys.ErrCode) {
		t.Errorf("a second answer: %v", err)
	}
	if err := p.door.Refuse(name(t, "bo"), code); !errors.Is(err, keys.ErrCode) {
		t.Errorf("no after yes: %v", err)
	}
	tab := p.browser("192.0.2.7")
	tab.cookies[loginCookie] = b.cookies[loginCookie]
	if w := b.do("GET", "/login"); w.Code != http.StatusOK || b.in() != "ana" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if w := tab.do("GET", "/login"); w.Code != http.StatusOK || tab.cookies[sessionCookie] != "" {
		t.Errorf("the cookie of the login gives a second session: %d %s", w.Code, w.Body)
	}
	if list, err := p.door.Sessions(t.Context(), name(t, "ana")); err != nil || len(list) != 1 {
		t.Errorf("there are the sessions %+v (%v)", list, err)
	}
}

func TestAPlantedCookieShowsNoCodeOfAnotherBrowser(t *testing.T) {
	p := newEntrance(t)
	evil, victim := p.browser("198.51.100.66"), p.browser("192.0.2.7")
	planted := evil.code()
	victim.cookies[loginCookie] = evil.cookies[loginCookie]
	if shown := victim.code(); shown == planted || victim.cookies[loginCookie] == evil.cookies[loginCookie] {
		t.Errorf("the code %s is shown, of another browser", shown)
	}
}

func TestACodeEndsAfterTwoMinutes(t *testing.T) {
	p := newEntrance(t)
	p.enrol("ana")
	b := p.browser("192.0.2.7")
	code := b.code()
	p.clock.move(codeTime - time.Second)
	if _, err := p.door.Asks(name(t, "ana"), strings.ToLower(code)); err != nil {
		t.Errorf("a second before its end: %v", err)
	}
	p.clock.move(time.Second)
	if err := p.admit("ana", code); !errors.Is(err, keys.ErrCode) {
		t.Errorf("at its end: %v", err)
	}
	if w := b.do("GET", "/login"); w.Code != http.StatusGone {
		t.Errorf("the browser is told %d %s", w.Code, w.Body)
	}
	if again := b.code(); again == code {
		t.Error("the same code is shown again")
	}
}

// The page is told at once: its request waits.
func TestThePageIsInAtOnce(t *testing.T) {
	p := newEntrance(t)
	b := p.browser("192.0.2.7")
	code := b.code()
	p.enrol("ana")
	told := make(chan int)
	go func() { told <- b.ask(context.WithoutCancel(t.Context()), "GET", "/login").Code }()
	if err := p.admit("ana", code); err != nil {
		t.Fatal(err)
	}
	select {
	case got := <-told:
		if got != http.StatusOK {
			t.Errorf("the page is told %d", got)
		}
	case <-time.After(pollTime - time.Second):
		t.Fatal("the page waits until it asks again")
	}
}

func TestABrowserIsToldThatItIsRefused(t *testing.T) {
	p := newEntrance(t)
	b := p.browser("192.0.2.7")
	if err := p.door.Refuse(name(t, "ana"), b.code()); err != nil {
		t.Fatal(err)
	}
	w := b.do("GET", "/login", "Accept-Language", "ja")
	if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "入れないという返事でした") || b.in() != "" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestGuessedCodesAreFew(t *testing.T) {
	p := newEntrance(t)
	ana, bo := name(t, "ana"), name(t, "bo")
	code := p.browser("192.0.2.7").code()
	for i := range guessBurst {
		if _, err := p.door.Asks(ana, "AAAA-000"+strconv.Itoa(i)); !errors.Is(err, keys.ErrCode) {
			t.Fatalf("guess %d: %v", i, err)
		}
	}
	var wait *keys.WaitError
	if _, err := p.door.Asks(ana, code); !errors.As(err, &wait) || wait.After > time.Minute {
		t.Errorf("the right code after the guesses: %v", err)
	}
	if _, err := p.door.Asks(bo, code); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	p.clock.move(wait.After)
	if _, err := p.door.Asks(ana, code); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

func TestCodesPerNetworkAreFew(t *testing.T) {
	p := newEntrance(t)
	p.door.Exempt = func(a netip.Addr) bool { return a.IsLoopback() }
	ask := func(addr string) *httptest.ResponseRecorder { return p.browser(addr).do("POST", "/login") }
	for range askBurst {
		if w := ask("192.0.2.7"); w.Code != http.StatusOK {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	if w := ask("192.0.2.200"); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "1" {
		t.Errorf("one more from there: %d %s, Retry-After %q", w.Code, w.Body, w.Header().Get("Retry-After"))
	}
	for _, addr := range []string{"198.51.100.7", "127.0.0.1"} {
		for range 2 {
			if w := ask(addr); w.Code != http.StatusOK {
				t.Errorf("from %s: %d %s", addr, w.Code, w.Body)
			}
		}
	}
	p.clock.move(time.Second)
	if w := ask("192.0.2.7"); w.Code != http.StatusOK {
		t.Errorf("a second later: %d %s", w.Code, w.Body)
	}
}

func TestCookiesAreForNoScriptAndNoOtherSite(t *testing.T) {
	p := newEntrance(t)
	b := p.browser("192.0.2.7")
	begun := b.do("POST", "/login").Result().Cookies()
	b.let("ana")
	renewed := b.do("GET", "/session").Result().Cookies()
	for _, c := range append(begun, renewed...) {
		if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Domain != "" || c.Secure || c.MaxAge <= 0 {
			t.Errorf("the cookie is %s", c)
		}
	}
	if len(begun) != 1 || len(renewed) != 1 {
		t.Errorf("there are %d and %d cookies", len(begun), len(renewed))
	}
	for _, c := range []struct {
		what, addr, proto string
		tls, want         bool
	}{
		{"plain HTTP", "192.0.2.7", "", false, false},
		{"TLS", "192.0.2.7", "", true, true},
		{"a proxy that is believed", "10.0.0.1", "https", false, true},
		{"a proxy that is believed, before plain HTTP", "10.0.0.1", "http", false, false},
		{"a proxy behind another one", "10.0.0.1", "http, https", false, true},
		{"anybody who says so", "192.0.2.7", "https", false, false},
	} {
		r := httptest.NewRequest("POST", "/login", nil)
		r.RemoteAddr = c.addr + ":4242"
		r.Header.Set("X-Forwarded-Proto", c.proto)
		if c.tls {
			r.TLS = &tls.ConnectionState{}
		}
		w := do(p.Server, r)
		if got := w.Result().Cookies()[0].Secure; got != c.want {
			t.Errorf("over %s Secure is %v", c.what, got)
		}
		if got := w.Header().Get("Strict-Transport-Security") != ""; got != c.want {
			t.Errorf("over %s browsers are told to come by TLS: %v", c.what, got)
		}
	}
}

// TestOtherHostsOfTheDomainPlantNoCookie: what another host of the domain sets for all of it, a browser sends beside its own cookies, and before
// them where its path is longer. Over TLS it is not looked at.
func TestOtherHostsOfTheDomainPlantNoCookie(t *testing.T) {
	p := newEntrance(t)
	evil := p.browser("192.0.2.7")
	planted := p.token("bo")
	evil.code()
	overTLS := []string{"X-Forwarded-Proto", "https", "X-Forwarded-For", "192.0.2.8"}
	victim := p.browser("10.0.0.1")
	if w := victim.do("POST", "/login", overTLS...); w.Code != http.StatusOK || victim.cookies[hostPrefix+loginCookie] == "" {
		t.Fatalf("no code over TLS: %d, %v", w.Code, victim.cookies)
	}
	var begun struct{ Code string }
	victim.cookies[loginCookie], victim.cookies[sessionCookie] = evil.cookies[loginCookie], planted
	if err := json.Unmarshal(victim.do("POST", "/login", overTLS...).Body.Bytes(), &begun); err != nil {
		t.Fatal(err)
	}
	if w := victim.do("GET", "/session", overTLS...); w.Code != http.StatusUnauthorized {
		t.Errorf("a session that was planted lets the browser in: %d %s", w.Code, w.Body)
	}
	if err := p.admit("ana", begun.Code); err != nil {
		t.Fatal(err)
	}
	if w := victim.do("GET", "/login", overTLS...); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"ana"`) {
		t.Errorf("the code that the browser shows is answered by %d %s", w.Code, w.Body)
	}
	if w := victim.do("GET", "/session", overTLS...); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"ana"`) {
		t.Errorf("the browser is in as %d %s", w.Code, w.Body)
	}
}

func TestOtherSitesCannotSendRequests(t *testing.T) {
	p := newEntrance(t)
	b := p.browser("192.0.2.7")
	b.let("ana")
	for _, c := range []struct {
		what    string
		headers []string
		want    int
	}{
		{"another site", []string{"Origin", "https://evil.example"}, http.StatusForbidden},
		{"another site, as browsers say it", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, http.StatusForbidden},
		{"another host of the site", []string{"Sec-Fetch-Site", "same-site", "Origin", "https://www.example.org"}, http.StatusForbidden},
		{"a document without an origin", []string{"Origin", "null"}, http.StatusForbidden},
		{"the host as a part of another one", []string{"Origin", "https://chat.example.org.evil.example"}, http.StatusForbidden},
		{"the page", []string{"Sec-Fetch-Site", "same-origin", "Origin", "https://chat.example.org"}, http.StatusOK},
		{"the page, over HTTP", []string{"Origin", "http://chat.example.org"}, http.StatusOK},
		{"a program", nil, http.StatusOK},
	} {
		if w := p.browser("192.0.2.7").do("POST", "/login", c.headers...); w.Code != c.want {
			t.Errorf("%s: %d %s", c.what, w.Code, w.Body)
		}
		upgrade := httptest.NewRequest("GET", "/ws", nil)
		upgrade.Host = "chat.example.org"
		for i := 0; i+1 < len(c.headers); i += 2 {
			upgrade.Header.Set(c.headers[i], c.headers[i+1])
		}
		if got := p.sameOrigin(upgrade); got != (c.want == http.StatusOK) {
			t.Errorf("%s opens a WebSocket: %v", c.what, got)
		}
	}
	if w := b.do("POST", "/logout", "Origin", "https://evil.example"); w.Code != http.StatusForbidden || b.in() != "ana" {
		t.Errorf("another site ends the session: %d %s", w.Code, w.Body)
	}
	proxied := httptest.NewRequest("POST", "/login", nil)
	proxied.Host = "127.0.0.1:8081" // a proxy that does not pass the host on
	proxied.Header.Set("Origin", "https://chat.example.org")
	if w := do(p.Server, proxied); w.Code != http.StatusOK {
		t.Errorf("the page by web.url: %d %s", w.Code, w.Body)
	}
	// programs elsewhere post to hooks from wherever they like
	if w := p.send(p.url(), "192.0.2.9", "hello", "Origin", "https://ci.example"); w.Code != http.StatusOK {
		t.Errorf("a hook: %d %s", w.Code, w.Body)
	}
}

// What may be loaded, sent and framed: no answer lets a script in that is not the page's own.
func TestAnswersForbidScripts(t *testing.T) {
	p := newEntrance(t)
	b := p.browser("192.0.2.7")
	for _, path := range []string{"/", "/session", "/login/x", "/login/style.css", "/nothing"} {
		h := b.do("GET", path).Header()
		csp := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "report-uri /csp"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: %q is not in the policy %s", path, want, csp)
			}
		}
		if strings.Contains(csp, "unsafe") || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "same-origin" || h.Get("Permissions-Policy") == "" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

func TestTheLineToTypeNamesTheHostOfThePage(t *testing.T) {
	p := newEntrance(t)
	for _, c := range []struct{ host, addr, forwarded, want string }{
		{"chat.example.org", "192.0.2.7", "", "ssh -p 2222 chat.example.org login "},
		{"chat.example.org:8443", "192.0.2.7", "", "ssh -p 2222 chat.example.org login "},
		{"192.0.2.1:8081", "192.0.2.7", "", "ssh -p 2222 192.0.2.1 login "},
		{"[2001:db8::1]:8081", "192.0.2.7", "", "ssh -p 2222 2001:db8::1 login "},
		{"-oProxyCommand=x", "192.0.2.7", "", ""},
		{"a;reboot", "192.0.2.7", "", ""},
		{"a b", "192.0.2.7", "", ""},
		{strings.Repeat("a", 300), "192.0.2.7", "", ""},
		{"", "192.0.2.7", "", ""},
		{"127.0.0.1:8081", "10.0.0.1", "", "ssh -p 2222 chat.example.org login "}, // web.url
		{"127.0.0.1:8081", "10.0.0.1", "irc.example.org", "ssh -p 2222 irc.example.org login "},
		{"chat.example.org", "192.0.2.7", "evil.example", "ssh -p 2222 chat.example.org login "}, // nobody that is believed
	} {
		r := httptest.NewRequest("POST", "/login", nil)
		r.Host, r.RemoteAddr = c.host, c.addr+":4242"
		r.Header.Set("X-Forwarded-For", "192.0.2.7")
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-Host", c.forwarded)
		}
		var said struct{ Code, Line string }
		w := do(p.Server, r)
		if err := json.Unmarshal(w.Body.Bytes(), &said); err != nil {
			t.Fatal(err)
		}
		if want := c.want; want != "" && said.Line != want+said.Code || want == "" && said.Line != "" {
			t.Errorf("to %q from %s the page shows %q", c.host, c.addr, said.Line)
		}
	}
}

func TestBrowsersByTheirNames(t *testing.T) {
	for agent, want := range map[string]string{
		firefox: "Firefox 145 on Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0":           "Edge 142 on Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15":                   "Safari 26 on macOS",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1": "Safari 26 on iPhone",
		"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36":                         "Chrome 142 on Android",
		"curl/8.14.1":                    "curl 8",
		"":                               "a browser that does not say which it is",
		"\x1b[31mevil\u202e browser":     "[31mevil browser",
		strings.Repeat("x", 100_000):     strings.Repeat("x", browserCols-1) + "…",
		"Firefox/99999999999 Linux\nand": "Firefox 99999 on Linux",
	} {
		if got := browserOf(agent).String(); got != want {
			t.Errorf("%.80q is %q, want %q", agent, got, want)
		}
	}
}
