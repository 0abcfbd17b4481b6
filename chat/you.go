package chat

import (
	"context"
	"errors"
	"strings"

	"parley/keys"
	"parley/rooms"
	"parley/text"
)

func press(_ context.Context, in *call) (Reply, error) {
	if in.words == "" {
		return Reply{}, in.wrong("name the key")
	}
	return Reply{Do: Press, Key: in.words}, nil
}

func whoami(_ context.Context, in *call) (Reply, error) {
	if in.Actor.Guest {
		return in.answer("you are %s, a guest: what you post stays, your name does not", in.Actor.Name)
	}
	r := Reply{Lines: []text.Line{in.say("you are %s, %s of this server", in.Who.Name, in.roleName(in.Who.Role))}, Facts: []Facts{in.myFacts()}}
	if in.Who.Role == keys.Operator {
		return r, nil
	}
	how := in.sentence("key %s", in.Who.Fingerprint)
	if in.Who.Certificate {
		how = in.sentence("certificate for key %s", in.Who.Fingerprint)
	}
	if !in.Who.Device.IsZero() {
		how += " (" + in.Who.Device.String() + ")"
	}
	if !in.Who.Expires.IsZero() {
		how += in.sentence(", valid until %s", in.minute(in.Who.Expires))
	}
	r.Lines = append(r.Lines, in.say("by %s", how))
	return in.withSessions(r, in.Who.Name, true), nil
}

// myFacts are whoami for programs.
func (in *call) myFacts() Facts {
	f := Facts{{"type", "identity"}, {"name", in.Who.Name.String()}, {"role", string(in.Who.Role)}}
	if in.Actor.Bot {
		f = append(f, Fact{"bot", true})
	}
	if in.Who.Fingerprint != "" {
		f = append(f, Fact{"key", in.Who.Fingerprint}, Fact{"certificate", in.Who.Certificate})
	}
	if !in.Who.Device.IsZero() {
		f = append(f, Fact{"device", in.Who.Device.String()})
	}
	if !in.Who.Expires.IsZero() {
		f = append(f, Fact{"until", in.Who.Expires})
	}
	return append(f, Fact{"sessions", in.sessionFacts(in.Who.Name, true)})
}

// sessionFacts are withSessions for programs.
func (in *call) sessionFacts(name text.Name, addresses bool) []Facts {
	list := []Facts{}
	for _, s := range in.chat.Rooms.Online(name) {
		f := Facts{{"face", s.Face}, {"since", s.Since}}
		if addresses && s.Addr.IsValid() {
			f = append(f, Fact{"address", s.Addr.String()})
		}
		if addresses && !s.Client.IsZero() {
			f = append(f, Fact{"client", s.Client.String()})
		}
		list = append(list, f)
	}
	return list
}

func (in *call) roleName(r keys.Role) string {
	switch r {
	case keys.Owner:
		return in.word("the owner")
	case keys.Admin:
		return in.word("an admin")
	case keys.Bot:
		return in.word("a bot")
	case keys.Operator:
		return in.word("the operator")
	}
	return in.word("a member")
}

// withSessions appends where somebody is connected; addresses are for the
// person themselves and for the staff of the server.
func (in *call) withSessions(r Reply, name text.Name, addresses bool) Reply {
	for _, s := range in.chat.Rooms.Online(name) {
		line := in.sentence("here by %s since %s", s.Face, in.minute(s.Since))
		if addresses {
			if s.Addr.IsValid() {
				line += in.sentence(" from %s", s.Addr)
			}
			if !s.Client.IsZero() {
				line += in.sentence(" with %s", s.Client)
			}
		}
		r.Lines = append(r.Lines, in.say("%s", line))
	}
	return r
}

func whois(ctx context.Context, in *call) (Reply, error) {
	if in.words == "" {
		return Reply{}, in.wrong("name somebody")
	}
	name, err := in.person(in.words)
	if err != nil {
		return Reply{}, err
	}
	var r Reply
	if id, ok := in.chat.Keys.Lookup(name); ok {
		r.Lines = append(r.Lines, in.say("%s is %s of this server", name, in.roleName(id.Role)))
		for _, k := range in.chat.Keys.Keys(name) {
			r.Lines = append(r.Lines, in.say("key %s %s", k.Type, k.Fingerprint))
		}
	} else {
		r.Lines = append(r.Lines, in.say("%s has no key in this server's folder", name))
	}
	private := in.Who.Role.Staff() || name == in.Who.Name
	r = in.withSessions(r, name, private)
	r.Facts = []Facts{in.personFacts(name, private)}
	if len(in.chat.Rooms.Online(name)) == 0 {
		r.Lines = append(r.Lines, in.say("not here now"))
	}
	if here, _ := in.chat.Rooms.Status(name); here == rooms.Away {
		r.Lines = append(r.Lines, in.presence(name))
	}
	return r, nil
}

// personFacts are whois for programs.
func (in *call) personFacts(name text.Name, private bool) Facts {
	f := Facts{{"type", "identity"}, {"name", name.String()}}
	if id, ok := in.chat.Keys.Lookup(name); ok {
		f = append(f, Fact{"role", string(id.Role)})
	}
	fingerprints := []string{}
	for _, k := range in.chat.Keys.Keys(name) {
		fingerprints = append(fingerprints, k.Fingerprint)
	}
	here := "offline"
	status, why := in.chat.Rooms.Status(name)
	switch status {
	case rooms.Here:
		here = "here"
	case rooms.Away:
		here = "away"
	}
	f = append(f, Fact{"presence", here})
	if !why.IsZero() {
		f = append(f, Fact{"away", why.String()})
	}
	return append(f, Fact{"keys", fingerprints}, Fact{"sessions", in.sessionFacts(name, private)})
}

