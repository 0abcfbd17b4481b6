package web

import (
	"crypto/sha256"
	"sync"
	"time"

	"parley/keys"
	"parley/rooms"
)

const (
	// linkTime is how long a one-time link is good.
	linkTime = 5 * time.Minute
	// linkLen is the characters of a link's token, 100 bits: a QR code of the whole link has to fit into a small terminal.
	linkLen = 20
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
	token = rooms.NewSecret()[:linkLen]
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

// look finds a link by its token; false if it is none, or none any more. With use it is used up.
func (l *links) look(token string, use bool) (entryLink, bool) {
	hash := sha256.Sum256([]byte(token))
	l.mu.Lock()
	defer l.mu.Unlock()
	k, ok := l.all[hash]
	if use {
		delete(l.all, hash)
	}
	return k, ok && l.clock().Before(k.expires)
}

// giveBack makes a link good again that nobody came in by, because the server could not let them in.
func (l *links) giveBack(token string, k entryLink) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all[sha256.Sum256([]byte(token))] = k
}

// Link implements chat.Door.
func (d *Door) Link(who keys.Identity) (token string, expires time.Time) { return d.links.add(who) }
