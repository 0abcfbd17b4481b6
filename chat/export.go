package chat

import (
	"context"
	"errors"
	"fmt"

	"parley/rooms"
	"parley/text"
)

// archiveCommands take what was said out, and bring it in.
func archiveCommands() []*Command {
	return []*Command{
		{Name: "export", Group: "Server", Args: "#room|me", Short: "all of a room, or all of your own, as JSON lines",
			Long: "It is a file, so ask for it over ssh: ssh HOST export '#ops' > ops.jsonl. me is what the server keeps of you: settings, rooms, saved messages, and everything that you have said. /import reads it again. Files are named in it; what is in them is taken out over sftp.",
			who:  people, room: roomOrNow, pairs: true, args: []argKind{argRoom}, run: export},
		{Name: "import", Group: "Server", Args: "jsonl|slack|weechat [#room]", Short: "bring in what was said elsewhere, into a new room",
			Long: "Over ssh, from standard input: ssh HOST import weechat '#ops' < ops.weechatlog; ssh HOST import slack < export.zip makes a room of each channel, public if it was, with its topic, and #general-imported where there is a #general; ssh HOST import jsonl '#old' < ops.jsonl reads an export. Authors and times are kept, doing it again adds nothing twice, and a later file goes on where the first one ended. It goes into new rooms and those that an import made, never into others; files that were shared are only named.",
			who:  staff, room: noRoom, args: []argKind{argFormat, argRoom}, stream: true, run: importLog},
	}
}

// exportPage is how many events are read at once.
const exportPage = 500

func export(ctx context.Context, in *call) (Reply, error) {
	if in.Session != nil {
		return in.answer("an export is a file: ssh HOST export '%s' > export.jsonl", in.exported())
	}
	if in.words == "me" && in.named == "" {
		return Reply{Stream: in.exportMe}, nil
	}
	if in.words != "" {
		return Reply{}, in.wrong("name one room, or me")
	}
	room, err := in.inRoom(ctx)
	if err != nil {
		return Reply{}, err
	}
	if _, err := in.chat.Rooms.EventsBefore(ctx, in.Actor, room.ID, room.Seq+1, 1); err != nil {
		return Reply{}, err // who may not read it
	}
	if err := in.record(ctx, "export", room.ID, in.label(room), ""); err != nil {
		return Reply{}, err
	}
	return Reply{Stream: func(ctx context.Context, out Sink) error {
		if err := out.Emit(Item{Facts: exportFacts(room)}); err != nil {
			return err
		}
		return in.exportRoom(ctx, room, func(*rooms.Event) bool { return true }, out)
	}}, nil
}

// record notes in the audit log what somebody did with a room.
func (in *call) record(ctx context.Context, action string, room rooms.ID, target, why string) error {
	return in.chat.Rooms.Record(ctx, rooms.Deed{Who: in.Actor.Name, Action: action, Room: room, Target: target, Why: why})
}

func (in *call) exported() string {
	if in.named == "" {
		return "me"
	}
	return in.named
}

// exportFacts is the first line of a room's export.
func exportFacts(r rooms.Room) Facts {
	facts := Facts{{"type", "room"}, {"name", r.Label(text.Name{})}, {"kind", string(r.Kind)}, {"created", r.Created}, {"topic", r.Topic.String()}}
	if r.Guests {
		facts = append(facts, Fact{"guests", true})
	}
	if r.Keep > 0 {
		facts = append(facts, Fact{"keep", r.Keep.String()})
	}
	return facts
}

// exportRoom emits the events of a room that are wanted, from the first to the newest one of now.
func (in *call) exportRoom(ctx context.Context, room rooms.Room, want func(*rooms.Event) bool, out Sink) error {
	label := room.Label(text.Name{})
	for after := uint64(0); after < room.Seq; {
		list, err := in.chat.Rooms.Events(ctx, in.Actor, room.ID, after, exportPage)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return nil
		}
		for _, e := range list {
			after = e.Seq
			if e.Seq > room.Seq || !want(e) {
				continue
			}
			if err := out.Emit(Item{Room: label, Event: e}); err != nil {
				return err
			}
		}
	}
	return nil
}

// exportSaved emits what the caller has saved.
func (in *call) exportSaved(ctx context.Context, out Sink) error {
	list, err := in.chat.Rooms.Saved(ctx, in.Actor)
	if err != nil {
		return err
	}
	for _, one := range list {
		room, err := in.chat.Rooms.Room(ctx, in.Actor, one.Room)
		if err != nil {
			continue // not seen any more
		}
		if err := out.Emit(Item{Facts: Facts{{"type", "saved"}, {"room", room.Label(text.Name{})}, {"seq", one.Seq}, {"time", one.Time}}}); err != nil {
			return err
		}
	}
	return nil
}

// exportMe emits what the server keeps of the caller.
func (in *call) exportMe(ctx context.Context, out Sink) error {
	person, err := in.chat.Rooms.Person(ctx, in.Actor)
	if err != nil {
		return err
	}
	var fingerprints []string
	for _, k := range in.chat.Keys.Keys(in.Actor.Name) {
		fingerprints = append(fingerprints, k.Fingerprint)
	}
	facts := Facts{{"type", "person"}, {"name", in.Actor.Name.String()}, {"settings", person.Settings}, {"keys", fingerprints}}
	if !person.Seen.IsZero() {
		facts = append(facts, Fact{"seen", person.Seen})
	}
	if err := out.Emit(Item{Facts: facts}); err != nil {
		return err
	}
	inbox, err := in.inbox(ctx)
	if err != nil {
		return err
	}
	for _, m := range inbox {
		facts := Facts{{"type", "membership"}, {"room", m.Room.Label(text.Name{})}, {"role", m.Role.String()}, {"read", m.Read}, {"draft", m.Place.Draft},
			{"notify", string(m.Prefs.Notify)}, {"star", m.Prefs.Star}}
		if err := out.Emit(Item{Facts: facts}); err != nil {
			return err
		}
	}
	if err := in.exportSaved(ctx, out); err != nil {
		return err
	}
	sessions, err := in.sessionsOf(ctx, in.Actor.Name)
	if err != nil {
		return err
	}
	for _, s := range sessions {
		if s.web == 0 {
			continue // which is kept nowhere
		}
		if err := out.Emit(Item{Facts: s.facts()}); err != nil {
			return err
		}
	}
	list, err := in.chat.Rooms.Rooms(ctx, in.Actor) // also public rooms that the person has left
	if err != nil {
		return err
	}
	for _, room := range list {
		err := in.exportRoom(ctx, room, func(e *rooms.Event) bool { return e.Author == in.Actor.Name }, out)
		if err != nil && !errors.Is(err, rooms.ErrNotMember) && !isNoRoom(err) {
			return fmt.Errorf("%s: %w", in.label(room), err)
		}
	}
	return nil
}
