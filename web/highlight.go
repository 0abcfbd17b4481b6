package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"parley/highlight"
	"parley/text"
)

const (
	// maxHighlight bounds the body of a request: highlight.MaxCode of text takes at most six times that in JSON.
	maxHighlight = 7 * highlight.MaxCode
	// highlightRate and highlightBurst are how long one person keeps the server busy with the words of code: milliseconds a second, and
	// at once. A page of blocks takes some.
	highlightRate  = 100
	highlightBurst = 2000
)

// words divides a block of code into its words: POST /highlight {"lang":"go","text":…} → [["kd","func"],["","…"]]. Each has the class that
// the style sheets of chroma and Pygments give it. What is not known, is too long or takes too long is one word without a class.
func (s *Server) words(w http.ResponseWriter, r *http.Request) {
	v, ok := s.visitor(r)
	if !ok {
		fault(w, r, http.StatusUnauthorized, errOut.Error())
		return
	}
	var ask struct{ Lang, Text string }
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxHighlight)).Decode(&ask)
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) || len(ask.Text) > highlight.MaxCode {
		fault(w, r, http.StatusRequestEntityTooLarge, "code of more than 4 KiB is not highlighted")
		return
	}
	if err != nil {
		fault(w, r, http.StatusBadRequest, `send what is to be highlighted as {"lang":"go","text":"…"}`)
		return
	}
	spans, wait := s.code.spans(v.Who.Name, strings.ToLower(ask.Lang), ask.Text)
	if wait > 0 {
		retryHeader(w, wait)
		fault(w, r, http.StatusTooManyRequests, "too much code at once: wait a moment")
		return
	}
	reply(w, http.StatusOK, spans)
}

// coder finds the words of code for browsers. Its bounds are those of the views, and a budget of time for each person.
type coder struct {
	clock func() time.Time

	mu     sync.Mutex // held while words are found, for 20 ms at most: browsers take one core and no more
	budget map[text.Name]*rate.Limiter
	sweep  int // the size at which full ones are dropped
}

func newCoder(clock func() time.Time) *coder {
	return &coder{clock: clock, budget: map[text.Name]*rate.Limiter{}, sweep: minSweep}
}

// spans divides code into classes and words, or says how long that person has to wait.
func (c *coder) spans(who text.Name, lang, code string) (out [][2]string, wait time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	began, now := time.Now(), c.clock()
	own := c.of(who, now)
	if left := own.TokensAt(now); left < 0 {
		return nil, time.Duration(-left / highlightRate * float64(time.Second))
	}
	out = [][2]string{}
	at, class := 0, ""
	for _, w := range highlight.Words(lang, code, highlight.Patience) {
		if next := w.Class(); len(out) == 0 || next != class {
			class = next
			out = append(out, [2]string{class, ""})
		}
		out[len(out)-1][1] += code[at:w.End]
		at = w.End
	}
	if at < len(code) {
		out = append(out, [2]string{"", code[at:]})
	}
	spent := int(time.Since(began).Milliseconds()) + 1
	own.ReserveN(now, min(spent, highlightBurst))
	return out, 0
}

// of is the budget of a person. mu is held.
func (c *coder) of(who text.Name, now time.Time) *rate.Limiter {
	own := c.budget[who]
	if own == nil {
		if len(c.budget) >= c.sweep {
			for name, l := range c.budget {
				if l.TokensAt(now) >= highlightBurst {
					delete(c.budget, name)
				}
			}
			c.sweep = max(minSweep, 2*len(c.budget))
		}
		own = rate.NewLimiter(highlightRate, highlightBurst)
		c.budget[who] = own
	}
	return own
}
