package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"parley/keys"
	"parley/rooms"
)

// visit is a request, or a connection, of a browser that is let in.
type visit struct {
	Who   keys.Identity
	Actor rooms.Actor
	ended chan struct{}
}

// Ended is closed when the session ends.
func (v visit) Ended() <-chan struct{} { return v.ended }

// Use says that the person does something.
func (v visit) Use(context.Context) {}

// Info describes the session.
func (v visit) Info() rooms.SessionInfo {
	return rooms.SessionInfo{Face: "browser", Addr: v.Actor.Addr}
}

// visitor is the person whose browser sends a request; false if it is not let in.
func (s *Server) visitor(r *http.Request) (visit, bool) {
	if s.visits == nil {
		return visit{}, false
	}
	return s.visits(r)
}

// sameOrigin reports whether a request was made by a page of this server, or by a program that is no browser.
func (s *Server) sameOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}

// locale is what a browser says of its language, as the environment of a client says it.
func locale(r *http.Request) map[string]string {
	return map[string]string{"LANG": r.Header.Get("Accept-Language")}
}
