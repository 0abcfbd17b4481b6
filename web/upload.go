package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"parley/chat"
	"parley/lang"
	"parley/rooms"
	"parley/text"
	"parley/wire"
)

const (
	// blockSize and blockTime bound how slow a transfer may be, in either direction: each block has its time. Who has half a
	// KiB a second gets a file through, who is gone or drips loses the connection.
	blockSize = 32 << 10
	blockTime = time.Minute
	// turnTime is the longest that the message of a file is held back by the limits of posts before it is refused.
	turnTime = time.Minute
)

// upload puts the body of a request into a room as a file: POST /files/ROOM/NAME[?nonce=…][&thread=SEQ]. With ?check=SIZE the body is
// empty, and the answer is what a file of that size would get: 204, or what refuses it.
func (s *Server) upload(w http.ResponseWriter, r *http.Request) {
	v, ok := s.visitor(r)
	if !ok {
		fault(w, r, http.StatusUnauthorized, errOut.Error())
		return
	}
	ctx, cancel := s.while(r.Context(), v)
	defer cancel()
	room, e, err := s.take(ctx, w, r, v)
	switch {
	case err != nil:
		s.refuseFile(ctx, w, r, v, err)
	case e == nil:
		w.WriteHeader(http.StatusNoContent)
	default:
		reply(w, http.StatusCreated, wire.FromEvent(e, room.Label(text.Name{})))
	}
}

// take is what upload does; no event where only a check was asked for.
func (s *Server) take(ctx context.Context, w http.ResponseWriter, r *http.Request, v visit) (room rooms.Room, e *rooms.Event, err error) {
	ask := r.URL.Query()
	size := r.ContentLength
	check := ask.Has("check")
	if check {
		if size, err = strconv.ParseInt(ask.Get("check"), 10, 64); err != nil || size < 0 {
			return room, nil, &requestError{lang.Key("check is the size of a file, in bytes")}
		}
	}
	p := rooms.Post{Nonce: ask.Get("nonce")}
	if at := ask.Get("thread"); at != "" {
		if p.Thread, err = strconv.ParseUint(at, 10, 64); err != nil {
			return room, nil, &requestError{lang.Key("thread is the number of the message that a thread is about")}
		}
	}
	if err := rooms.CheckNonce(p.Nonce); err != nil {
		return room, nil, &requestError{err.Error()}
	}
	if room, err = s.Rooms.Labelled(ctx, v.Actor, r.PathValue("room")); err != nil {
		return room, nil, err
	}
	name, err := text.FileName(r.PathValue("name"))
	if err != nil {
		return room, nil, &requestError{err.Error()}
	}
	if p.Thread != 0 { // before the file is sent in vain: who may not read a thread does not write into it
		if _, _, err := s.Rooms.Event(ctx, v.Actor, room.ID, p.Thread); err != nil {
			return room, nil, err
		}
	}
	if err := s.Rooms.FileFits(ctx, v.Actor, room.ID, name, max(size, 0)); err != nil || check {
		return room, nil, err
	}
	up, err := s.Rooms.Upload(ctx, v.Actor, room.ID, name)
	if err != nil {
		return room, nil, err
	}
	defer func() {
		if closed := up.Close(); closed != nil {
			s.Log.Warn("what was left of an upload could not be dropped", "error", closed)
		}
	}()
	at := http.NewResponseController(w)
	if _, err := io.CopyBuffer(up, &steadyReader{from: r.Body, at: at}, make([]byte, blockSize)); err != nil {
		return room, nil, err
	}
	_ = at.SetReadDeadline(time.Time{}) // or the request is taken for lost while its message waits
	_ = at.SetWriteDeadline(time.Now().Add(turnTime + writeTime))
	e, err = up.CommitInTurn(ctx, p, turnTime)
	return room, e, err
}

// requestError refuses a request that makes no sense.
type requestError struct{ sentence string }

func (e *requestError) Error() string { return e.sentence }

var errBroken = errors.New(lang.Key("the upload broke off, so nothing was put into the room: try it again"))

// refuseFile answers why a file was not taken.
func (s *Server) refuseFile(ctx context.Context, w http.ResponseWriter, r *http.Request, v visit, err error) {
	status := fileStatus(err)
	if status == 0 && (r.Context().Err() != nil || ctx.Err() == nil) { // the body, of which the client did not send all
		s.Log.Debug("an upload broke off", "name", v.Who.Name.String(), "error", err)
		status, err = http.StatusBadRequest, errBroken
	} else if status == 0 {
		status, err = http.StatusUnauthorized, errOut
	}
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(writeTime)) // what was sent of the file may have taken longer than a request has
	var rate *rooms.RateError
	if errors.As(err, &rate) {
		retryHeader(w, rate.After)
	} else if status == http.StatusServiceUnavailable {
		retryHeader(w, retryAfter)
	}
	reply(w, status, map[string]string{"error": chat.Explain(s.langOf(r, v), time.UTC, err)})
}

// fileStatus is the status of an answer to who may not put or read a file because of err; 0 for what has another reason.
func fileStatus(err error) int {
	var rate *rooms.RateError
	var size *rooms.FileSizeError
	var quota *rooms.QuotaError
	var space *rooms.SpaceError
	var taken *rooms.FileTakenError
	var request *requestError
	var quiet *rooms.QuietError
	switch {
	case errors.As(err, &request):
		return http.StatusBadRequest
	case errors.As(err, &rate), errors.Is(err, rooms.ErrUploads):
		return http.StatusTooManyRequests
	case errors.As(err, &size):
		return http.StatusRequestEntityTooLarge
	case errors.As(err, &quota), errors.As(err, &space):
		return http.StatusInsufficientStorage
	case errors.As(err, &taken):
		return http.StatusConflict
	case errors.Is(err, rooms.ErrNoRoom), errors.Is(err, rooms.ErrNoEvent), errors.Is(err, rooms.ErrNoFile):
		return http.StatusNotFound
	case errors.Is(err, rooms.ErrUnavailable), errors.Is(err, rooms.ErrClosed):
		return http.StatusServiceUnavailable
	case errors.Is(err, rooms.ErrNotMember), errors.Is(err, rooms.ErrForbidden), errors.Is(err, rooms.ErrRefused), errors.Is(err, rooms.ErrLocked),
		errors.Is(err, rooms.ErrArchived), errors.Is(err, rooms.ErrBanned), errors.As(err, &quiet):
		return http.StatusForbidden
	}
	return 0
}

// langOf is the language that a visitor reads.
func (s *Server) langOf(r *http.Request, v visit) lang.Tag {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), lookTime)
	defer cancel()
	person, err := s.Rooms.Person(ctx, v.Actor)
	if err != nil {
		return lang.En
	}
	return chat.Settings(person.Settings).Lang(locale(r))
}

// while is a context that ends with a request, and with the session that it belongs to.
func (s *Server) while(ctx context.Context, v visit) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-v.Ended():
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// steadyReader reads a request's body, each block of which has its time.
type steadyReader struct {
	from io.Reader
	at   *http.ResponseController
	left int // bytes of the block
}

// Read implements io.Reader.
func (b *steadyReader) Read(p []byte) (int, error) {
	if b.left <= 0 {
		b.left = blockSize
		if err := b.at.SetReadDeadline(time.Now().Add(blockTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return 0, err
		}
	}
	n, err := b.from.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
