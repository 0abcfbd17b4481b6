package web

import (
	"net/http"
	"strings"

	"parley/web/page"
)

// page gives the document to whoever opens the address in a browser, whatever room it names: GET / and /r/ROOM. Who they are, it asks itself.
func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	p, ok := s.loaded(w)
	if !ok {
		return
	}
	h := w.Header()
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cache-Control", "no-cache")
	serve(w, r, p.Document)
}

// pageFile gives a file that the document loads: GET /app/HASH/NAME, which may be kept for ever, and /app/NAME.
func (s *Server) pageFile(w http.ResponseWriter, r *http.Request) {
	p, ok := s.loaded(w)
	if !ok {
		return
	}
	a, ok := p.Assets[r.PathValue("name")]
	if !ok {
		answer(w, http.StatusNotFound, "the page has no such file")
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "no-cache")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if r.PathValue("hash") == p.Hash { // another one is of an older page, which gets today's files
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	serve(w, r, a)
}

// loaded is the page, which is made at the first request.
func (s *Server) loaded(w http.ResponseWriter) (*page.Page, bool) {
	p, err := s.assets()
	if err != nil {
		s.Log.Error("the page cannot be served", "error", err)
		answer(w, http.StatusInternalServerError, "the server has a fault; it is in the log")
		return nil, false
	}
	return p, true
}

// serve answers with a file, or says that the browser has it.
func serve(w http.ResponseWriter, r *http.Request, a *page.Asset) {
	h := w.Header()
	h.Set("Content-Type", a.Type)
	h.Set("ETag", a.ETag)
	h.Set("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("If-None-Match"), a.ETag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := a.Body
	if a.Gzip != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = a.Gzip
	}
	_, _ = w.Write(body) // a browser that is gone needs no answer
}
