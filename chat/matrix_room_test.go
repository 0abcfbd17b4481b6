package chat_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/chat"
	"parley/keys"
	"parley/rooms"
	"parley/rooms/sqlite"
	"parley/text"
)

// column is one kind of room of the matrix, with a room for each role. A room is used until a command has changed it.
type column struct {
	t     *testing.T
	place *place
	chat  *chat.Chat
	store *sqlite.Store
	kind  rooms.Kind
	group bool   // of three
	prop  string // that is on in every room of it
	made  map[byte]*matrixRoom
	n     int // cases so far
}

// matrixRoom is one room, the person of a role, and what was said in it, by seq.
type matrixRoom struct {
	person, label string
	ref, own      uint64
	poll, mine    uint64 // polls: another's, and the person's own
	hook          string
	file          bool // whether matrixFile is in it
}

// courier takes every address and delivers nothing: what hooks send is not what is asked here.
type courier struct{}

func (courier) Check(string) error                                { return nil }
func (courier) Ping(context.Context, rooms.Hook, text.Name) error { return nil }

func newColumn(t *testing.T, kind rooms.Kind, group bool, prop string) *column {
	t.Helper()
	p := newPlace(t, "boss", "other", "nobody1", "gone")
	store, err := sqlite.Open(t.Context(), t.TempDir()+"/matrix.db")
	if err != nil {
		t.Fatal(err)
	}
	m := rooms.New(store, rooms.LocalBus{}, rooms.Options{})
	t.Cleanup(func() {
		m.Close(context.Background())
		store.Close()
	})
	c := chat.New(chat.Options{Rooms: m, Keys: p.keys, Server: "Parley", URL: "https://chat.example.org", Courier: courier{}})
	return &column{t: t, place: p, chat: c, store: store, kind: kind, group: group, prop: prop, made: map[byte]*matrixRoom{}}
}

// may is which of the roles may run a line.
func (c *column) may(line string) (got string) {
	c.t.Helper()
	roles := matrixRoles
	switch {
	case c.kind != rooms.Direct:
	case strings.Contains(line, "ROOM"):
		roles = "gmB" // naming the people of a conversation means one's own with them
	default:
		roles = "gsmABW"
	}
	for _, role := range []byte(roles) {
		if c.allowed(role, line) {
			got += string(role)
		}
	}
	return got
}

// allowed lets somebody of a role try.
func (c *column) allowed(role byte, line string) bool {
	c.t.Helper()
	room, file := c.made[role], strings.Contains(line, matrixFile)
	if room == nil || file != room.file {
		room = c.makeRoom(role, file)
		c.made[role] = room
	}
	for short, seq := range map[string]uint64{"REF": room.ref, "OWN": room.own, "POLL": room.poll, "MINE": room.mine} {
		if strings.Contains(line, short) && seq == 0 { // who never was in the room has said nothing in it
			return false
		}
		line = strings.ReplaceAll(line, short, fmt.Sprintf("%s:%d", room.label, seq))
	}
	c.n++
	line = strings.NewReplacer("ROOM", room.label, "HOOK", room.hook, "NEW", fmt.Sprintf("new-%d", c.n)).Replace(line)
	r := c.request(role, room.person)
	r.Line, r.Yes, r.Log = line, true, true
	if strings.HasPrefix(line, "import ") {
		r.In = strings.NewReader(imported)
	}
	ctx, cancel := context.WithTimeout(c.t.Context(), 10*time.Second)
	defer cancel()
	reply, err := c.chat.Run(ctx, r)
	if err == nil && reply.Stream != nil {
		err = reply.Stream(ctx, enough{})
	}
	if err != nil && !errors.Is(err, errEnough) {
		return false
	}
	delete(c.made, role)
	return true
}

