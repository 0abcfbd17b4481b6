package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"parley/chat"
	"parley/lang"
	"parley/rooms"
	"parley/text"
)

// What a download is refused with.
var (
	noDownload = lang.Key("there is no such file here: it may have been deleted, or be in a room that you are not in")
	noPicture  = lang.Key("that file is no image that can be shown: download it")
)

// downloadsAtOnce is how many files one person is sent at a time, each of which takes half a MiB of memory. More wait.
const downloadsAtOnce = 8

// download sends the file of a message: GET /files/ROOM/SEQ/NAME, as something to be saved and nothing else; with ?view=1 as an image, if its
// content is that of one. Who may not read the message learns nothing of it.
func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	v, ok := s.visitor(r)
	if !ok {
		answer(w, http.StatusUnauthorized, errOut.Error())
		return
	}
	ctx, cancel := s.while(r.Context(), v)
	defer cancel()
	end, err := s.turns.begin(ctx, v.Who.Name)
	if err != nil {
		return // whoever asked is gone
	}
	defer end()
	f, err := s.open(ctx, r, v)
	if err != nil {
		s.refuseDownload(w, r, v, err)
		return
	}
	h := w.Header()
	file := f.Event().File
	if r.URL.Query().Get("view") == "1" {
		media, ok := picture(f, f.Size())
		if !ok {
			answer(w, http.StatusUnsupportedMediaType, s.langOf(r, v).Text(noPicture))
			return
		}
		h.Set("Content-Type", media)
		h.Set("Content-Disposition", disposition("inline", file.Name.String()))
	} else {
		h.Set("Content-Type", "application/octet-stream")
		h.Set("Content-Disposition", disposition("attachment", file.Name.String()))
	}
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "private, no-cache") // kept, and asked for again: somebody may have left, or the message be deleted
	h.Set("ETag", `"`+file.SHA256+`"`)
	out := &steadyWriter{ResponseWriter: w, at: http.NewResponseController(w)}
	_ = out.at.SetReadDeadline(time.Time{}) // nothing more is to be read, and a file may take longer to be sent
	http.ServeContent(out, r, "", f.Event().Time, io.NewSectionReader(f, 0, f.Size()))
}

// open finds the file of a path, for who may read its message.
func (s *Server) open(ctx context.Context, r *http.Request, v visit) (*rooms.FileReader, error) {
	seq, err := strconv.ParseUint(r.PathValue("seq"), 10, 64)
	if err != nil {
		return nil, rooms.ErrNoFile
	}
	room, err := s.Rooms.Labelled(ctx, v.Actor, r.PathValue("room"))
	if err != nil {
		return nil, err
	}
	f, err := s.Rooms.Open(ctx, v.Actor, room.ID, seq)
	if err != nil {
		return nil, err
	}
	if f.Event().File.Name.String() != r.PathValue("name") { // the address says nothing that the message does not
		return nil, rooms.ErrNoFile
	}
	return f, nil
}

// refuseDownload answers in the same words who may not know of a file and who asks for none.
func (s *Server) refuseDownload(w http.ResponseWriter, r *http.Request, v visit, err error) {
	switch status := fileStatus(err); status {
	case 0, http.StatusServiceUnavailable:
		if r.Context().Err() == nil {
			later(w, http.StatusServiceUnavailable, retryAfter, chat.Explain(s.langOf(r, v), time.UTC, rooms.ErrUnavailable))
		}
	default:
		answer(w, http.StatusNotFound, s.langOf(r, v).Text(noDownload))
	}
}

// disposition is a Content-Disposition as RFC 6266 has it: the name as it is for browsers of today, and in ASCII for others.
func disposition(kind, name string) string {
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\%`, r) {
			return '_'
		}
		return r
	}, name)
	return kind + `; filename="` + plain + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}

// steadyWriter sends a file, each block of which has its time.
type steadyWriter struct {
	http.ResponseWriter
	at *http.ResponseController
}

// Write implements io.Writer.
func (b *steadyWriter) Write(p []byte) (n int, err error) {
	for len(p) > 0 && err == nil {
		var k int
		if err = b.at.SetWriteDeadline(time.Now().Add(blockTime)); err == nil || errors.Is(err, http.ErrNotSupported) {
			k, err = b.ResponseWriter.Write(p[:min(len(p), blockSize)])
		}
		n, p = n+k, p[k:]
	}
	return n, err
}

// turns lets each person have a number of downloads at once.
type turns struct {
	mu  sync.Mutex // a leaf
	all map[text.Name]*turn
}

// turn is what one person has under way.
type turn struct {
	slots chan struct{} // capacity downloadsAtOnce
	users int           // that hold a slot or wait for one
}

// begin waits until a person may have one more; end gives the place back.
func (t *turns) begin(ctx context.Context, who text.Name) (end func(), err error) {
	t.mu.Lock()
	own := t.all[who]
	if own == nil {
		own = &turn{slots: make(chan struct{}, downloadsAtOnce)}
		t.all[who] = own
	}
	own.users++
	t.mu.Unlock()
	leave := func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if own.users--; own.users == 0 {
			delete(t.all, who)
		}
	}
	select {
	case own.slots <- struct{}{}:
		return func() { <-own.slots; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
}
