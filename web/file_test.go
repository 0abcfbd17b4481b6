package web

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

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

func encoded(t *testing.T, encode func(io.Writer, image.Image) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b, image.NewGray(image.Rect(0, 0, 3, 2))); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// webp is the smallest file of each kind: one pixel.
var webps = map[string]string{
	"lossy":    "RIFF\x24\x00\x00\x00WEBPVP8 \x18\x00\x00\x00\x30\x01\x00\x9d\x01\x2a\x01\x00\x01\x00\x02\x00\x34\x25\xa4\x00\x03\x70\x00\xfe\xfb\xfd\x50\x00",
	"lossless": "RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00",
	"extended": "RIFF\x1a\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00",
}

func TestImagesAreShownAsWhatTheyAre(t *testing.T) {
	p := newFilePlace(t, rooms.Limits{})
	for _, c := range []struct{ name, content, media string }{
		{"a.png", encoded(t, png.Encode), "image/png"},
		{"a.jpg", encoded(t, func(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, nil) }), "image/jpeg"},
		{"a.gif", encoded(t, func(w io.Writer, m image.Image) error { return gif.Encode(w, m, nil) }), "image/gif"},
		{"a.webp", webps["lossy"], "image/webp"}, {"b.webp", webps["lossless"], "image/webp"}, {"c.webp", webps["extended"], "image/webp"},
		{"page.html", encoded(t, png.Encode), "image/png"}, // the content says it, not the name
	} {
		path := p.put(c.name, c.content)
		w := p.ask("ana", "GET", path+"?view=1", nil)
		if h := w.Header(); w.Code != 200 || h.Get("Content-Type") != c.media || w.Body.String() != c.content || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Security-Policy") != "default-src 'none'; sandbox" {
			t.Errorf("%s: %d %v", c.name, w.Code, h)
		}
		if w := p.ask("ana", "GET", path, nil); w.Code != 200 || w.Header().Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment; ") {
			t.Errorf("%s, not to be shown: %d %v", c.name, w.Code, w.Header())
		}
	}
}