// request is one of somebody of a role on the server.
func (c *column) request(role byte, person string) chat.Request {
	r := c.place.as(person, "")
	switch role {
	case 'g':
		r.Actor = rooms.Actor{Name: text.GuestName(7), Guest: true}
		r.Who = keys.Identity{Name: text.GuestName(7)}
	case 'A':
		r.Who.Role = keys.Admin
	case 'W':
		r.Who.Role = keys.Owner
	case 'B':
		r.Who.Role = keys.Bot
	default:
		r.Who.Role = keys.Member
	}
	return r
}

// imported is what the rows of /import bring in.
const imported = `{"room":"#a","seq":1,"time":"2026-11-22T14:08:20.000Z","type":"message","author":"zoe","text":"hello"}` + "\n"

var errEnough = errors.New("enough was read")

// enough is a reader who leaves after the first line.
type enough struct{}

func (enough) Emit(chat.Item) error { return errEnough }
func (enough) Flush() error         { return errEnough }

// matrixFile is the name of a file of other's, in the rooms of rows that name it.
const matrixFile = "data.csv"

func (c *column) makeRoom(role byte, file bool) *matrixRoom {
	c.t.Helper()
	c.n++
	// Somebody new each time: the room is made behind the manager's back, which may still hold the inbox of whom it knows.
	room := &matrixRoom{person: fmt.Sprintf("person%d", c.n), file: file}
	var id rooms.ID
	if c.kind == rooms.Direct {
		id = c.makeDirect(room, role)
	} else {
		id = c.makeNamed(room, role)
	}
	if file {
		c.upload(id)
	}
	if c.prop != "" {
		on := rooms.Entry{Room: id, Type: rooms.Set, Detail: c.prop, Text: text.NewBody("on")}
		if _, _, err := c.chat.Rooms.Do(c.t.Context(), rooms.Actor{Name: mustRead(c.t, "boss")}, on); err != nil {
			c.t.Fatal(err)
		}
	}
	return room
}

func (c *column) upload(id rooms.ID) {
	c.t.Helper()
	up, err := c.chat.Rooms.Upload(c.t.Context(), rooms.Actor{Name: mustRead(c.t, "other")}, id, text.NewLine(matrixFile, 80))
	if err == nil {
		_, err = up.Write([]byte("a,b\n1,2\n"))
	}
	if err == nil {
		_, err = up.Commit(c.t.Context(), rooms.Post{})
	}
	if err != nil {
		c.t.Fatal(err)
	}
}

