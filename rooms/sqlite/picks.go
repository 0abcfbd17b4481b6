package sqlite

import (
	"slices"
	"time"

	"parley/rooms"
)

// searchPicks looks among the messages that are pinned, or that mention the one who searches: those are
// listed, so that each is read by itself, the newest first.
func (x *searching) searchPicks() (rooms.Position, error) {
	list, err := x.picks()
	if err != nil {
		return rooms.Position{}, err
	}
	slices.SortFunc(list, func(a, b rooms.Position) int { return b.Compare(a) })
	for i, p := range list {
		if len(x.best) > x.limit {
			break
		}
		if i > maxWork*picksAtOnce {
			return list[i-1], nil
		}
		docs, err := x.docs(x.ctx, p.Room, p.Seq, p.Seq)
		if err != nil {
			return rooms.Position{}, err
		}
		for i := range docs {
			if x.match.Match(docs[i].Text, docs[i].Terms) {
				x.best = append(x.best, p)
			}
		}
	}
	return rooms.Position{}, nil
}

// picks lists what may be asked for.
func (x *searching) picks() (list []rooms.Position, err error) {
	query, args := "SELECT e.room, e.seq, e.time FROM pins p JOIN events e ON e.room = p.room AND e.seq = p.seq", []any(nil)
	if x.q.Mine {
		query, args = "SELECT e.room, e.seq, e.time FROM mentions p JOIN events e ON e.room = p.room AND e.seq = p.seq WHERE p.name = ?", []any{x.viewer.Name.String()}
		if x.q.Pinned {
			query += " AND EXISTS (SELECT 1 FROM pins q WHERE q.room = p.room AND q.seq = p.seq)"
		}
	}
	err = x.conn.query(x.ctx, query, func(r row) error {
		p := rooms.Position{Room: rooms.ID(r.int(0)), Seq: r.uint(1), Time: time.UnixMilli(r.int(2)).UTC()}
		room := x.scopes[p.Room]
		if room != nil && p.Seq >= room.from && x.q.Wants(p.Room, p.Time) && (x.before.IsZero() || p.Compare(x.before) < 0) {
			list = append(list, p)
		}
		return nil
	}, args...)
	return list, err
}