// TestNothingThatRunsIsShown: documents, drawings with script in them, what is an image for its first bytes only, and
// images that take more memory than a browser has.
func TestNothingThatRunsIsShown(t *testing.T) {
	p := newFilePlace(t, rooms.Limits{})
	big := []byte(encoded(t, png.Encode))
	copy(big[16:], "\x7f\xff\xff\xff\x7f\xff\xff\xff") // its width and height; the checksum is that of others
	for name, content := range map[string]string{
		"page.html": "<!doctype html><script>alert(1)</script>", "a.svg": `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, "page.png": "<script>alert(1)</script>",
		"cut.png": encoded(t, png.Encode)[:20], "half.gif": "GIF89a", "poly.jpg": "\xff\xd8\xff\xe0<script>alert(1)</script>", "riff.webp": "RIFF\x24\x00\x00\x00WAVEfmt <script>alert(1)</script>",
		"vp9.webp": "RIFF\x24\x00\x00\x00WEBPVP9 \x18\x00\x00\x00<script>alert(1)</script>", "huge.png": string(big), "wide.gif": "GIF89a\xff\xff\x01\x00\x00\x00\x00", "empty.png": "", "a.pdf": "%PDF-1.7",
		"huge.webp": "RIFF\x1a\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x10\x00\x00\x00\xff\xff\xff\xff\xff\xff",
	} {
		path := p.put(name, content)
		if w := p.ask("ana", "GET", path+"?view=1", nil); w.Code != 415 || strings.Contains(w.Body.String(), "script") || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") {
			t.Errorf("%s: %d %v %s", name, w.Code, w.Header(), w.Body)
		}
		if w := p.ask("ana", "GET", path, nil); w.Code != 200 || w.Header().Get("Content-Type") != "application/octet-stream" || w.Body.String() != content {
			t.Errorf("%s is not sent as it is: %d %v", name, w.Code, w.Header())
		}
	}
	poly := "GIF89a\x01\x00\x01\x00\x00\x00\x00/*<html><script>alert(1)</script>*/"
	if w := p.ask("ana", "GET", p.put("poly.html", poly)+"?view=1", nil); w.Code == 200 && (w.Header().Get("Content-Type") != "image/gif" || w.Header().Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(w.Header().Get("Content-Security-Policy"), "sandbox")) {
		t.Errorf("what is an image and a document: %d %v", w.Code, w.Header())
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

// TestFilesThatAreTooLargeAreRefusedBeforeTheyCome: by their length, where it is said, and otherwise when they pass the limit; what came leaves nothing.
func TestFilesThatAreTooLargeAreRefusedBeforeTheyCome(t *testing.T) {
	p := newFilePlace(t, rooms.Limits{FileBytes: 1 << 20, Files: rooms.Quota{Person: 3 << 20}})
	big := strings.Repeat("x", 1<<20+1)
	body := &counted{from: strings.NewReader(big)}
	r := httptest.NewRequest("POST", "/files/ops/big.bin", body)
	r.ContentLength = int64(len(big))
	r.AddCookie(p.browser("ana"))
	w := do(p.Server, r)
	if p.refused(w, 413, "a file over the limit"); body.n > 0 {
		t.Errorf("%d bytes were read of what is too large anyway", body.n)
	}
	r = httptest.NewRequest("POST", "/files/ops/big.bin", struct{ io.Reader }{strings.NewReader(big)})
	r.ContentLength = -1
	r.AddCookie(p.browser("ana"))
	p.refused(do(p.Server, r), 413, "a file over the limit whose length is not said")
	for i := range 3 {
		p.put(fmt.Sprintf("%d.bin", i), big[:1<<20-1])
	}
	p.refused(p.ask("ana", "POST", "/files/ops/more.bin", strings.NewReader(big[:1000])), 507, "a file over the quota")
	for size, status := range map[string]int{"3": 204, "1000": 507, "1048577": 413, "-1": 400, "x": 400} {
		w := p.ask("ana", "POST", "/files/ops/check.bin?check="+size, nil)
		if w.Code != status || status != 204 && !strings.Contains(w.Body.String(), `"error":"`) {
			t.Errorf("check=%s: %d %s", size, w.Code, w.Body)
		}
	}
	used, _, err := p.Rooms.FileUsage(t.Context(), p.ana, p.room.ID)
	if err != nil || used.Person != 3*(1<<20-1) || len(p.said()) != 3 {
		t.Errorf("%+v used, %q said, %v", used, p.said(), err)
	}
}

type counted struct {
	from io.Reader
	n    int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.n += n
	return n, err
}

func TestAnswersOfTheRoomToFiles(t *testing.T) {
	p := newFilePlace(t, rooms.Limits{})
	p.put("a.txt", "x")
	bo := rooms.Actor{Name: name(t, "bo")}
	if err := p.Rooms.Invite(t.Context(), p.ana, p.room.ID, bo.Name); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Rooms.Join(t.Context(), bo, p.room.ID); err != nil {
		t.Fatal(err)
	}
	if said := p.refused(p.ask("bo", "POST", "/files/ops/a.txt", strings.NewReader("y")), 409, "a name that is taken"); !strings.Contains(said, "ana") {
		t.Errorf("a name that is taken: %s", said)
	}
	if err := p.Rooms.Set(t.Context(), bo, "lang", "ja"); err != nil {
		t.Fatal(err)
	}
	if said := p.refused(p.ask("bo", "POST", "/files/ops/a.txt", strings.NewReader("y")), 409, "a name that is taken"); strings.Contains(said, "choose") {
		t.Errorf("in Japanese: %s", said)
	}
	if _, _, err := p.Rooms.Do(t.Context(), p.ana, rooms.Entry{Room: p.room.ID, Type: rooms.Set, Detail: rooms.PropLocked, Text: text.NewBody("on")}); err != nil {
		t.Fatal(err)
	}
	p.refused(p.ask("bo", "POST", "/files/ops/b.txt", strings.NewReader("y")), 403, "a locked room")
}

