package web

import (
	"crypto/ed25519"
	"crypto/rand"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/crypto/ssh"

	"parley/keys"
	"parley/text"
)

// guestbook is the door of a place, and who has a key there.
type guestbook struct {
	tb   testing.TB
	dir  string
	opts keys.Options
	ring *keys.Keyring
	door *Door
}

func newGuestbook(p *place) *guestbook {
	p.t.Helper()
	g := &guestbook{tb: p.t, dir: p.t.TempDir()}
	g.opts = keys.Options{Dir: g.dir, Registration: keys.ByInvite, Ledger: p.store} // by the real clock: it looks at it by itself
	ring, err := keys.Open(p.t.Context(), g.opts)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { ring.Close() })
	g.ring = ring
	g.door = NewDoor(DoorOptions{Rooms: p.Rooms, Keys: ring, Log: p.Log, Clock: p.Server.Clock})
	p.t.Cleanup(g.door.Close)
	return g
}

// enrol gives somebody a key, if they have none, and says who they are.
func (g *guestbook) enrol(who string) keys.Identity {
	g.tb.Helper()
	n, err := text.ReadName(who)
	if err != nil {
		g.tb.Fatal(err)
	}
	if len(g.ring.Keys(n)) == 0 {
		pub, _, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			g.tb.Fatal(err)
		}
		key, err := ssh.NewPublicKey(pub)
		if err != nil {
			g.tb.Fatal(err)
		}
		g.write(who+".pub", string(ssh.MarshalAuthorizedKey(key)))
	}
	id, err := g.ring.Stands(n, g.ring.Keys(n)[0].Fingerprint, "", netip.Addr{})
	if err != nil {
		g.tb.Fatal(err)
	}
	return id
}

// write puts a file into the folder of keys, and "" removes it; it counts when write returns.
func (g *guestbook) write(file, data string) {
	g.tb.Helper()
	path := filepath.Join(g.dir, file)
	err := os.Remove(path)
	if data != "" {
		err = os.WriteFile(path, []byte(data), 0o644)
	}
	if err == nil {
		err = g.ring.Reload(g.opts)
	}
	if err != nil {
		g.tb.Fatal(err)
	}
}

// token lets a browser of somebody in.
func (g *guestbook) token(who string) string {
	g.tb.Helper()
	token, err := g.door.admit(g.tb.Context(), g.enrol(who), text.NewLine("Firefox 145 on Linux", browserCols), netip.MustParseAddr("192.0.2.7"))
	if err != nil {
		g.tb.Fatal(err)
	}
	return token
}

// endAll ends every session.
func (g *guestbook) endAll() {
	g.tb.Helper()
	list, err := g.door.Sessions(g.tb.Context(), text.Name{})
	if err != nil {
		g.tb.Fatal(err)
	}
	for _, s := range list {
		if err := g.door.End(g.tb.Context(), s.ID); err != nil {
			g.tb.Fatal(err)
		}
	}
}
