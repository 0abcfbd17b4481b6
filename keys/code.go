package keys

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// alphabet is Crockford's base 32: no I, L, O and U, so that nothing in a code can be misread.
	alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	// group is how many characters stand between two dashes.
	group = 4
	// ownerLen and inviteLen are the characters of a code, 5 bits each: 140 and 100 bits.
	ownerLen  = 28
	inviteLen = 20
	// maxCode is the longest thing that is looked at as a code, in bytes.
	maxCode = 128
	// wrongBurst wrong codes are answered at once, from anywhere; after that one in wrongEvery.
	wrongBurst = 10
	wrongEvery = 10 * time.Second
	// wrongPlaces is how many addresses' wrong codes are remembered, and wrongMemory for how long.
	wrongPlaces = 4096
	wrongMemory = 10 * time.Minute
)

// NewCode makes a code of n characters, 5 bits each, in groups of four.
func NewCode(n int) string {
	raw := make([]byte, n)
	rand.Read(raw) // never fails
	var b strings.Builder
	for i, c := range raw {
		if i > 0 && i%group == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(alphabet[c%32]) // 256 is a multiple of 32: no bias
	}
	return b.String()
}

// HashCode is the SHA-256 of a code as a person types it: case, dashes and spaces do not
// matter, and O, I and L are the digits that they look like. Codes are compared and stored only in this form. ErrCode if it can be none.
func HashCode(typed string) (hash [32]byte, err error) {
	if len(typed) > maxCode {
		return hash, ErrCode
	}
	var b strings.Builder
	for _, r := range strings.ToUpper(typed) {
		switch r {
		case '-', ' ', '\t', '\r', '\n':
			continue
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if !strings.ContainsRune(alphabet, r) {
			return hash, ErrCode
		}
		b.WriteRune(r)
	}
	return sha256.Sum256([]byte(b.String())), nil
}

// WaitError says that there were too many wrong codes lately. It is an ErrCode.
type WaitError struct {
	After time.Duration // until a code is looked at again
}

func (e *WaitError) Error() string {
	return fmt.Sprintf("there were too many wrong codes lately: wait %s and try again", max(e.After.Round(time.Second), time.Second))
}

// Unwrap makes the error an ErrCode.
func (e *WaitError) Unwrap() error { return ErrCode }

// attempts slows down the guessing of codes. Ten wrong ones, whoever sent them, and everybody who had
// one wrong waits; an address that had none wrong lately gets its one try all the same, so that guessers
// cannot keep the operator out. All its methods may be called at once.
type attempts struct {
	mu    sync.Mutex
	all   *rate.Limiter
	wrong map[netip.Prefix]time.Time // when the last wrong code came from there
}

func newAttempts() *attempts {
	return &attempts{all: rate.NewLimiter(rate.Every(wrongEvery), wrongBurst), wrong: map[netip.Prefix]time.Time{}}
}

// may reports whether a code from an address is looked at now: nil, or a *WaitError.
func (a *attempts) may(from netip.Addr, now time.Time) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	tokens := a.all.TokensAt(now)
	if tokens >= 1 {
		return nil
	}
	if last, ok := a.wrong[place(from)]; !ok || now.Sub(last) > wrongMemory {
		return nil
	}
	return &WaitError{After: time.Duration((1 - tokens) * float64(wrongEvery))}
}

// failed counts a wrong code.
func (a *attempts) failed(from netip.Addr, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all.AllowN(now, 1)
	if len(a.wrong) >= wrongPlaces {
		a.forget(now)
	}
	a.wrong[place(from)] = now
}

// forget drops what is too old, or the oldest if nothing is.
func (a *attempts) forget(now time.Time) {
	var oldest netip.Prefix
	for p, t := range a.wrong {
		if now.Sub(t) > wrongMemory {
			delete(a.wrong, p)
		} else if o, ok := a.wrong[oldest]; !ok || t.Before(o) {
			oldest = p
		}
	}
	if len(a.wrong) >= wrongPlaces {
		delete(a.wrong, oldest)
	}
}

// place is the network that counts as one sender: /24 of IPv4, /64 of IPv6.
func place(from netip.Addr) netip.Prefix {
	from = from.Unmap().WithZone("")
	bits := 64
	if from.Is4() {
		bits = 24
	}
	p, err := from.Prefix(bits)
	if err != nil {
		return netip.Prefix{} // no address: all such are one place
	}
	return p
}

// errSpan is the answer to an invite whose time makes no sense.
var errSpan = errors.New("an invite is valid for a minute at least and a year at most: give another time")

// checkSpan checks for how long an invite is to be valid.
func checkSpan(d time.Duration) error {
	if d < time.Minute || d > 366*24*time.Hour {
		return errSpan
	}
	return nil
}
