package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"parley/rooms"
	"parley/text"
	"parley/wire"
)

// filePlace is a place with a room whose files browsers get.
type filePlace struct {
	*place
	*guestbook
	tokens map[string]string
}

func newFilePlace(t *testing.T, limits rooms.Limits) *filePlace {
	t.Helper()
	p := &filePlace{place: newPlace(t, limits), tokens: map[string]string{}}
	p.guestbook = newGuestbook(p.place)
	o := p.Server.Options
	o.Door = p.door
	p.Server = New(o)
	return p
}

// browser is the cookie of somebody's browser.
func (p *filePlace) browser(who string) *http.Cookie {
	p.t.Helper()
	if p.tokens[who] == "" {
		p.tokens[who] = p.token(who)
	}
	return &http.Cookie{Name: sessionCookie, Value: p.tokens[who]}
}

// ask sends a request of somebody's browser.
func (p *filePlace) ask(who, method, path string, body io.Reader, headers ...string) *httptest.ResponseRecorder {
	p.t.Helper()
	r := httptest.NewRequest(method, path, body)
	for name, values := range header(headers...) {
		r.Header[name] = values
	}
	r.RemoteAddr = "192.0.2.1:4242"
	if who != "" {
		r.AddCookie(p.browser(who))
	}
	return do(p.Server, r)
}

// put puts a file into the room as ana, and returns its path.
func (p *filePlace) put(name, content string) string {
	p.t.Helper()
	w := p.ask("ana", "POST", "/files/ops/"+url.PathEscape(name), strings.NewReader(content))
	var e wire.Event
	if err := json.Unmarshal(w.Body.Bytes(), &e); w.Code != 201 || err != nil {
		p.t.Fatalf("%s: %d %s", name, w.Code, w.Body)
	}
	return fmt.Sprintf("/files/ops/%d/%s", e.Seq, url.PathEscape(name))
}

// refused is the sentence of an answer with a status, which has to be that.
func (p *filePlace) refused(w *httptest.ResponseRecorder, status int, what string) string {
	p.t.Helper()
	var f struct{ Error string }
	if err := json.Unmarshal(w.Body.Bytes(), &f); w.Code != status || err != nil || f.Error == "" {
		p.t.Errorf("%s: %d %s, want %d with a sentence", what, w.Code, w.Body, status)
	}
	return f.Error
}

