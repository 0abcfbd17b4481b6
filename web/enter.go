package web

import (
	_ "embed" // login.css
	"errors"
	"html/template"
	"net/http"
)

// linkPage is what a one-time link shows: a button, because whatever previews links asks for them with GET.
var linkPage = template.Must(template.New("link").Parse(`<!doctype html>
<html lang="{{.Lang}}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{{.Server}}</title>
<link rel="stylesheet" href="style.css">
<main>
<h1>{{.Server}}</h1>
<p>{{.Says}}</p>
{{if .Button}}<form method="post"><button>{{.Button}}</button></form>
{{end}}</main>
`))

//go:embed login.css
var linkCSS []byte

// linkStyle is the style of that page.
func (s *Server) linkStyle(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "max-age=3600")
	_, _ = w.Write(linkCSS)
}

// findLink finds the link of a request, and with use takes it. If there is none, that is answered, and who has tried too many waits.
func (s *Server) findLink(w http.ResponseWriter, r *http.Request, use bool) (k entryLink, ok bool) {
	t, from := accepted(r), s.client(r)
	counted := !s.Door.Exempt(from)
	if wait := s.wrong.wait(prefixOf(from)); counted && wait > 0 {
		retryHeader(w, wait)
		s.linkSays(w, r, http.StatusTooManyRequests, t.Text("There were too many wrong links from your network. Wait a moment."), "")
		return k, false
	}
	if k, ok = s.Door.links.look(r.PathValue("token"), use); !ok {
		if counted {
			s.wrong.tried(prefixOf(from))
		}
		s.linkSays(w, r, http.StatusGone, t.Text("This link was used, or its five minutes are over. ssh HOST web prints another one."), "")
	}
	return k, ok
}

func (s *Server) linkSays(w http.ResponseWriter, r *http.Request, status int, says, button string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = linkPage.Execute(w, map[string]string{"Lang": accepted(r).String(), "Server": s.Name, "Says": says, "Button": button}) // a client that is gone needs no answer
}

// showLink shows whom a one-time link lets in, and uses nothing up.
func (s *Server) showLink(w http.ResponseWriter, r *http.Request) {
	k, ok := s.findLink(w, r, false)
	if !ok {
		return
	}
	t := accepted(r)
	says := t.Sprintf("This lets the browser in as %s, for 30 days from when it was used last. /sessions ends it.", k.who.Name)
	if old, in := s.visitor(r); in && old.Who.Name != k.who.Name {
		says = t.Sprintf("This browser is in as %s now. The link lets it in as %s instead.", old.Who.Name, k.who.Name)
	}
	s.linkSays(w, r, http.StatusOK, says, t.Sprintf("Enter as %s", k.who.Name))
}

// followLink lets the browser in, once.
func (s *Server) followLink(w http.ResponseWriter, r *http.Request) {
	k, ok := s.findLink(w, r, true)
	if !ok {
		return
	}
	err := s.enter(w, r, k.who)
	if errors.Is(err, errOut) {
		s.linkSays(w, r, http.StatusForbidden, accepted(r).Text("The link was made by somebody who can let this browser in no more: a key may be revoked by now, or a certificate be for other addresses."), "")
		return
	}
	if err != nil {
		s.Door.links.giveBack(r.PathValue("token"), k)
		retryHeader(w, retryAfter)
		s.linkSays(w, r, http.StatusServiceUnavailable, accepted(r).Text("This browser cannot be let in now. Try again in a moment."), "")
		return
	}
	if s.Chat != nil {
		s.Chat.TellOfBrowser(k.who.Name, browserOf(r.UserAgent()), s.client(r), nil)
	}
	s.setCookie(w, r, loginCookie, "", 0)
	w.Header().Set("Location", "../") // also below a path that a proxy puts before it
	w.WriteHeader(http.StatusSeeOther)
}
