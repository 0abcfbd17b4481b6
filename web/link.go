package web

import (
	"crypto/sha256"
	"sync"
	"time"

	"parley/keys"
	"parley/rooms"
	"parley/text"
)

const (
	// linkTime is how long a one-time link is good.
	linkTime = 5 * time.Minute
	// maxLinks is how many links of one person are good at once; one more ends the oldest.
	maxLinks = 5
)

// entryLink lets one browser in as somebody.
type entryLink struct {
	who     keys.Identity
	expires time.Time
}

// links are those that are good, by the hash of their token. They are in memory only: a link lives for five minutes.
type links struct {
	clock func() time.Time

	mu  sync.Mutex // a leaf; guards the rest
	all map[[32]byte]entryLink
}

func newLinks(clock func() time.Time) *links {
	return &links{clock: clock, all: map[[32]byte]entryLink{}}
}

// add makes a link and returns its token.
func (l *links) add(who keys.Identity) (token string, expires time.Time) {
	token = rooms.NewSecret()
	hash, now := sha256.Sum256([]byte(token)), l.clock()
	l.mu.Lock()
	defer l.mu.Unlock()
	var oldest [32]byte
	mine := 0
	for h, k := range l.all {
		switch {
		case !now.Before(k.expires):
			delete(l.all, h)
		case k.who.Name == who.Name:
			if mine++; mine == 1 || k.expires.Before(l.all[oldest].expires) {
				oldest = h
			}
		}
	}
	if mine >= maxLinks {
		delete(l.all, oldest)
	}
	expires = now.Add(linkTime)
	l.all[hash] = entryLink{who, expires}
	return token, expires
}

// look says whose link a token is; false if it is none, or none any more.
func (l *links) look(token string) (keys.Identity, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	k, ok := l.all[sha256.Sum256([]byte(token))]
	return k.who, ok && l.clock().Before(k.expires)
}

// take is look, and uses the link up.
func (l *links) take(token string) (keys.Identity, bool) {
	who, ok := l.look(token)
	if !ok {
		return who, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	hash := sha256.Sum256([]byte(token))
	_, ok = l.all[hash] // somebody may have been first
	delete(l.all, hash)
	return who, ok
}

// drop ends the links of somebody.
func (l *links) drop(who text.Name) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for h, k := range l.all {
		if k.who.Name == who {
			delete(l.all, h)
		}
	}
}

// Link implements chat.Door.
func (d *Door) Link(who keys.Identity) (token string, expires time.Time) { return d.links.add(who) }
