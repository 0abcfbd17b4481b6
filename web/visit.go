package web

import (
	"context"
	"errors"
	"net/http"
	"time"

	"parley/chat"
	"parley/keys"
	"parley/lang"
	"parley/rooms"
)

// sessionCookie holds the token of a browser session, loginCookie that of a browser which shows a code. Over TLS hostPrefix stands before both.
const (
	sessionCookie = "parley"
	loginCookie   = "parley_login"

	// hostPrefix makes browsers keep a cookie only if the very host has set it over TLS, for itself alone (RFC 6265bis, 4.1.3.2): another host of its
	// domain could plant one otherwise, of a session or of a code of its own.
	hostPrefix = "__Host-"
)

// visit is a request, or a connection, of a browser that is let in.
type visit struct {
	Who   keys.Identity // with the role of now
	Actor rooms.Actor
	ID    uint64 // of the browser session
	door  *Door
	entry *session
}

// Ended is closed when the session ends: because somebody ended it, its key or certificate is good no more, its person
// is banned, or its time is over.
func (v visit) Ended() <-chan struct{} { return v.entry.over }

// Use says that the person does something. A connection that goes on says it for each line that comes in, so that
// the session is not taken for one that nobody uses; it costs nothing but now and then a write to the store.
func (v visit) Use(ctx context.Context) { v.door.use(ctx, v.entry, v.Who, v.Actor.Addr) }

// Expires is when the session ends if it is not used again.
func (v visit) Expires() time.Time { return v.door.now(v.entry).Expires }

// Info describes the session for rooms.Attach and the log.
func (v visit) Info() rooms.SessionInfo {
	s := v.door.now(v.entry)
	return rooms.SessionInfo{ID: chat.BrowserID(v.ID), Face: "browser", Addr: v.Actor.Addr, Client: s.Client, Device: v.Who.Device, Since: v.door.Clock()}
}

// visitor is the person whose browser sends a request; false if it is not let in. A store that fails lets nobody in
// who was not here since the start.
func (s *Server) visitor(r *http.Request) (visit, bool) {
	token := s.cookie(r, sessionCookie)
	if s.Door == nil || token == "" {
		return visit{}, false
	}
	ctx, cancel := context.WithTimeout(r.Context(), storeTime)
	defer cancel()
	addr := s.client(r)
	entry, who, err := s.Door.enter(ctx, token, addr)
	if err != nil {
		if !errors.Is(err, errOut) {
			s.Log.Warn("a browser could not be let in", "address", addr.String(), "error", err)
		}
		return visit{}, false
	}
	return visit{
		Who: who, ID: entry.ID, door: s.Door, entry: entry,
		Actor: rooms.Actor{Name: who.Name, Staff: who.Role.Staff(), Bot: who.Role == keys.Bot, Addr: addr},
	}, true
}

// session says who is let in, for the page.
func (s *Server) session(w http.ResponseWriter, r *http.Request) {
	v, ok := s.visitor(r)
	if !ok {
		fault(w, r, http.StatusUnauthorized, "this browser is not let in")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), storeTime)
	defer cancel()
	person, err := s.Rooms.Person(ctx, v.Actor)
	if err != nil {
		s.Log.Warn("somebody's settings could not be read", "browser", v.ID, "error", err)
	}
	set := chat.Settings(person.Settings)
	s.setCookie(w, r, sessionCookie, s.cookie(r, sessionCookie), v.Expires().Sub(s.Clock())) // which lives as long as the session
	reply(w, http.StatusOK, map[string]any{
		"name": v.Who.Name.String(), "role": string(v.Who.Role), "lang": set.Lang(locale(r)).String(), "theme": set.Theme(),
		"expires": v.Expires().UTC().Format(time.RFC3339),
	})
}

// logout ends the browser's session.
func (s *Server) logout(w http.ResponseWriter, r *http.Request) {
	if v, ok := s.visitor(r); ok {
		ctx, cancel := context.WithTimeout(r.Context(), storeTime)
		defer cancel()
		if err := s.Door.End(ctx, v.ID); err != nil && !errors.Is(err, rooms.ErrNoWebSession) {
			s.Log.Warn("a browser session that was ended could not be removed from the store", "browser", v.ID, "error", err)
		}
	}
	s.setCookie(w, r, sessionCookie, "", 0)
	reply(w, http.StatusOK, map[string]any{"in": false})
}

// cookie is the token that a browser sends, "" for none. Over TLS only that counts which this host alone can have set; a proxy may not say of
// all its requests that they came so.
func (s *Server) cookie(r *http.Request, name string) string {
	c, err := r.Cookie(hostPrefix + name)
	if err != nil && !s.secure(r) {
		c, err = r.Cookie(name)
	}
	if err != nil {
		return ""
	}
	return c.Value
}

// setCookie gives the browser a token for so long, or with 0 takes it away. No script can read it, and no other site make
// the browser send it.
func (s *Server) setCookie(w http.ResponseWriter, r *http.Request, name, token string, life time.Duration) {
	c := &http.Cookie{Name: name, Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: s.secure(r), MaxAge: int(life / time.Second)}
	if c.Secure {
		c.Name = hostPrefix + name
	}
	if life <= 0 {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// accepted is the language that a browser asks for.
func accepted(r *http.Request) lang.Tag { return lang.Accepted(r.Header.Get("Accept-Language")) }

// locale is the same as the environment of a client says it.
func locale(r *http.Request) map[string]string {
	return map[string]string{"LANG": accepted(r).String()}
}
