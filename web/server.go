package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"parley/chat"
	"parley/rooms"
	"parley/text"
	"parley/web/page"
)

const (
	// headerTime and readTime are how long a client may take to send a request's head, and all of it.
	headerTime = 5 * time.Second
	readTime   = 30 * time.Second
	// writeTime bounds a whole request from the end of its head, the commit of a message included.
	writeTime = 45 * time.Second
	// idleTime is how long a connection is kept between two requests.
	idleTime = time.Minute
	// maxHeader bounds a request's head. Proxies and GitHub send below 2 KiB.
	maxHeader = 16 << 10
	// stopTime is how long Shutdown lets requests go on.
	stopTime = time.Second
)

// Options are what a Server acts on.
type Options struct {
	Rooms *rooms.Manager
	Chat  *chat.Chat // what browsers run commands of; nil where there are only hooks
	Name  string     // of the server, for the page at /
	Log   *slog.Logger
	// Door lets browsers in. Nil lets in none: there are hooks only.
	Door *Door
	// TLS brings certificates. Nil is plain HTTP.
	TLS *TLS
	// URL is how the server is reached from outside, as config web.url; "" where that is not said.
	URL string
	// SSHPort is that of the SSH face, for the line that lets a browser in; "" where it is off.
	SSHPort string
	// Proxies are believed when they say in X-Forwarded-For whom they speak for.
	Proxies []netip.Prefix
	// Exempt says which addresses skip what is limited by prefix. Nil exempts nobody.
	Exempt func(netip.Addr) bool
	// Barred says which addresses are turned away. Nil bars nobody.
	Barred func(netip.Addr) bool
	// Sockets bounds WebSockets, as of now. Nil bounds nothing.
	Sockets func() SocketLimits
	// Clock is for tests; nil is time.Now.
	Clock func() time.Time
}

// Server answers HTTP requests. Its methods may be called at once.
type Server struct {
	Options
	http     *http.Server
	assets   func() (*page.Page, error) // made at the first call
	origins  *http.CrossOriginProtection
	stopping chan struct{}           // closed when Shutdown begins, for who waits
	wrong    *attempts[netip.Prefix] // wrong addresses of hooks and links
	payloads chan struct{}           // capacity payloadsAtOnce: a slot for each body that is held
	reading  sync.Mutex              // a leaf: one body is read at a time, because what is read from it takes many times its memory
	requests [600]atomic.Uint64      // by the status of the answer
	panics   atomic.Uint64

	violated atomic.Uint64 // reports of browsers
	reported *rate.Limiter // those of them that are logged
	sockets  sockets

	turns turns // of downloads
	code  *coder
}

// New returns a server; Serve starts it.
func New(o Options) *Server {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	s := &Server{
		Options: o, assets: sync.OnceValues(func() (*page.Page, error) { return page.Load(o.Name) }), origins: newOrigins(o.URL), stopping: make(chan struct{}),
		wrong:    newAttempts[netip.Prefix](o.Clock, wrongRate, wrongBurst),
		payloads: make(chan struct{}, payloadsAtOnce), reported: rate.NewLimiter(reportRate, reportBurst),
		turns: turns{all: map[text.Name]*turn{}}, code: newCoder(o.Clock),
	}
	s.http = &http.Server{
		Handler:           s.outermost(s.routes()),
		ReadHeaderTimeout: headerTime,
		ReadTimeout:       readTime,
		WriteTimeout:      writeTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHeader,
		// What net/http has to say is about broken clients, whose bytes nobody needs in the log.
		ErrorLog: slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
	}
	s.http.RegisterOnShutdown(sync.OnceFunc(func() { close(s.stopping) }))
	return s
}

