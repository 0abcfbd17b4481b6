package chat

import (
	"context"
	"errors"
	"net/netip"
	"strings"

	"parley/keys"
	"parley/rooms"
	"parley/text"
)

// ban keeps somebody out of a room, or out of the server.
func ban(ctx context.Context, in *call) (Reply, error) {
	if whole, err := in.serverWide(); err != nil {
		return Reply{}, err
	} else if whole {
		return in.serverBan(ctx)
	}
	room, who, rest, err := in.victim(ctx)
	if err != nil {
		return Reply{}, err
	}
	end, why, err := in.cutEnd(rest)
	if err != nil {
		return Reply{}, err
	}
	if _, err := in.do(ctx, rooms.Entry{Room: room.ID, Type: rooms.Ban, Target: who, Until: end, Text: text.NewBody(why)}); err != nil {
		return Reply{}, err
	}
	if end.IsZero() {
		return in.answer("%s is banned from %s", who, room.Name)
	}
	return in.answer("%s is banned from %s until %s", who, room.Name, in.minute(end))
}

func unban(ctx context.Context, in *call) (Reply, error) {
	if whole, err := in.serverWide(); err != nil {
		return Reply{}, err
	} else if whole {
		return in.serverUnban(ctx)
	}
	room, who, why, err := in.victim(ctx)
	if err != nil {
		return Reply{}, err
	}
	if _, err := in.do(ctx, rooms.Entry{Room: room.ID, Type: rooms.Unban, Target: who, Text: text.NewBody(why)}); err != nil {
		return Reply{}, err
	}
	return in.answer("%s may come back", who)
}

func bans(ctx context.Context, in *call) (Reply, error) {
	if whole, err := in.serverWide(); err != nil {
		return Reply{}, err
	} else if whole {
		return in.listBans(ctx, in.chat.Rooms.Bans(), in.word("this server"))
	}
	room, err := in.inRoom(ctx)
	if err != nil {
		return Reply{}, err
	}
	list, err := in.chat.Rooms.Sanctions(ctx, in.Actor, room.ID)
	if err != nil {
		return Reply{}, err
	}
	return in.listBans(ctx, list, in.label(room))
}

// serverFlag means the whole server.
const serverFlag = "--server"

// serverWide reports whether --server was said, which is for staff. It may stand behind the name, too: what was meant for
// the server must not become a ban from the room that is shown.
func (in *call) serverWide() (bool, error) {
	word, rest := cutWord(in.words)
	if next, after := cutWord(rest); next == serverFlag {
		in.flag, in.words = map[string]bool{serverFlag: true}, word+" "+after
	}
	if in.Who.Role == keys.Operator && in.named == "" { // parley admin unban NAME
		in.flag = map[string]bool{serverFlag: true}
	}
	if !in.flag[serverFlag] {
		if strings.HasPrefix(word, "SHA256:") || looksLikeNetwork(word) {
			return false, in.wrong("keys and networks are banned from the whole server: add --server")
		}
		return false, nil
	}
	if in.named != "" {
		return true, in.wrong("name a room, or --server for the whole server")
	}
	if !in.Who.Role.Staff() {
		return true, in.fail(rooms.ErrForbidden, "bans from the whole server are for its staff")
	}
	return true, nil
}

// serverBan keeps somebody out of the server.
func (in *call) serverBan(ctx context.Context) (Reply, error) {
	typed, rest := cutWord(in.words)
	whom, err := in.whom(typed)
	if err != nil {
		return Reply{}, err
	}
	if err := in.bannable(whom); err != nil {
		return Reply{}, err
	}
	end, why, err := in.cutEnd(rest)
	if err != nil {
		return Reply{}, err
	}
	whom.Until, whom.Reason = end, text.NewBody(text.NewLine(why, rooms.MaxWhy).String())
	if whom.Prefix != "" && !in.Yes {
		return Reply{Ask: in.say("ban everybody who comes from %s? That is %s", whom.Prefix,
			in.count(in.connectedFrom(whom.Prefix), "%d person who is here", "%d people who are here"))}, nil
	}
	s, err := in.chat.Rooms.Ban(ctx, in.Actor, whom)
	if err != nil {
		return Reply{}, err
	}
	if s.Until.IsZero() {
		return in.answer("%s is banned from this server", s.Whom())
	}
	return in.answer("%s is banned from this server until %s", s.Whom(), in.minute(s.Until))
}

func (in *call) serverUnban(ctx context.Context) (Reply, error) {
	typed, why := cutWord(in.words)
	whom, err := in.whom(typed)
	if err != nil {
		return Reply{}, err
	}
	if err := in.chat.Rooms.Unban(ctx, in.Actor, whom, why); err != nil {
		if errors.Is(err, rooms.ErrNoBan) {
			return Reply{}, in.refuse(rooms.ErrNoPerson, err)
		}
		return Reply{}, err
	}
	return in.answer("%s may come back", whom.Whom())
}

