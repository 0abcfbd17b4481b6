package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"parley/rooms"
	"parley/rooms/sqlite"
	"parley/text"
)

// home is the database of a server that people have been to before: all of them are in all of its rooms. In the first room
// something happens; it has a past. In the others little was said, and in every third something that nobody has read.
type home struct {
	people, rooms int
	messages      int // in the first room: more than a screen shows
}

// homeOf is what people come back to in the figures of the table.
func (l *lab) homeOf(people int) home { return home{people, l.scale.rooms, l.scale.messages} }

// inhabit puts the database into a folder. It is made once for all servers that begin with the same one.
func (l *lab) inhabit(ctx context.Context, h home, dir string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	file := filepath.Join(l.dir, fmt.Sprintf("home-%d-%d-%d.db", h.people, h.rooms, h.messages))
	if _, err := os.Stat(file); err != nil {
		began := time.Now()
		if err := h.write(ctx, file+".new"); err != nil {
			return err
		}
		if err := os.Rename(file+".new", file); err != nil {
			return err
		}
		l.logf("  %d people in %d rooms with %d messages were written in %v", h.people, h.rooms, h.messages, time.Since(began).Round(time.Millisecond))
	}
	return copyFile(filepath.Join(dir, "parley.db"), file)
}

func copyFile(to, from string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return firstOf(err, out.Close())
}

// diary writes a home through the store, in batches. What went wrong first is kept in err.
type diary struct {
	*corpus
	ctx     context.Context
	store   rooms.Store
	names   []text.Name
	now     time.Time
	batch   []rooms.Entry
	recent  []rooms.Event // messages that something may happen to
	written uint64        // seq of the newest event of the room that was written last
	err     error
}

// write makes the database.
func (h home) write(ctx context.Context, file string) (err error) {
	store, err := sqlite.Open(ctx, file)
	if err != nil {
		return err
	}
	d := &diary{corpus: newCorpus(), ctx: ctx, store: store, now: time.Now().Add(-time.Duration(2*h.messages+h.rooms*(h.people+20)) * time.Second)}
	defer func() { err = firstOf(err, d.err, store.Close()) }()
	for i := range h.people {
		name, err := text.ParseName(nameOf(i))
		if err != nil {
			return err
		}
		d.names = append(d.names, name)
	}
	for i := range h.rooms - 1 {
		d.quiet(fmt.Sprintf("#room%02d", i+1), i%3)
	}
	room := d.create("#general")
	d.joins(room)
	for i := range h.messages {
		d.moment(room, i)
	}
	d.flush()
	d.remember(room)
	return nil
}

// remember notes that everybody was in a room last and has read it.
func (d *diary) remember(room rooms.ID) {
	var all []rooms.Update
	for _, name := range d.names {
		all = append(all, rooms.Update{Mark: &rooms.Mark{Room: room, Name: name, Seq: d.written}},
			rooms.Update{Person: &rooms.Person{Name: name, LastRoom: room, Seen: d.now}})
	}
	if d.err == nil {
		d.err = d.store.Save(d.ctx, all)
	}
}

// quiet is a room in which something was said before all came, and as many messages since.
func (d *diary) quiet(name string, unread int) {
	room := d.create(name)
	for range 10 {
		d.add(rooms.Entry{Room: room, Type: rooms.Message, Author: d.names[0], Text: text.NewBody(d.message())})
	}
	d.joins(room)
	for range unread {
		d.add(rooms.Entry{Room: room, Type: rooms.Message, Author: d.names[0], Text: text.NewBody(d.message())})
	}
	d.flush()
}

func (d *diary) create(name string) rooms.ID {
	d.recent = d.recent[:0]
	n, err := text.ParseRoomName(name)
	if d.err = firstOf(d.err, err); d.err != nil {
		return 0
	}
	made, err := d.store.Append(d.ctx, []rooms.Entry{{Type: rooms.Create, Author: d.names[0], Time: d.now, New: rooms.Room{Name: n, Kind: rooms.Public}}})
	if d.err = firstOf(err); d.err != nil {
		return 0
	}
	d.err = made[0].Err
	return made[0].Room.ID
}

// joins lets everybody but the first, whose room it is, in.
func (d *diary) joins(room rooms.ID) {
	for _, name := range d.names[1:] {
		d.add(rooms.Entry{Room: room, Type: rooms.Join, Author: name})
	}
}

// reactions are what people give, by name.
var reactions = [...]string{"tada", "eyes", "heart", "rocket"}

// moment is a message, an eighth of them in threads, and what happens beside it: answers, edits, reactions, and
// now and then somebody goes and comes back.
func (d *diary) moment(room rooms.ID, i int) {
	who := d.somebody()
	said := rooms.Entry{Room: room, Type: rooms.Message, Author: who, Text: text.NewBody(d.message())}
	if n := len(d.recent); n > 0 {
		about := &d.recent[d.rand.IntN(n)]
		switch i % 24 {
		case 0, 8, 16:
			if said.Thread = about.Thread; said.Thread == 0 {
				said.Thread = about.Seq
			}
		case 4:
			said.Ref = about.Seq
			said.Thread = about.Thread
		case 5, 17:
			d.add(rooms.Entry{Room: room, Type: rooms.Edit, Author: about.Author, Ref: about.Seq, Text: text.NewBody(d.message())})
		case 6, 11, 18:
			d.add(rooms.Entry{Room: room, Type: rooms.React, Author: who, Ref: about.Seq, Detail: reactions[d.rand.IntN(len(reactions))]})
		}
	}
	if i%100 == 50 && len(d.names) > 1 {
		who := d.names[1+d.rand.IntN(len(d.names)-1)]
		d.add(rooms.Entry{Room: room, Type: rooms.Leave, Author: who})
		d.add(rooms.Entry{Room: room, Type: rooms.Join, Author: who})
	}
	d.add(said)
}

func (d *diary) somebody() text.Name { return d.names[d.rand.IntN(len(d.names))] }

// add writes an entry, a second after the one before.
func (d *diary) add(e rooms.Entry) {
	d.now = d.now.Add(time.Second)
	e.Time = d.now
	if d.batch = append(d.batch, e); len(d.batch) == 512 {
		d.flush()
	}
}

// flush commits what was added.
func (d *diary) flush() {
	batch := d.batch
	d.batch = d.batch[:0]
	if d.err != nil || len(batch) == 0 {
		return
	}
	results, err := d.store.Append(d.ctx, batch)
	if d.err = err; err != nil {
		return
	}
	d.recent = d.recent[:0]
	for i := range results {
		r := &results[i]
		if r.Err != nil {
			d.err = fmt.Errorf("a %s by %s was refused: %w", batch[i].Type, batch[i].Author, r.Err)
			return
		}
		if r.Again {
			continue
		}
		d.written = r.Event.Seq
		if r.Event.Type == rooms.Message {
			d.recent = append(d.recent, r.Event)
		}
	}
}