// routes are what is answered where.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.page)
	mux.HandleFunc("GET /r/{room}", s.page)
	mux.HandleFunc("GET /r/{room}/{seq}", s.page)
	mux.HandleFunc("GET /app/{name}", s.pageFile)
	mux.HandleFunc("GET /app/{hash}/{name}", s.pageFile)
	mux.HandleFunc("/hook/{id}/{secret}", s.hook)
	mux.HandleFunc("POST /csp", s.reports)
	if s.Door != nil {
		mux.HandleFunc("GET /session", s.session)
		mux.HandleFunc("POST /login", s.beginLogin)
		mux.HandleFunc("GET /login", s.awaitLogin)
		mux.HandleFunc("GET /login/{token}", s.showLink)
		mux.HandleFunc("POST /login/{token}", s.followLink)
		mux.HandleFunc("GET /login/style.css", s.linkStyle)
		mux.HandleFunc("POST /logout", s.logout)
		mux.HandleFunc("POST /files/{room}/{name}", s.upload)
		mux.HandleFunc("GET /files/{room}/{seq}/{name}", s.download)
		mux.HandleFunc("POST /highlight", s.words)
	}
	if s.Chat != nil {
		mux.HandleFunc("GET /ws", s.socket)
	}
	return mux
}

// Serve answers on l until ctx ends or Shutdown is called, and returns nil then. It closes l.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	defer context.AfterFunc(ctx, func() { _ = s.http.Close() })()
	var err error
	if s.TLS != nil {
		s.http.TLSConfig = s.TLS.config
		go s.fetch(ctx)
		err = s.http.ServeTLS(l, "", "")
	} else {
		err = s.http.Serve(l)
	}
	if errors.Is(err, http.ErrServerClosed) || errors.Is(err, net.ErrClosed) && ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("HTTP on %s has ended, no request can be answered: %w", l.Addr(), err)
}

// fetch gets certificates beside the requests that need none.
func (s *Server) fetch(ctx context.Context) {
	defer func() {
		if p := recover(); p != nil {
			s.panics.Add(1)
			s.Log.Error("fetching certificates panicked and was recovered", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		}
	}()
	s.TLS.fetch(ctx)
}

// Shutdown takes no more requests and waits for those that are being answered: at most a second, or until ctx ends.
func (s *Server) Shutdown(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stopTime)
	defer cancel()
	s.sockets.stop()
	err := s.http.Shutdown(ctx)
	s.sockets.wait(ctx)
	return errors.Join(err, s.http.Close())
}

// Stats is what the metrics show.
type Stats struct {
	Requests map[int]uint64 // by the status of the answer
	Sockets  int            // WebSockets that are open
	Panics   uint64         // recovered; each one is a defect
	Violated uint64         // reports of browsers that the page's policy was violated
}

// Stats returns the counters since the start.
func (s *Server) Stats() Stats {
	out := Stats{Requests: map[int]uint64{}, Sockets: s.sockets.open(), Panics: s.panics.Load(), Violated: s.violated.Load()}
	for status := range s.requests {
		if n := s.requests[status].Load(); n > 0 {
			out.Requests[status] = n
		}
	}
	return out
}

// recorder remembers the status of an answer.
type recorder struct {
	http.ResponseWriter
	status int // 0 before the answer begins
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// outermost counts requests, survives panics, turns away who is banned, and says what no browser may do with an answer.
// It logs no path: the path of a hook is its secret.
func (s *Server) outermost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &recorder{ResponseWriter: w}
		defer func() {
			if p := recover(); p != nil {
				s.panics.Add(1)
				s.Log.Error("a request panicked and was recovered", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
				if rec.status == 0 {
					answer(rec, http.StatusInternalServerError, "the server has a fault; it is in the log")
				}
			}
			s.requests[min(max(rec.status, 0), len(s.requests)-1)].Add(1)
		}()
		h := rec.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", policy)
		h.Set("Permissions-Policy", permissions)
		h.Set("Referrer-Policy", "same-origin") // with no-referrer a form of this page would be sent with the origin "null"
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if s.secure(r) {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if s.Barred != nil && s.Barred(s.client(r)) {
			answer(rec, http.StatusForbidden, "your address is banned from this server")
			return
		}
		if !safe(r.Method) && guarded(r.URL.Path) && !s.sameOrigin(r) {
			fault(rec, r, http.StatusForbidden, "another site has sent this request")
			return
		}
		next.ServeHTTP(rec, r)
	})
}

// answer is a status with one line of text.
func answer(w http.ResponseWriter, status int, line string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = fmt.Fprintln(w, line) // a client that is gone needs no answer
}