// TestUploadsThatBreakOffLeaveNothing: the connection is lost, or ends before all has come that was announced.
func TestUploadsThatBreakOffLeaveNothing(t *testing.T) {
	p := newFilePlace(t, rooms.Limits{})
	server := httptest.NewServer(p.http.Handler)
	defer server.Close()
	half := strings.Repeat("x", 600<<10)
	for what, head := range map[string]string{
		"a length": fmt.Sprintf("Content-Length: %d\r\n\r\n%s", 2*len(half), half),
		"chunks":   fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", len(half), half),
	} {
		for _, how := range []string{"ends", "is lost"} {
			c, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			cookie := p.browser("ana")
			fmt.Fprintf(c, "POST /files/ops/half.bin HTTP/1.1\r\nHost: x\r\nCookie: %s=%s\r\n%s", cookie.Name, cookie.Value, head)
			if how == "ends" {
				_ = c.(*net.TCPConn).CloseWrite()
				resp, err := http.ReadResponse(bufio.NewReader(c), nil)
				if err != nil || resp.StatusCode != 400 {
					t.Errorf("%s, and it %s: %v %v", what, how, resp, err)
				}
			} else {
				_ = c.(*net.TCPConn).SetLinger(0)
			}
			_ = c.Close()
		}
	}
	server.Close() // waits for the requests
	used, _, err := p.Rooms.FileUsage(t.Context(), p.ana, p.room.ID)
	if err != nil || used.Person != 0 || len(p.said()) != 0 {
		t.Errorf("%+v used, %q said, %v", used, p.said(), err)
	}
}

// TestSlowUploadsGoOn for as long as something comes, though requests have to be sent soon and answered soon otherwise.
func TestSlowUploadsGoOn(t *testing.T) {
	p := newFilePlace(t, rooms.Limits{})
	const quick = 150 * time.Millisecond
	p.http.ReadTimeout, p.http.WriteTimeout = quick, quick
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- p.Serve(context.Background(), l) }()
	in, out := io.Pipe()
	r, err := http.NewRequest("POST", "http://"+l.Addr().String()+"/files/ops/slow.bin", in)
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(p.browser("ana"))
	go func() {
		tick := time.NewTicker(quick / 3)
		defer tick.Stop()
		for range 10 {
			<-tick.C
			_, _ = out.Write([]byte("some bytes\n")) // the answer says whether all came
		}
		_ = out.Close()
	}()
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if resp.StatusCode != 201 || !strings.Contains(string(body), `"size":110`) {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
	client.CloseIdleConnections()
	if err := p.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestOneMoreUploadThanAPersonMayHaveIsRefused: each takes memory.
func TestOneMoreUploadThanAPersonMayHaveIsRefused(t *testing.T) {
	p := newFilePlace(t, rooms.Limits{})
	server := httptest.NewServer(p.http.Handler)
	defer server.Close()
	cookie := p.browser("ana")
	for i := range rooms.MaxUploads {
		c, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		// 100 is what the server says when it begins to read the body: the upload is counted then.
		fmt.Fprintf(c, "POST /files/ops/%d.bin HTTP/1.1\r\nHost: x\r\nCookie: %s=%s\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n", i, cookie.Name, cookie.Value)
		line, err := bufio.NewReader(c).ReadString('\n')
		if err != nil || !strings.Contains(line, "100") {
			t.Fatalf("upload %d: %q %v", i, line, err)
		}
	}
	p.refused(p.ask("ana", "POST", "/files/ops/more.bin", strings.NewReader("x")), 429, "one more")
	if w := p.ask("eve", "POST", "/files/@ana/more.bin", strings.NewReader("x")); w.Code == 429 {
		t.Error("somebody else waits for them")
	}
}

// TestWhatIsSentEndsWithTheSession: a download stops when its session is revoked.
func TestWhatIsSentEndsWithTheSession(t *testing.T) {
	p := newFilePlace(t, rooms.Limits{})
	path := p.put("big.bin", strings.Repeat("x", 16<<20))
	server := httptest.NewServer(p.http.Handler)
	defer server.Close()
	c, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.(*net.TCPConn).SetReadBuffer(64 << 10) // most of the file is not sent yet
	cookie := p.browser("ana")
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: x\r\nCookie: %s=%s\r\n\r\n", path, cookie.Name, cookie.Value)
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil || resp.StatusCode != 200 {
		t.Fatal(resp, err)
	}
	p.endAll()
	n, err := io.Copy(io.Discard, resp.Body)
	if err == nil || n == 16<<20 {
		t.Errorf("%d bytes came, %v", n, err)
	}
	if w := p.ask("", "GET", path, nil, "Cookie: "+cookie.Name+"="+cookie.Value); w.Code != 401 {
		t.Errorf("afterwards: %d", w.Code)
	}
}
