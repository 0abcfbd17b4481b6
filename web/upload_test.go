package web

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"parley/rooms"
	"parley/text"
)

func TestAFullDiskIsSaidAsAFullQuota(t *testing.T) {
	for _, err := range []error{&rooms.QuotaError{Most: 1}, &rooms.SpaceError{Reserve: 1}} {
		if got := fileStatus(err); got != http.StatusInsufficientStorage {
			t.Errorf("%v: %d", err, got)
		}
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

// TestALateRefusalIsHeard: a file may be refused when the time that other requests have for their answer is long over.
func TestALateRefusalIsHeard(t *testing.T) {
	p := newFilePlace(t, rooms.Limits{})
	server := httptest.NewUnstartedServer(p.http.Handler)
	server.Config.WriteTimeout = time.Nanosecond // over as soon as the head has come
	server.Start()
	defer server.Close()
	c, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	cookie := p.browser("ana")
	fmt.Fprintf(c, "POST /files/ops/x.bin HTTP/1.1\r\nHost: x\r\nCookie: %s=%s\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n", cookie.Name, cookie.Value)
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil || resp.StatusCode != 400 {
		t.Fatal(resp, err)
	}
}

// TestANonceThatNobodyMayGiveIsRefused: with the reason, and not as an upload that broke off and may be tried again.
func TestANonceThatNobodyMayGiveIsRefused(t *testing.T) {
	p := newFilePlace(t, rooms.Limits{})
	for _, nonce := range []string{"import:1", strings.Repeat("x", rooms.MaxNonce+1)} {
		w := p.ask("ana", "POST", "/files/ops/x.txt?nonce="+nonce, strings.NewReader("x"))
		if w.Code != 400 || !strings.Contains(w.Body.String(), "a nonce") {
			t.Errorf("%s: %d %s", nonce, w.Code, w.Body)
		}
	}
}

// TestAFileGoesIntoNoThreadThatCannotBeRead: who came later, into a room that shows newcomers nothing of before, puts no file into a thread of before, and learns
// so before the file is sent.
func TestAFileGoesIntoNoThreadThatCannotBeRead(t *testing.T) {
	p := newFilePlace(t, rooms.Limits{})
	root, err := p.Rooms.Post(t.Context(), p.ana, rooms.Post{Room: p.room.ID, Type: rooms.Message, Text: text.NewBody("before")})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.Rooms.Do(t.Context(), p.ana, rooms.Entry{Room: p.room.ID, Type: rooms.Set, Detail: rooms.PropHistory, Text: text.NewBody("joined")}); err != nil {
		t.Fatal(err)
	}
	bo := rooms.Actor{Name: name(t, "bo")}
	if err := p.Rooms.Invite(t.Context(), p.ana, p.room.ID, bo.Name); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Rooms.Join(t.Context(), bo, p.room.ID); err != nil {
		t.Fatal(err)
	}
	at := fmt.Sprintf("/files/ops/a.txt?thread=%d", root.Seq)
	p.refused(p.ask("bo", "POST", at+"&check=1", nil), 404, "a check for a thread of before")
	body := &counted{from: strings.NewReader("x")}
	r := httptest.NewRequest("POST", at, body)
	r.AddCookie(p.browser("bo"))
	if p.refused(do(p.Server, r), 404, "a file for a thread of before"); body.n > 0 {
		t.Error("the file was read though it goes nowhere")
	}
	if w := p.ask("ana", "POST", at, strings.NewReader("x")); w.Code != 201 {
		t.Errorf("who may read the thread: %d %s", w.Code, w.Body)
	}
	for _, post := range []rooms.Post{{Thread: root.Seq}, {Ref: root.Seq}} {
		post.Room, post.Type, post.Text = p.room.ID, rooms.Message, text.NewBody("me too")
		if _, err := p.Rooms.Post(t.Context(), bo, post); !errors.Is(err, rooms.ErrNoEvent) {
			t.Errorf("an answer to what cannot be read: %v", err)
		}
	}
}