func keysCommand(ctx context.Context, in *call) (Reply, error) {
	sub, rest := cutWord(in.words)
	if typed, after := cutWord(rest); in.ofOthers(typed) {
		return in.othersKeys(ctx, sub, typed, after)
	}
	switch sub {
	case "", "list":
		return in.listKeys(in.Who.Name)
	case "add":
		return in.addKey(ctx, rest)
	case "name", "rename":
		return in.nameKey(ctx, in.Who.Name, rest)
	case "remove", "revoke":
		return in.removeKey(ctx, rest)
	}
	return Reply{}, in.wrong("there is no /keys %s", printable(sub))
}

func (in *call) listKeys(name text.Name) (Reply, error) {
	var r Reply
	for _, k := range in.chat.Keys.Keys(name) {
		line := in.sentence("%s %s", k.Fingerprint, k.Type)
		if !k.Device.IsZero() {
			line += "  " + k.Device.String()
		}
		if k.Fingerprint == in.Who.Fingerprint {
			line += in.word("  (this connection)")
		}
		r.Lines = append(r.Lines, in.say("%s", line))
		r.Facts = append(r.Facts, Facts{{"type", "key"}, {"key", k.Fingerprint}, {"algorithm", k.Type}, {"device", k.Device.String()}, {"current", k.Fingerprint == in.Who.Fingerprint}})
	}
	if len(r.Lines) == 0 {
		return in.answer("%s is known by a certificate, if at all, and has no keys here", name)
	}
	return r, nil
}

func (in *call) addKey(ctx context.Context, rest string) (Reply, error) {
	device, line := cutDevice(rest)
	if line == "" {
		line = in.Body
	}
	if line == "" {
		return Reply{}, in.wrong("give the key, the one line of a .pub file")
	}
	key, err := in.chat.Keys.Add(ctx, in.Who.Name, device, line)
	if err != nil {
		return Reply{}, in.refusedKey(err)
	}
	in.tellOthers("a key was added to your name: %s. If that was not you: /keys remove %s", key.Fingerprint, key.Fingerprint)
	return in.answer("%s is yours too", key.Fingerprint)
}

// nameKey calls a key's device by another name.
func (in *call) nameKey(ctx context.Context, whose text.Name, rest string) (Reply, error) {
	asked, device := cutWord(rest)
	if asked == "" || device == "" {
		return Reply{}, in.wrong("say which key, by its fingerprint or the name of its device, and what it is to be called")
	}
	key, err := in.chat.Keys.Rename(ctx, whose, asked, device)
	if err != nil {
		return Reply{}, in.refusedKey(err)
	}
	return in.answer("%s is called %s", whole(key.Fingerprint), key.Device)
}

// cutDevice splits the name of a device off what /keys add is given; "" for none.
func cutDevice(rest string) (device, line string) {
	if word, after := cutWord(rest); !looksLikeKey(word) {
		return word, after
	}
	return "", rest
}

// refusedKey tells what is wrong with a key from what is wrong with the server.
func (in *call) refusedKey(err error) error {
	if errors.Is(err, keys.ErrFolder) || errors.Is(err, keys.ErrStore) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return in.refuse(ErrUsage, err)
}

// looksLikeKey tells the type of a public key from the name of a device.
func looksLikeKey(word string) bool {
	return strings.HasPrefix(word, "ssh-") || strings.HasPrefix(word, "ecdsa-") || strings.HasPrefix(word, "sk-")
}

func (in *call) removeKey(ctx context.Context, rest string) (Reply, error) {
	fingerprint, _ := cutWord(rest)
	if fingerprint == "" {
		return Reply{}, in.wrong("name the key by its fingerprint")
	}
	found, err := in.chat.Keys.Find(in.Who.Name, fingerprint)
	if err != nil {
		return Reply{}, in.refusedKey(err)
	}
	fingerprint = found
	if !in.Yes {
		return Reply{Ask: in.say("remove %s? What is connected with it ends at once", whole(fingerprint))}, nil
	}
	if err := in.chat.Keys.Remove(ctx, in.Who.Name, fingerprint); err != nil {
		return Reply{}, in.refusedKey(err)
	}
	in.tellOthers("a key was removed from your name: %s", whole(fingerprint))
	return in.answer("%s is removed", whole(fingerprint))
}

// whole is a typed fingerprint for a sentence, never cut: by its end it is told from others.
func whole(fingerprint string) text.Line { return text.NewLine(fingerprint, fingerprintCols) }

// fingerprintCols is the longest fingerprint: "SHA256:" and 43 characters of base64.
const fingerprintCols = 50

func (in *call) tellOthers(format string, args ...any) {
	in.chat.Rooms.Notify(in.Who.Name, rooms.NewNotice(format, args...), in.Session)
}

func version(_ context.Context, in *call) (Reply, error) {
	return in.answer("Parley %s", in.chat.Version)
}