// makeNamed makes a room of boss with other in it, and a person of a role.
func (c *column) makeNamed(made *matrixRoom, role byte) rooms.ID {
	c.t.Helper()
	slug, err := text.ParseRoomName(fmt.Sprintf("room-%d", c.n))
	if err != nil {
		c.t.Fatal(err)
	}
	made.label = slug.String()
	boss, other, person := mustRead(c.t, "boss"), mustRead(c.t, "other"), mustRead(c.t, made.person)
	at := time.Now().Add(-time.Hour)
	create := rooms.Entry{Type: rooms.Create, Author: boss, Time: at, New: rooms.Room{Name: slug, Kind: c.kind, Guests: c.kind == rooms.Public}}
	id := c.append(create)[0].Room.ID
	var batch []rooms.Entry
	seq := uint64(1) // of the room's making
	add := func(who text.Name, e rooms.Entry) uint64 {
		e.Room, e.Author, e.Time = id, who, at
		batch = append(batch, e)
		seq++
		return seq
	}
	enter := func(who text.Name) {
		add(boss, rooms.Entry{Type: rooms.Invite, Target: who})
		add(who, rooms.Entry{Type: rooms.Join})
	}
	ask := text.NewBody("tea?\nyes\nno")
	enter(other)
	made.ref = add(other, rooms.Entry{Type: rooms.Message, Text: text.NewBody("hello")})
	made.poll = add(other, rooms.Entry{Type: rooms.Poll, Text: ask})
	add(boss, rooms.Entry{Type: rooms.Pin, Ref: made.poll})
	add(boss, rooms.Entry{Type: rooms.Ban, Target: mustRead(c.t, "gone")})
	if strings.IndexByte("bqmMOB", role) >= 0 {
		enter(person)
		made.mine = add(person, rooms.Entry{Type: rooms.Poll, Text: ask})
		made.own = add(person, rooms.Entry{Type: rooms.Message, Text: text.NewBody("hello")})
		add(person, rooms.Entry{Type: rooms.React, Ref: made.ref, Detail: "eyes"})
	}
	switch role {
	case 'i':
		add(boss, rooms.Entry{Type: rooms.Invite, Target: person})
	case 'b':
		add(boss, rooms.Entry{Type: rooms.Ban, Target: person})
	case 'q':
		add(boss, rooms.Entry{Type: rooms.Quiet, Target: person})
	case 'M':
		add(boss, rooms.Entry{Type: rooms.Grant, Target: person, Detail: "moderator"})
	case 'O':
		add(boss, rooms.Entry{Type: rooms.Grant, Target: person, Detail: "owner"})
	}
	for i, r := range c.append(batch...) {
		if r.Event.Seq != uint64(i+2) {
			c.t.Fatalf("%s of the room's making has seq %d, want %d", batch[i].Type, r.Event.Seq, i+2)
		}
	}
	made.hook = "hook-" + slug.Slug()
	h, err := c.chat.Keys.ClaimHook(c.t.Context(), made.hook, made.hook)
	if err == nil {
		_, err = c.chat.Rooms.AddHook(c.t.Context(), rooms.Actor{Name: boss}, rooms.Hook{Room: id, Name: h, Out: &rooms.Outgoing{URL: "https://example.org/"}})
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return id
}

func (c *column) append(entries ...rooms.Entry) []rooms.Result {
	c.t.Helper()
	res, err := c.store.Append(c.t.Context(), entries)
	if err != nil {
		c.t.Fatal(err)
	}
	for i, r := range res {
		if r.Err != nil {
			c.t.Fatalf("%s of the room's making: %v", entries[i].Type, r.Err)
		}
	}
	return res
}

// makeDirect makes a conversation: of the person and others for a member and a bot, of others alone for everybody else.
func (c *column) makeDirect(made *matrixRoom, role byte) rooms.ID {
	c.t.Helper()
	other, person := mustRead(c.t, "other"), mustRead(c.t, made.person)
	in := strings.IndexByte("mB", role) >= 0
	var with []text.Name
	made.label = "@other"
	if c.group {
		with, made.label = append(with, mustRead(c.t, "nobody1")), "@nobody1,@other"
	}
	if in {
		with = append(with, person)
	} else {
		with, made.label = append(with, mustRead(c.t, "boss")), "@boss,"+made.label // what others say to each other cannot even be named
	}
	room, err := c.chat.Rooms.DirectRoom(c.t.Context(), rooms.Actor{Name: other}, with)
	if err != nil {
		c.t.Fatal(err)
	}
	say := func(who text.Name, typ rooms.Type, words string) uint64 {
		e, err := c.chat.Rooms.Post(c.t.Context(), rooms.Actor{Name: who}, rooms.Post{Room: room.ID, Type: typ, Text: text.NewBody(words)})
		if err != nil {
			c.t.Fatal(err)
		}
		return e.Seq
	}
	made.ref, made.poll = say(other, rooms.Message, "hello"), say(other, rooms.Poll, "tea?\nyes\nno")
	made.hook = "no-hook"
	pin := rooms.Entry{Room: room.ID, Type: rooms.Pin, Ref: made.poll}
	if _, _, err := c.chat.Rooms.Do(c.t.Context(), rooms.Actor{Name: other}, pin); err != nil {
		c.t.Fatal(err)
	}
	if in {
		made.mine, made.own = say(person, rooms.Poll, "tea?\nyes\nno"), say(person, rooms.Message, "hello")
		react := rooms.Entry{Room: room.ID, Type: rooms.React, Ref: made.ref, Detail: "eyes"}
		if _, _, err := c.chat.Rooms.Do(c.t.Context(), rooms.Actor{Name: person}, react); err != nil {
			c.t.Fatal(err)
		}
	}
	return room.ID
}