func TestFilesGoInAndComeOut(t *testing.T) {
	p := newFilePlace(t, rooms.Limits{})
	content := strings.Repeat("a line of a report\n", 40_000) // three pieces
	w := p.ask("ana", "POST", "/files/ops/report%20%C3%A4.txt?nonce=n1", strings.NewReader(content))
	var e wire.Event
	if err := json.Unmarshal(w.Body.Bytes(), &e); w.Code != 201 || err != nil {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	sum := sha256.Sum256([]byte(content))
	if e.Room != "#ops" || e.Author != "ana" || e.Nonce != "n1" || e.File == nil || e.File.Name != "report ä.txt" || e.File.Size != int64(len(content)) || e.File.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("the event is %s", w.Body)
	}
	var again wire.Event
	w = p.ask("ana", "POST", "/files/ops/report%20%C3%A4.txt?nonce=n1", strings.NewReader(content))
	if err := json.Unmarshal(w.Body.Bytes(), &again); w.Code != 201 || err != nil || again.Seq != e.Seq || len(p.said()) != 1 {
		t.Errorf("sent again with its nonce: %d %s", w.Code, w.Body)
	}
	path := fmt.Sprintf("/files/ops/%d/report%%20%%C3%%A4.txt", e.Seq)
	w = p.ask("ana", "GET", path, nil)
	if w.Code != 200 || w.Body.String() != content {
		t.Errorf("%d, %d bytes", w.Code, w.Body.Len())
	}
	for name, want := range map[string]string{
		"Content-Type": "application/octet-stream", "X-Content-Type-Options": "nosniff", "ETag": `"` + e.File.SHA256 + `"`, "Content-Length": fmt.Sprint(len(content)),
		"Content-Disposition": `attachment; filename="report _.txt"; filename*=UTF-8''report%20%C3%A4.txt`, "Content-Security-Policy": "default-src 'none'; sandbox",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if w := p.ask("ana", "HEAD", path, nil); w.Code != 200 || w.Body.Len() != 0 || w.Header().Get("Content-Length") != fmt.Sprint(len(content)) {
		t.Errorf("HEAD: %d %v", w.Code, w.Header())
	}
	if w := p.ask("ana", "GET", path, nil, "Range: bytes=262140-262149"); w.Code != 206 || w.Body.String() != content[262140:262150] {
		t.Errorf("a range over two pieces: %d %q", w.Code, w.Body)
	}
	if w := p.ask("ana", "GET", path, nil, "Range: bytes=9999999-"); w.Code != 416 {
		t.Errorf("a range behind the end: %d", w.Code)
	}
	if w := p.ask("ana", "GET", path, nil, `If-None-Match: "`+e.File.SHA256+`"`); w.Code != 304 || w.Body.Len() != 0 {
		t.Errorf("what the browser has: %d", w.Code)
	}
	if w := p.ask("ana", "GET", path, nil, "Range: bytes=0-9", `If-Range: "other"`); w.Code != 200 || w.Body.Len() != len(content) {
		t.Errorf("a range of something else: %d", w.Code)
	}
}

func TestFilesOfPairsAreNamedByTheirPeople(t *testing.T) {
	p := newFilePlace(t, rooms.Limits{})
	bo := rooms.Actor{Name: name(t, "bo")}
	p.browser("bo")
	if _, err := p.Rooms.DirectRoom(t.Context(), p.ana, []text.Name{bo.Name}); err != nil {
		t.Fatal(err)
	}
	w := p.ask("ana", "POST", "/files/@bo/a.txt", strings.NewReader("x"))
	var e wire.Event
	if err := json.Unmarshal(w.Body.Bytes(), &e); w.Code != 201 || err != nil || e.Room != "@ana,@bo" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	for who, room := range map[string]string{"ana": "@bo", "bo": "@ana,@bo"} {
		if w := p.ask(who, "GET", fmt.Sprintf("/files/%s/%d/a.txt", url.PathEscape(room), e.Seq), nil); w.Code != 200 || w.Body.String() != "x" {
			t.Errorf("%s asks for that of %s: %d %s", who, room, w.Code, w.Body)
		}
	}
}

// TestStrangersLearnNothingOfFiles: who is not in the room, who is not let in, and whoever asks for what is not there.
func TestStrangersLearnNothingOfFiles(t *testing.T) {
	p := newFilePlace(t, rooms.Limits{})
	path := p.put("secret.txt", "x")
	var said []string
	for _, ask := range []string{path, "/files/ops/2/other.txt", "/files/ops/99/secret.txt", "/files/nowhere/2/secret.txt", "/files/@ana/2/secret.txt", "/files/ops/0/x", "/files/ops/18446744073709551616/x", "/files/ops/-1/x"} {
		w := p.ask("eve", "GET", ask, nil)
		if w.Code != 404 {
			t.Errorf("%s: %d %s", ask, w.Code, w.Body)
		}
		said = append(said, w.Body.String())
	}
	for _, s := range said {
		if s != said[0] {
			t.Errorf("the answers differ: %q", said)
		}
	}
	if w := p.ask("", "GET", path, nil); w.Code != 401 {
		t.Errorf("without a session: %d", w.Code)
	}
	p.refused(p.ask("", "POST", "/files/ops/a.txt", strings.NewReader("x")), 401, "without a session")
	p.refused(p.ask("eve", "POST", "/files/ops/a.txt", strings.NewReader("x")), 404, "into a room that is not hers")
	if w := p.ask("ana", "GET", strings.Replace(path, "secret.txt", "invoice.exe", 1), nil); w.Code != 404 {
		t.Errorf("an address with another name: %d", w.Code)
	}
	if got := p.said(); len(got) != 1 {
		t.Errorf("said: %q", got)
	}
}

func TestWhoHasLeftGetsNoFileAnyMore(t *testing.T) {
	p := newFilePlace(t, rooms.Limits{})
	path := p.put("secret.txt", "x")
	bo := rooms.Actor{Name: name(t, "bo")}
	if err := p.Rooms.Invite(t.Context(), p.ana, p.room.ID, bo.Name); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Rooms.Join(t.Context(), bo, p.room.ID); err != nil {
		t.Fatal(err)
	}
	later := p.put("later.txt", "y")
	if w := p.ask("bo", "GET", later, nil); w.Code != 200 {
		t.Errorf("a member: %d %s", w.Code, w.Body)
	}
	if err := p.Rooms.Leave(t.Context(), bo, p.room.ID); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{path, later} {
		if w := p.ask("bo", "GET", path, nil); w.Code != 404 {
			t.Errorf("%s after leaving: %d %s", path, w.Code, w.Body)
		}
	}
}

func TestFilesOfDeletedMessagesAreGone(t *testing.T) {
	p := newFilePlace(t, rooms.Limits{})
	path := p.put("secret.txt", "x")
	var seq uint64
	if _, err := fmt.Sscanf(path, "/files/ops/%d/", &seq); err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.Rooms.Do(t.Context(), p.ana, rooms.Entry{Room: p.room.ID, Type: rooms.Delete, Ref: seq}); err != nil {
		t.Fatal(err)
	}
	if w := p.ask("ana", "GET", path, nil); w.Code != 404 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestPathTricksLeadNowhere(t *testing.T) {
	p := newFilePlace(t, rooms.Limits{})
	p.put("a.txt", "x")
	for _, path := range []string{"/files/ops/..%2F..%2Fconfig.yaml", "/files/ops/%2E%2E", "/files/ops/a%00.txt", "/files/ops/%2Fetc%2Fpasswd", "/files/ops/2026-11-22.txt", "/files/ops/" + strings.Repeat("x", 300),
		"/files/ops/a%0D%0ASet-Cookie:%20x.txt", "/files/ops/%E2%80%AEfdp.exe", "/files/ops/%1B%5B31m.txt", "/files/ops/%FF.txt"} {
		p.refused(p.ask("ana", "POST", path, strings.NewReader("x")), 400, path)
	}
	for _, path := range []string{"/files/ops/2/..%2Fa.txt", "/files/..%2Fops/2/a.txt", "/files/ops%2F..%2Fops/2/a.txt", "/files/%23/2/a.txt"} {
		if w := p.ask("ana", "GET", path, nil); w.Code != 404 {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	if got := p.said(); len(got) != 1 {
		t.Errorf("said: %q", got)
	}
}

// TestNoLineOfAHeaderIsMadeByAName: quotes, percent signs, semicolons, and what is not ASCII.
func TestNoLineOfAHeaderIsMadeByAName(t *testing.T) {
	p := newFilePlace(t, rooms.Limits{})
	for name, want := range map[string]string{
		`a"; filename="evil.exe`: `attachment; filename="a_; filename=_evil.exe"; filename*=UTF-8''a%22%3B%20filename%3D%22evil.exe`,
		`100%41\.txt`:            `attachment; filename="100_41_.txt"; filename*=UTF-8''100%2541%5C.txt`,
		"報告+1.pdf":               `attachment; filename="__+1.pdf"; filename*=UTF-8''%E5%A0%B1%E5%91%8A%2B1.pdf`,
		"it's (1)*.txt":          `attachment; filename="it's (1)*.txt"; filename*=UTF-8''it%27s%20%281%29%2A.txt`,
	} {
		w := p.ask("ana", "GET", p.put(name, "x"), nil)
		if got := w.Header().Get("Content-Disposition"); w.Code != 200 || got != want {
			t.Errorf("%s: %d %s, want %s", name, w.Code, got, want)
		}
	}
}

func TestOtherSitesPutNoFiles(t *testing.T) {
	p := newFilePlace(t, rooms.Limits{})
	for _, h := range [][]string{{"Origin: https://evil.example"}, {"Sec-Fetch-Site: cross-site"}, {"Sec-Fetch-Site: same-site", "Origin: http://other.example.com"}} {
		if w := p.ask("ana", "POST", "/files/ops/a.txt", strings.NewReader("x"), h...); w.Code != 403 {
			t.Errorf("%q: %d %s", h, w.Code, w.Body)
		}
	}
	if w := p.ask("ana", "POST", "/files/ops/a.txt", strings.NewReader("x"), "Sec-Fetch-Site: same-origin", "Origin: http://example.com"); w.Code != 201 {
		t.Errorf("our own page: %d %s", w.Code, w.Body)
	}
}
