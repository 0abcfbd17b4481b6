package web

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"parley/chat"
	"parley/keys"
)

// pollTime is how long a browser waits for the answer to its code in one request: less than proxies and readTime allow.
const pollTime = 25 * time.Second

// beginLogin gives a browser a code to show.
func (s *Server) beginLogin(w http.ResponseWriter, r *http.Request) {
	from := s.client(r)
	browser := chat.Browser{Client: browserOf(r.UserAgent()), Addr: from, Since: s.Clock()}
	old := s.cookie(r, loginCookie)
	if a := s.Door.codes.again(old, browser); a != nil {
		s.showCode(w, r, a)
		return
	}
	given := s.Door.codes.given
	if !s.Door.Exempt(from) {
		if wait := given.wait(prefixOf(from)); wait > 0 {
			retry(w, r, http.StatusTooManyRequests, wait, "too many browsers ask to be let in from your network: wait a moment")
			return
		}
		given.tried(prefixOf(from))
	}
	a, token, full := s.Door.codes.ask(old, browser)
	if full {
		retry(w, r, http.StatusServiceUnavailable, retryAfter, "too many browsers ask to be let in: wait a moment")
		return
	}
	s.setCookie(w, r, loginCookie, token, codeTime+takeTime)
	s.showCode(w, r, a)
}

// showCode says what to type where.
func (s *Server) showCode(w http.ResponseWriter, r *http.Request, a *asking) {
	line := ""
	if host := s.sshHost(r); s.SSHPort != "" && host != "" {
		line = "ssh " + host + " login " + a.shown
		if s.SSHPort != "22" {
			line = "ssh -p " + s.SSHPort + " " + host + " login " + a.shown
		}
	}
	reply(w, http.StatusOK, map[string]any{
		"code": a.shown, "line": line, "command": "/login " + a.shown, "expires": a.expires.UTC().Format(time.RFC3339),
	})
}

// sshHost is the host by which the browser reached the page: a proxy that does not pass it on is passed over for web.url. ""
// where it is none that ssh could be given.
func (s *Server) sshHost(r *http.Request) string {
	host := r.Host
	if s.proxied(r) {
		if forwarded := r.Header.Get("X-Forwarded-Host"); forwarded != "" {
			host = forwarded
		} else if u, err := url.Parse(s.URL); err == nil && u.Host != "" {
			host = u.Host
		}
	}
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	if addr, err := netip.ParseAddr(host); err == nil && addr.Zone() == "" {
		return addr.String()
	}
	if len(host) > 253 || strings.Trim(strings.ToLower(host), "abcdefghijklmnopqrstuvwxyz0123456789-.") != "" || strings.HasPrefix(host, "-") {
		return ""
	}
	return host
}

// awaitLogin waits for the answer to the code that the browser shows.
func (s *Server) awaitLogin(w http.ResponseWriter, r *http.Request) {
	token := s.cookie(r, loginCookie)
	if token == "" {
		fault(w, r, http.StatusGone, "this browser shows no code")
		return
	}
	a := s.Door.codes.of(token)
	if a == nil {
		fault(w, r, http.StatusGone, "the code has expired")
		return
	}
	poll, expiry := time.NewTimer(pollTime), time.NewTimer(a.expires.Sub(s.Clock()))
	defer poll.Stop()
	defer expiry.Stop()
	select {
	case <-a.answered:
	case <-r.Context().Done():
		return
	case <-poll.C:
		w.WriteHeader(http.StatusNoContent)
		return
	case <-s.stopping:
		w.WriteHeader(http.StatusNoContent)
		return
	case <-expiry.C:
		if !a.answerGiven() {
			fault(w, r, http.StatusGone, "the code has expired")
			return
		}
	}
	s.answered(w, r, a)
}

// answered tells a browser what somebody has decided about it, and lets it in.
func (s *Server) answered(w http.ResponseWriter, r *http.Request, a *asking) {
	switch {
	case r.Context().Err() != nil:
		return // nobody would get the cookie
	case a.who.Name.IsZero():
		s.setCookie(w, r, loginCookie, "", 0)
		fault(w, r, http.StatusForbidden, "the person said no")
		return
	case !s.Door.codes.take(a): // another tab of this browser was first, and has the cookie for all of them
		reply(w, http.StatusOK, map[string]any{"in": true, "name": a.who.Name.String()})
		return
	}
	err := s.enter(w, r, a.who)
	if errors.Is(err, errOut) {
		s.setCookie(w, r, loginCookie, "", 0)
		fault(w, r, http.StatusForbidden, "what the person has come in with does not let this browser in: a key may be revoked by now, or a certificate be for other addresses")
		return
	}
	if err != nil {
		retry(w, r, http.StatusServiceUnavailable, retryAfter, "this browser cannot be let in now: try again in a moment")
		return
	}
	s.setCookie(w, r, loginCookie, "", 0)
	reply(w, http.StatusOK, map[string]any{"in": true, "name": a.who.Name.String()})
}

// enter makes a session for the browser and gives it the cookie. What session it had ends.
func (s *Server) enter(w http.ResponseWriter, r *http.Request, who keys.Identity) error {
	addr, client := s.client(r), browserOf(r.UserAgent())
	ctx, cancel := context.WithTimeout(r.Context(), storeTime)
	defer cancel()
	if old, ok := s.visitor(r); ok {
		_ = s.Door.End(ctx, old.ID) // it is ended in memory whatever the store says
	}
	token, err := s.Door.admit(ctx, who, client, addr)
	if err != nil {
		s.Log.Warn("a browser could not be let in", "name", who.Name.String(), "address", addr.String(), "error", err)
		return err
	}
	s.setCookie(w, r, sessionCookie, token, sessionTime)
	return nil
}

// reply answers with one JSON object.
func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that is gone needs no answer
}

// fault answers with a sentence for the page to show.
func fault(w http.ResponseWriter, r *http.Request, status int, sentence string) {
	reply(w, status, map[string]any{"error": accepted(r).Text(sentence)})
}
