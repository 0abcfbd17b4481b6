package rooms

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"parley/text"
)

func TestExemptAddressesSkipTheRates(t *testing.T) {
	l := limiter{clock: time.Now}
	l.set(Limits{
		PostRate: 1, PostBurst: 1, PrefixRate: 1, PrefixBurst: 1, JoinRate: 1, JoinBurst: 1, CreateRate: 1, CreateBurst: 1,
		Exempt: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
	})
	name, err := text.ParseName("ana")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		addr string
		held bool
	}{{"127.0.0.1", false}, {"::ffff:127.0.0.2", false}, {"192.0.2.1", true}, {"2001:db8::1", true}} {
		who := Actor{Name: name, Addr: netip.MustParseAddr(c.addr)}
		var held error
		for range 3 {
			held = errors.Join(held, l.post(who, "messages"), l.join(who), l.create(who))
		}
		var rate *RateError
		if errors.As(held, &rate) != c.held {
			t.Errorf("%s: %v, want held back: %v", c.addr, held, c.held)
		}
	}
}

func TestMessageBytesBoundsAPost(t *testing.T) {
	l := limiter{clock: time.Now}
	l.set(Limits{MessageBytes: 10})
	if err := l.size(text.NewBody(strings.Repeat("x", 10))); err != nil {
		t.Error(err)
	}
	var size *SizeError
	if err := l.size(text.NewBody(strings.Repeat("x", 11))); !errors.As(err, &size) || size.Size != 11 || size.Most != 10 {
		t.Errorf("11 bytes of 10: %v", err)
	}
	l.set(Limits{})
	if err := l.size(text.NewBody(strings.Repeat("x", text.MaxBody))); err != nil {
		t.Error(err)
	}
}
