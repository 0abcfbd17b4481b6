package web

import (
	"context"
	"crypto/sha256"
	"net/netip"
	"sync"
	"time"

	"parley/chat"
	"parley/keys"
	"parley/rooms"
	"parley/text"
)

const (
	// codeLen is the characters of a code, 40 bits: enough where a guess is a person's own act, of which few are allowed, and
	// where at most maxAsking of them are good for two minutes.
	codeLen = 8
	// codeTime is how long a code is good.
	codeTime = 2 * time.Minute
	// takeTime is how long an answer waits for its browser, which asks for it all the time.
	takeTime = time.Minute
	// sameCode is how long a code has to be good for to be shown again, in another tab of the browser.
	sameCode = time.Minute
	// maxAsking is how many browsers show a code at once.
	maxAsking = 10_000
	// askRate and askBurst are how many codes one prefix is given: 200 people behind one address, who come at once and leave
	// the page open, each with a new code every two minutes.
	askRate  = 5
	askBurst = 300
	// guessRate and guessBurst are how many codes of nobody a person may type.
	guessRate  = 1.0 / 30
	guessBurst = 5
)

// asking is a browser that shows a code. codes.mu guards what changes.
type asking struct {
	code    [32]byte // hash of the code, as keys.HashCode makes it
	shown   string   // the code
	browser [32]byte // hash of the token in its cookie
	chat.Browser
	expires time.Time

	answered chan struct{} // closed with the answer
	who      keys.Identity // who has let it in; zero where refused
	taken    bool          // the browser has been told, and is in
}

// codes are the browsers that ask to be let in, in memory only: a code lives for two minutes.
type codes struct {
	clock   func() time.Time
	given   *attempts[netip.Prefix]
	guessed *attempts[text.Name]

	mu       sync.Mutex // a leaf; guards the rest
	byCode   map[[32]byte]*asking
	browsers map[[32]byte]*asking
}

func newCodes(clock func() time.Time) *codes {
	return &codes{
		clock: clock, given: newAttempts[netip.Prefix](clock, askRate, askBurst), guessed: newAttempts[text.Name](clock, guessRate, guessBurst),
		byCode: map[[32]byte]*asking{}, browsers: map[[32]byte]*asking{},
	}
}

// again is what a browser asks with already, if that is good for a while; nil otherwise. It has to be the same browser at the same address:
// a cookie that another host of the domain has planted would make this one show the code of that one.
func (c *codes) again(token string, b chat.Browser) *asking {
	c.mu.Lock()
	defer c.mu.Unlock()
	a := c.browsers[sha256.Sum256([]byte(token))]
	if a == nil || a.Client != b.Client || a.Addr != b.Addr || a.answerGiven() || a.expires.Sub(c.clock()) < sameCode {
		return nil
	}
	return a
}

// ask gives a browser a code and a token for its cookie; old is the token that it had. full says that too many ask.
func (c *codes) ask(old string, b chat.Browser) (a *asking, token string, full bool) {
	code := keys.NewCode(codeLen)
	hash, err := keys.HashCode(code)
	if err != nil {
		return nil, "", true // what NewCode makes can be a code
	}
	token = rooms.NewSecret()
	a = &asking{
		code: hash, shown: code, browser: sha256.Sum256([]byte(token)), Browser: b,
		expires: c.clock().Add(codeTime), answered: make(chan struct{}),
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(c.browsers[sha256.Sum256([]byte(old))])
	if len(c.byCode) >= maxAsking || c.byCode[hash] != nil {
		return nil, "", true
	}
	c.byCode[hash], c.browsers[a.browser] = a, a
	time.AfterFunc(codeTime+takeTime, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.drop(a)
	})
	return a, token, false
}

// drop forgets one; nil is none. mu is held.
func (c *codes) drop(a *asking) {
	if a == nil {
		return
	}
	if c.byCode[a.code] == a {
		delete(c.byCode, a.code)
	}
	if c.browsers[a.browser] == a {
		delete(c.browsers, a.browser)
	}
}

// of is what the browser with a token asks with; nil for none.
func (c *codes) of(token string) *asking {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.browsers[sha256.Sum256([]byte(token))]
}

// answerGiven reports whether somebody has said yes or no.
func (a *asking) answerGiven() bool {
	select {
	case <-a.answered:
		return true
	default:
		return false
	}
}

// look finds what a code that who typed is shown by: keys.ErrCode, and then a guess is counted, or a *keys.WaitError.
func (c *codes) look(who text.Name, typed string) (*asking, error) {
	if wait := c.guessed.wait(who); wait > 0 {
		return nil, &keys.WaitError{After: wait}
	}
	hash, err := keys.HashCode(typed)
	c.mu.Lock()
	a := c.byCode[hash]
	c.mu.Unlock()
	if err != nil || a == nil || a.answerGiven() || !c.clock().Before(a.expires) {
		c.guessed.tried(who)
		return nil, keys.ErrCode
	}
	return a, nil
}

// answer says yes, or with the zero identity no, to the browser that shows a code. Each code takes one answer.
func (c *codes) answer(who text.Name, typed string, as keys.Identity) error {
	a, err := c.look(who, typed)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if a.answerGiven() {
		return keys.ErrCode
	}
	a.who = as
	close(a.answered)
	delete(c.byCode, a.code) // it is used
	return nil
}

// take is for the browser of an answered code: it may become a session, once.
func (c *codes) take(a *asking) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	first := !a.taken
	a.taken = true
	return first
}

// Asks implements chat.Door.
func (d *Door) Asks(who text.Name, code string) (chat.Browser, error) {
	a, err := d.codes.look(who, code)
	if err != nil {
		return chat.Browser{}, err
	}
	return a.Browser, nil
}

// Admit implements chat.Door.
func (d *Door) Admit(_ context.Context, who keys.Identity, code string) error {
	return d.codes.answer(who.Name, code, who)
}

// Refuse implements chat.Door.
func (d *Door) Refuse(who text.Name, code string) error {
	return d.codes.answer(who, code, keys.Identity{})
}
