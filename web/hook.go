package web

import (
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"
	"time"

	"parley/rooms"
	"parley/text"
)

const (
	// maxPayload bounds the body of a request to a hook. GitHub's are some KiB, those of a push of many commits more.
	maxPayload = 1 << 20
	// payloadsAtOnce bounds the bodies that are held at once, and with them their memory.
	payloadsAtOnce = 32
	// lookTime bounds the lookup of a hook.
	lookTime = 5 * time.Second
	// postTime bounds the wait for the commit.
	postTime = 15 * time.Second
	// retryAfter is when a sender may try again if the store fails or too much is held at once.
	retryAfter = 10 * time.Second
)

// noHook is the one answer for what is no hook's address, whatever is wrong with it.
const noHook = "no hook is at this address: it may have been removed, or have another secret by now"

// hook takes what a program posts to a room.
func (s *Server) hook(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		answer(w, http.StatusMethodNotAllowed, "this is the address of a hook: it takes POST")
		return
	}
	h, ok := s.find(w, r)
	if !ok {
		return
	}
	select {
	case s.payloads <- struct{}{}:
		defer func() { <-s.payloads }()
	default:
		later(w, http.StatusServiceUnavailable, retryAfter, "too many hooks are posting at once: try again in a moment")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPayload))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		answer(w, http.StatusRequestEntityTooLarge, "a hook takes at most 1 MiB")
		return
	}
	if err != nil {
		answer(w, http.StatusBadRequest, "the request ended before its body was complete")
		return
	}
	if !signed(r.Header, body, r.PathValue("secret")) {
		s.Log.Info("a hook's payload has a wrong signature", "hook", h.Name.String())
		answer(w, http.StatusUnauthorized, "the signature does not match: the secret of the sender is the last part of this address")
		return
	}
	p, err := s.read(r.Header, body)
	if kind := (*mediaError)(nil); errors.As(err, &kind) {
		answer(w, http.StatusUnsupportedMediaType, err.Error())
		return
	}
	if err != nil {
		answer(w, http.StatusBadRequest, err.Error())
		return
	}
	s.post(w, r, h, p)
}

// read is read for one request at a time.
func (s *Server) read(h http.Header, body []byte) (payload, error) {
	s.reading.Lock()
	defer s.reading.Unlock()
	return read(h, body)
}

// find is the hook that a request was sent to. If there is none, the request is answered.
func (s *Server) find(w http.ResponseWriter, r *http.Request) (h rooms.Hook, ok bool) {
	from := s.client(r)
	counted := s.Exempt == nil || !s.Exempt(from)
	if counted {
		if wait := s.wrong.wait(prefixOf(from)); wait > 0 {
			later(w, http.StatusTooManyRequests, wait, "too many requests to hooks that are none: wait, and check the address")
			return h, false
		}
	}
	ctx, cancel := context.WithTimeout(r.Context(), lookTime)
	defer cancel()
	id, err := strconv.ParseUint(r.PathValue("id"), 10, 63)
	if err == nil {
		h, err = s.Rooms.Hook(ctx, id)
	} else {
		err = rooms.ErrNoHook
	}
	if err != nil && !errors.Is(err, rooms.ErrNoHook) {
		later(w, http.StatusServiceUnavailable, retryAfter, "the server cannot read or store anything right now: try again in a moment")
		return h, false
	}
	if !h.Opens(r.PathValue("secret")) {
		if counted {
			s.wrong.tried(prefixOf(from))
		}
		s.Log.Info("a request to a hook that is none", "address", from.String())
		answer(w, http.StatusNotFound, noHook)
		return h, false
	}
	return h, true
}

// post says in the room what a payload means.
func (s *Server) post(w http.ResponseWriter, r *http.Request, h rooms.Hook, p payload) {
	body, err := p.body()
	if p.text == "" {
		answer(w, http.StatusOK, "ok") // nothing that people want to know: a job that has only begun
		return
	}
	if err != nil {
		answer(w, http.StatusBadRequest, err.Error())
		return
	}
	who := h.Actor()
	who.Addr = s.client(r)
	ctx, cancel := context.WithTimeout(r.Context(), postTime)
	defer cancel()
	e, err := s.Rooms.Post(ctx, who, rooms.Post{Room: h.Room, Type: rooms.Message, Text: body, Nonce: p.nonce})
	if long := (*rooms.SizeError)(nil); errors.As(err, &long) {
		e, err = s.Rooms.Post(ctx, who, rooms.Post{Room: h.Room, Type: rooms.Message, Text: text.NewBody(cut(body.String(), long.Most, text.MaxBodyLines)), Nonce: p.nonce})
	}
	if err != nil {
		s.refuse(w, h, err)
		return
	}
	s.Log.Debug("a hook has posted", "hook", h.Name.String(), "seq", e.Seq)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "ok") // as Slack answers, without a line end
}

// refuse answers what the room did not take.
func (s *Server) refuse(w http.ResponseWriter, h rooms.Hook, err error) {
	var rate *rooms.RateError
	switch {
	case errors.As(err, &rate):
		later(w, http.StatusTooManyRequests, rate.After, err.Error())
	case errors.Is(err, rooms.ErrNoHook), errors.Is(err, rooms.ErrNoRoom):
		answer(w, http.StatusNotFound, noHook)
	case errors.Is(err, rooms.ErrUnavailable), errors.Is(err, rooms.ErrClosed), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		later(w, http.StatusServiceUnavailable, retryAfter, "the server cannot store anything right now, so nothing was posted: try again in a moment")
	default:
		s.Log.Info("a room does not take what a hook posts", "hook", h.Name.String(), "error", err)
		answer(w, http.StatusForbidden, "the room does not take it: "+err.Error())
	}
}

// later refuses a program for now.
func later(w http.ResponseWriter, status int, after time.Duration, line string) {
	retryHeader(w, after)
	answer(w, status, line)
}

// retry refuses a page for now.
func retry(w http.ResponseWriter, r *http.Request, status int, after time.Duration, sentence string) {
	retryHeader(w, after)
	fault(w, r, status, sentence)
}

func retryHeader(w http.ResponseWriter, after time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(after.Seconds())))))
}
