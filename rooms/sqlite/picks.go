package sqlite

import (
	"slices"
	"time"

	"parley/rooms"
)

// pick is a message that is listed somewhere.
type pick struct {
	rooms.Position
	calls bool // its words have to call the one who searches, because it does not mention them
}

// searchPicks looks among the messages that are pinned, or that mention the one who searches: those are
// listed, so that each is read by itself, the newest first.
func (x *searching) searchPicks() (rooms.Position, error) {
	list, err := x.picks()
	if err != nil {
		return rooms.Position{}, err
	}
	slices.SortFunc(list, func(a, b pick) int { return b.Compare(a.Position) })
	called, _ := x.q.PrepareCalls(x.viewer.Name)
	for i, p := range list {
		if len(x.best) > x.limit {
			break
		}
		if i > maxWork*picksAtOnce {
			return list[i-1].Position, nil
		}
		docs, err := x.docs(x.ctx, p.Room, p.Seq, p.Seq)
		if err != nil {
			return rooms.Position{}, err
		}
		for i := range docs {
			match := x.match
			if p.calls {
				match = called
			}
			if match.Match(docs[i].Text, docs[i].Terms) {
				x.best = append(x.best, p.Position)
			}
		}
	}
	return rooms.Position{}, nil
}

// picks lists what may be asked for.
func (x *searching) picks() (list []pick, err error) {
	query := `SELECT e.room, e.seq, e.time, EXISTS (SELECT 1 FROM mentions m WHERE m.name = ? AND m.room = p.room AND m.seq = p.seq)
		FROM pins p JOIN events e ON e.room = p.room AND e.seq = p.seq`
	if x.q.Mine && !x.q.Pinned {
		query = "SELECT e.room, e.seq, e.time, 1 FROM mentions p JOIN events e ON e.room = p.room AND e.seq = p.seq WHERE p.name = ?"
	}
	err = x.conn.query(x.ctx, query, func(r row) error {
		p := pick{Position: rooms.Position{Room: rooms.ID(r.int(0)), Seq: r.uint(1), Time: time.UnixMilli(r.int(2)).UTC()}}
		room := x.scopes[p.Room]
		if room == nil || p.Seq < room.from || !x.q.Wants(p.Room, p.Time) || !x.before.IsZero() && p.Compare(x.before) >= 0 {
			return nil
		}
		if p.calls = x.q.Mine && r.int(3) == 0; p.calls && (len(x.q.Calls) == 0 || !room.member) {
			return nil
		}
		list = append(list, p)
		return nil
	}, x.viewer.Name.String())
	return list, err
}
