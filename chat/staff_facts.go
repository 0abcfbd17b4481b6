package chat

import (
	"context"
	"net/netip"
	"time"

	"parley/rooms"
	"parley/text"
)

// roomFact names a room that the caller may know; nil where they may not, or for the server.
func (in *call) roomFact(ctx context.Context, id rooms.ID) Facts {
	if id == 0 {
		return nil
	}
	room, err := in.chat.Rooms.Room(ctx, in.Actor, id)
	if err != nil {
		return nil
	}
	return Facts{{"room", room.Label(text.Name{})}}
}

// given are the facts of those that say something: "" and the zero time do not.
func given(f Facts, more ...Fact) Facts {
	for _, m := range more {
		switch v := m.Value.(type) {
		case string:
			if v == "" {
				continue
			}
		case time.Time:
			if v.IsZero() {
				continue
			}
		}
		f = append(f, m)
	}
	return f
}

// deedFacts are an entry of the audit log, as it was written.
func (in *call) deedFacts(ctx context.Context, d rooms.Deed) Facts {
	f := Facts{{"type", "deed"}, {"id", d.ID}, {"time", d.Time}, {"by", d.Who.String()}, {"action", d.Action}}
	return given(append(f, in.roomFact(ctx, d.Room)...), Fact{"target", d.Target}, Fact{"why", d.Why})
}

// banFacts are who is kept out, or silent, in a room or on the server.
func (in *call) banFacts(ctx context.Context, s rooms.Sanction) Facts {
	f := append(Facts{{"type", "ban"}}, in.roomFact(ctx, s.Room)...)
	f = given(f, Fact{"name", s.Name.String()}, Fact{"key", s.Key}, Fact{"network", s.Prefix})
	if s.Quiet {
		f = append(f, Fact{"quiet", true})
	}
	return given(append(f, Fact{"by", s.By.String()}, Fact{"time", s.Made}), Fact{"until", s.Until}, Fact{"why", s.Reason.String()})
}

// hookFacts are a hook, without what is secret of it.
func (in *call) hookFacts(ctx context.Context, h rooms.Hook) Facts {
	f := append(Facts{{"type", "hook"}, {"name", h.Name.String()}}, in.roomFact(ctx, h.Room)...)
	f = given(append(f, Fact{"by", h.By.String()}, Fact{"made", h.Made}, Fact{"out", h.Out != nil}), Fact{"used", h.Used})
	if h.Out == nil {
		return f
	}
	f = given(f, Fact{"url", shownURL(h.Out.URL)}, Fact{"for", string(h.Out.For)}, Fact{"word", h.Out.Word}, Fact{"trouble", h.Out.Trouble})
	return append(f, Fact{"delivered", h.Out.Cursor}, Fact{"skipped", h.Out.Skipped}, Fact{"off", h.Out.Off})
}

// userFacts are what staff sees of somebody in the list.
func (in *call) userFacts(name text.Name, role string) Facts {
	return Facts{
		{"type", "user"}, {"name", name.String()}, {"role", role}, {"keys", len(in.chat.Keys.Keys(name))}, {"sessions", len(in.chat.Rooms.Online(name))},
		{"banned", in.chat.Rooms.Banned(name, "", netip.Addr{}) != nil},
	}
}

// statsFacts are /stats; disk is zero where it is not known.
func (in *call) statsFacts(disk rooms.Space) Facts {
	s := in.chat.Rooms.Stats()
	f := Facts{{"type", "stats"}, {"version", in.chat.Version}}
	if h := in.chat.Host; h != nil {
		f = append(f, Fact{"started", h.Started()}, Fact{"connections", h.Connections()})
	}
	f = append(f, Fact{"sessions", s.Sessions}, Fact{"rooms", s.RoomsLoaded}, Fact{"posts", s.Posts}, Fact{"commits", s.Commits}, Fact{"failed", s.CommitErrors},
		Fact{"people", len(in.chat.Keys.Names())}, Fact{"bans", len(in.chat.Rooms.Bans())})
	if disk.Size > 0 {
		f = append(f, Fact{"free", disk.Free}, Fact{"kept", disk.Reserve()})
	}
	return append(f, Fact{"defcon", int(in.chat.Keys.Defcon())}, Fact{"faults", s.Panics})
}