// listBans lists who is kept out of a place, or silent there.
func (in *call) listBans(ctx context.Context, list []rooms.Sanction, place string) (Reply, error) {
	r := Reply{Facts: []Facts{}}
	for _, s := range list {
		r.Facts = append(r.Facts, in.banFacts(ctx, s))
		line := in.sentence("%s  by %s, %s", s.Whom(), s.By, in.minute(s.Made))
		if s.Quiet {
			line += in.word(", may read")
		}
		if !s.Until.IsZero() {
			line += in.sentence(", until %s", in.minute(s.Until))
		}
		if !s.Reason.IsZero() {
			line += ": " + s.Reason.String()
		}
		r.Lines = append(r.Lines, in.say("%s", line))
	}
	if len(r.Lines) == 0 {
		r.Lines = append(r.Lines, in.say("nobody is banned from %s", place))
	}
	return r, nil
}

// whom reads what a ban is for: @name, a key's fingerprint, a network or an address.
func (in *call) whom(typed string) (rooms.Sanction, error) {
	switch {
	case typed == "":
		return rooms.Sanction{}, in.wrong("name whom: @name, a key's fingerprint SHA256:…, or a network like 192.0.2.0/24")
	case strings.HasPrefix(typed, "SHA256:"):
		if !isFingerprint(typed) {
			return rooms.Sanction{}, in.wrong("a fingerprint is SHA256: and 43 characters, as ssh-keygen -l and /user @name print it")
		}
		return rooms.Sanction{Key: typed}, nil
	case looksLikeNetwork(typed):
		p, err := parseNetwork(typed)
		if err != nil {
			return rooms.Sanction{}, in.wrong("%s is no network: write it like 192.0.2.0/24, 2001:db8::/32, or one address", printable(typed))
		}
		return rooms.Sanction{Prefix: p.String()}, nil
	}
	name, err := text.ReadName(strings.TrimPrefix(typed, "@"))
	if err != nil {
		return rooms.Sanction{}, in.refuse(rooms.ErrNoPerson, err)
	}
	return rooms.Sanction{Name: name}, nil
}

// isFingerprint reports whether a word is a whole SHA-256 fingerprint: 32 bytes in base64 without padding.
func isFingerprint(s string) bool {
	code, ok := strings.CutPrefix(s, "SHA256:")
	return ok && len(code) == 43 && strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") == ""
}

// looksLikeNetwork tells a network or an address from a name, which has neither a slash nor a colon.
func looksLikeNetwork(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil || s != "" && s[0] != '@' && strings.ContainsAny(s, "/:")
}

// parseNetwork reads a network, or an address as a network of one, in the form in which addresses are compared.
func parseNetwork(s string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(s)
	if err != nil {
		a, err := netip.ParseAddr(s)
		if err != nil {
			return p, err
		}
		a = a.Unmap().WithZone("")
		p = netip.PrefixFrom(a, a.BitLen())
	}
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked(), nil
}

// holdsLoopback reports whether the machine itself is in a network.
func holdsLoopback(p netip.Prefix) bool {
	return p.Overlaps(netip.PrefixFrom(netip.AddrFrom4([4]byte{127}), 8)) || p.Contains(netip.IPv6Loopback())
}

// bannable refuses bans that lock out who must be able to come in: whoever bans, owners, the machine itself, and for admins other staff.
func (in *call) bannable(s rooms.Sanction) error {
	lockout := func() error {
		return in.fail(rooms.ErrForbidden, "you would lock yourself out: %s cannot be banned from here", s.Whom())
	}
	var whose text.Name
	switch {
	case s.Prefix != "":
		p, err := netip.ParsePrefix(s.Prefix)
		if err != nil {
			return err
		}
		if holdsLoopback(p) || p.Contains(in.Actor.Addr.Unmap().WithZone("")) {
			return lockout()
		}
		return in.ownerFrom(p)
	case s.Key != "":
		whose, _ = in.chat.Keys.Whose(s.Key)
	case s.Name.IsGuest():
		return in.fail(rooms.ErrForbidden, "guests have no name of their own: ban their address, which the server's log has")
	default:
		if _, err := in.person(s.Name.String()); err != nil {
			return err
		}
		whose = s.Name
	}
	if whose.IsZero() {
		return nil
	}
	id, _ := in.chat.Keys.Lookup(whose)
	switch {
	case whose == in.Who.Name:
		return lockout()
	case id.Role == keys.Owner:
		return in.fail(rooms.ErrForbidden, "%s is an owner of this server, and owners cannot be banned: /user role @%s member first", whose, whose)
	case !in.Who.Role.Governs(id.Role):
		return in.refuse(rooms.ErrForbidden, keys.ErrOutranked)
	}
	return nil
}

// ownerFrom refuses a network that an owner is connected from.
func (in *call) ownerFrom(p netip.Prefix) error {
	for _, n := range in.chat.Keys.Names() {
		id, ok := in.chat.Keys.Lookup(n)
		if !ok || id.Role != keys.Owner {
			continue
		}
		for _, s := range in.chat.Rooms.Online(n) {
			if p.Contains(s.Addr.Unmap().WithZone("")) {
				return in.fail(rooms.ErrForbidden, "%s, an owner of this server, is connected from there", n)
			}
		}
	}
	return nil
}

// connectedFrom counts the people who are connected from a network.
func (in *call) connectedFrom(prefix string) int {
	p, err := netip.ParsePrefix(prefix)
	if err != nil {
		return 0
	}
	count := 0
	for _, n := range in.chat.Keys.Names() {
		for _, s := range in.chat.Rooms.Online(n) {
			if p.Contains(s.Addr.Unmap().WithZone("")) {
				count++
				break
			}
		}
	}
	return count
}
