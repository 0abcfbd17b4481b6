package chat

import (
	"context"
	"errors"
	"net/netip"
	"strconv"
	"time"

	"parley/keys"
	"parley/rooms"
	"parley/text"
)

// Door lets browsers in.
type Door interface {
	// Asks finds the browser that shows a code. Errors: keys.ErrCode, or a *keys.WaitError for who has typed too many that were none.
	Asks(who text.Name, code string) (Browser, error)
	// Admit lets the browser that shows a code in as somebody; Refuse tells it that it is not let in. A code takes one answer.
	Admit(ctx context.Context, who keys.Identity, code string) error
	Refuse(who text.Name, code string) error
	// Link makes what stands behind /login/ in a link that lets one browser in as somebody, until it expires.
	Link(who keys.Identity) (token string, expires time.Time)
	// Sessions lists the browsers that somebody has let in, the oldest first.
	Sessions(ctx context.Context, who text.Name) ([]rooms.WebSession, error)
	// End ends a browser session at once; rooms.ErrNoWebSession. Any other error says that it would be back after a restart.
	End(ctx context.Context, id uint64) error
}

// Browser is one that asks to be let in.
type Browser struct {
	Client text.Line // browser and system
	Addr   netip.Addr
	Since  time.Time
}

// BrowserID is how a browser session is called in lists and in the log: "b17".
func BrowserID(id uint64) string { return "b" + strconv.FormatUint(id, 10) }

// refuseFlag says no to the browser that shows a code.
const refuseFlag = "--refuse"

// mayBrowse refuses who cannot let a browser in.
func (in *call) mayBrowse() error {
	switch {
	case in.chat.Door == nil:
		return in.fail(rooms.ErrRefused, "this server has no page for browsers: web.listen is off in its config")
	case in.Who.Role == keys.Operator || in.Who.Fingerprint == "":
		return in.fail(rooms.ErrForbidden, "a browser is let in by somebody with a key: enter with ssh to do it")
	case in.Actor.Bot:
		return in.fail(rooms.ErrForbidden, "a bot lets no browser in")
	}
	return nil
}

// login lets in the browser that shows a code, or turns it away.
func login(ctx context.Context, in *call) (Reply, error) {
	if err := in.mayBrowse(); err != nil {
		return Reply{}, err
	}
	if in.words == "" {
		return Reply{}, in.wrong("give the code that the browser shows")
	}
	b, err := in.chat.Door.Asks(in.Who.Name, in.words)
	if err != nil {
		return Reply{}, in.refusedCode(err)
	}
	if in.flag[refuseFlag] {
		if err := in.chat.Door.Refuse(in.Who.Name, in.words); err != nil {
			return Reply{}, in.refusedCode(err)
		}
		return in.answer("%s is not let in, and is told so", b.Client)
	}
	if !in.Yes {
		return Reply{
			Ask: in.say("let %s at %s in as %s? It asks since %s, and you should have it before you", b.Client, in.whence(b.Addr), in.Who.Name, in.clock(b.Since)),
			No:  in.cmd.Name + " " + refuseFlag + " " + in.words,
		}, nil
	}
	if err := in.chat.Door.Admit(ctx, in.Who, in.words); err != nil {
		return Reply{}, in.refusedCode(err)
	}
	in.chat.TellOfBrowser(in.Who.Name, b.Client, b.Addr, in.Session)
	return in.answer("%s is in, as %s: /sessions lists your browsers, and ends them", b.Client, in.Who.Name)
}

// TellOfBrowser tells somebody, where they are, that a browser was let in as them; but is told by its own answer.
func (c *Chat) TellOfBrowser(who text.Name, client text.Line, addr netip.Addr, but *rooms.Session) {
	c.Rooms.Notify(who, rooms.NewNotice("a browser was let in as you: %s at %s. If that was not you: /sessions", client, addr), but)
}

// refusedCode tells a code that is none from what is wrong with the server.
func (in *call) refusedCode(err error) error {
	if wait := (*keys.WaitError)(nil); errors.As(err, &wait) {
		return in.refuse(rooms.ErrForbidden, err)
	}
	if errors.Is(err, keys.ErrCode) {
		return in.fail(ErrUsage, "no browser shows that code: it is good for two minutes and once, and the page shows a new one by itself")
	}
	return err
}

// whence is where somebody connects from.
func (in *call) whence(addr netip.Addr) string {
	if !addr.IsValid() {
		return in.word("an unknown address")
	}
	return addr.String()
}

// clock is a time of today with its seconds, on the caller's clock.
func (in *call) clock(at time.Time) string { return at.In(in.zone()).Format(time.TimeOnly) }

// browserCommands are about browsers.
func browserCommands() []*Command {
	return []*Command{
		{Name: "login", Group: "You", Args: "CODE", Short: "let the browser in that shows a code; asks first",
			Long: "Open the page of this server in a browser: it shows a code. You are told which browser asks, and from where, before you say yes; no tells it so. Over ssh: ssh HOST login CODE, with --yes or --refuse where nobody can be asked.",
			who:  people, flags: []string{refuseFlag}, run: login},
		{Name: "web", Group: "You", Short: "a link that lets one browser in as you",
			Long: "It is good for five minutes and for one browser, and whoever has it is you. On a terminal it is shown as a QR code, too, for a phone: over ssh, ssh -t HOST web.",
			who:  people, run: webLink},
		{Name: "sessions", Group: "You", Args: "[@person] [list | end NAME|all [WHY…]]", Short: "where you are connected, and the browsers that you have let in",
			Long: "With address, program, and when it was used last. end ends one by its name in the list, or all but the one that you are in. Taking a key away (/keys remove) ends what it has let in. Staff may look at other people's, and end them; the audit log says so.",
			who:  people, args: []argKind{argSessions}, run: sessions},
	}
}
