package web

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"

	"parley/text"
)

const (
	// maxReport bounds a report; browsers send below 2 KiB, several at a time where they gather them.
	maxReport = 16 << 10
	// reportRate and reportBurst are how many reports get a line in the log. All are counted.
	reportRate  = 1
	reportBurst = 20
	// reportCols is how much of a field of a report stands in the log.
	reportCols = 60
)

// violation is what a browser reports that it did not do: the members of a report that are logged, as
// https://www.w3.org/TR/CSP3/#reporting names them, in the older form and in that of the Reporting API.
type violation struct {
	Blocked   string `json:"blocked-uri"`
	Directive string `json:"violated-directive"`
	Page      string `json:"document-uri"`

	BlockedURL         string `json:"blockedURL"`
	EffectiveDirective string `json:"effectiveDirective"`
	DocumentURL        string `json:"documentURL"`
}

// reports takes what browsers say of scripts and the like that the policy of the page has kept from running: POST /csp.
// There should be none; anybody may send some. They are counted, and some are logged.
func (s *Server) reports(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxReport))
	found := violations(body)
	if err != nil || len(found) == 0 {
		answer(w, http.StatusBadRequest, "this address takes reports of violations of the Content-Security-Policy, of at most 16 KiB")
		return
	}
	s.violated.Add(uint64(len(found)))
	for _, v := range found {
		if s.reported.AllowN(s.Clock(), 1) {
			s.Log.Warn("a browser has blocked what the page's policy does not allow", "directive", v.Directive, "blocked", v.Blocked, "page", v.Page, "address", s.client(r).String())
		}
	}
	w.WriteHeader(http.StatusNoContent)
}

// violations reads a report, or a list of them, into what may stand in a log.
func violations(body []byte) (out []violation) {
	var one struct {
		Report *violation `json:"csp-report"`
	}
	var many []struct {
		Type string
		Body violation
	}
	switch {
	case json.Unmarshal(body, &one) == nil && one.Report != nil:
		out = append(out, *one.Report)
	case json.Unmarshal(body, &many) == nil:
		for _, m := range many {
			if m.Type == "csp-violation" {
				m.Body.Blocked, m.Body.Directive, m.Body.Page = m.Body.BlockedURL, m.Body.EffectiveDirective, m.Body.DocumentURL
				out = append(out, m.Body)
			}
		}
	}
	for i, v := range out {
		out[i] = violation{Blocked: plainly(v.Blocked), Directive: plainly(v.Directive), Page: plainly(v.Page)}
	}
	return out
}

// plainly is an address without what may be secret in it (its query and fragment), as one line.
func plainly(s string) string {
	if u, err := url.Parse(s); err == nil && u.Scheme != "" && u.Host != "" {
		s = u.Scheme + "://" + u.Host + u.Path
	}
	s, _, _ = strings.Cut(s, "?")
	return text.NewLine(s, reportCols).String()
}
