package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"parley/rooms"
	"parley/rooms/sqlite"
	"parley/text"
)

const (
	searchRooms  = 50
	searchPeople = 100
	// seldom is in how many messages a selective word is.
	seldom = 20
	// searchTries is how often each search is made; the median counts.
	searchTries = 5
)

// searching measures searches in many messages, in a process of its own: the first page of what few messages have, and of what is
// worst to look for.
func searching(ctx context.Context, l *lab, r *report) error {
	l.mu.Lock()
	dir := filepath.Join(l.dir, "search")
	l.mu.Unlock()
	p, err := spawn(ctx, dir+".log", nil, func(line string) bool { return line == "begun" }, l.self, "search", dir, strconv.Itoa(l.scale.searched))
	if err != nil {
		return err
	}
	<-p.exited
	if p.err != nil {
		return p.err
	}
	file, err := os.ReadFile(filepath.Join(dir, searchFigures))
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(file)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "\t")
		v, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return err
		}
		u, h := milliseconds, atMost(100)
		switch {
		case name == "messages":
			u, h = count, hold{}
		case strings.HasSuffix(name, "an older database"):
			u, h = perSecond, hold{}
		case strings.HasPrefix(name, "any"):
			h = atMost(500)
		}
		r.add("search: "+name, u, h, parley, v)
	}
	return nil
}

// searchFigures is the file in which the process writes what it has measured: lines of a name and a number.
const searchFigures = "figures"

// search is the process: args are the folder of the database and how many messages there are.
func search(args []string) error {
	ctx := context.Background()
	total, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	file := filepath.Join(args[0], "parley.db")
	fmt.Println("begun")
	lib := &library{corpus: newCorpus(), total: total}
	began := time.Now()
	if err := lib.fill(ctx, file); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%d messages took %v\n", total, time.Since(began).Round(time.Millisecond))
	lib.measured("messages", float64(total))
	if err := lib.open(ctx, file, lib.measure); err != nil {
		return err
	}
	if err := lib.upgrade(ctx, file); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(args[0], searchFigures), []byte(lib.figures.String()), 0o600)
}

// library is a database in which somebody searches.
type library struct {
	*corpus
	total   int
	people  []text.Name
	rooms   []rooms.ID
	figures strings.Builder
}

func (lib *library) measured(name string, value float64) {
	fmt.Fprintf(&lib.figures, "%s\t%f\n", name, value)
}

// seldomly are the words that few messages have.
var seldomly = [...]string{"quokka", "珈琲", "the release train leaves"}

// fill writes the messages, a second apart.
func (lib *library) fill(ctx context.Context, file string) (err error) {
	store, err := sqlite.Open(ctx, file)
	if err != nil {
		return err
	}
	defer func() { err = firstOf(err, store.Close()) }()
	now := time.Now().Add(-time.Duration(lib.total) * time.Second)
	for i := range searchPeople {
		name, err := text.ParseName(nameOf(i))
		if err != nil {
			return err
		}
		lib.people = append(lib.people, name)
	}
	if err := lib.found(ctx, store, now); err != nil {
		return err
	}
	var batch []rooms.Entry
	for i := range lib.total {
		body := lib.message()
		if every := max(1, lib.total/seldom); i%every < len(seldomly) && i/every < seldom {
			body += " " + seldomly[i%every]
		}
		// The first person writes in the first room only, and the first room has nobody else.
		room, who := 1+i%(searchRooms-1), 1+lib.rand.IntN(searchPeople-1)
		if i%searchRooms == 0 {
			room, who = 0, 0
		}
		batch = append(batch, rooms.Entry{Room: lib.rooms[room], Type: rooms.Message, Author: lib.people[who],
			Time: now.Add(time.Duration(i) * time.Second), Text: text.NewBody(body)})
		if len(batch) == 512 || i == lib.total-1 {
			if _, err := store.Append(ctx, batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	return nil
}

// found makes the rooms, each with all people.
func (lib *library) found(ctx context.Context, store rooms.Store, now time.Time) error {
	for i := range searchRooms {
		name, err := text.ParseRoomName(fmt.Sprintf("#room%d", i))
		if err != nil {
			return err
		}
		made, err := store.Append(ctx, []rooms.Entry{{Type: rooms.Create, Author: lib.people[0], Time: now, New: rooms.Room{Name: name, Kind: rooms.Public}}})
		if err != nil {
			return err
		}
		lib.rooms = append(lib.rooms, made[0].Room.ID)
		var joins []rooms.Entry
		for _, who := range lib.people[1:] {
			joins = append(joins, rooms.Entry{Room: made[0].Room.ID, Type: rooms.Join, Author: who, Time: now})
		}
		if _, err := store.Append(ctx, joins); err != nil {
			return err
		}
	}
	return nil
}

// open runs fn with a manager on the database.
func (lib *library) open(ctx context.Context, file string, fn func(context.Context, *rooms.Manager) error) error {
	store, err := sqlite.Open(ctx, file)
	if err != nil {
		return err
	}
	m := rooms.New(store, rooms.LocalBus{}, rooms.Options{})
	return firstOf(fn(ctx, m), m.Close(ctx), store.Close())
}

// asked is one search to be measured. any marks what is allowed more time.
type asked struct {
	name   string
	query  rooms.Query
	finds  int // at least; -1 for nothing at all
	before time.Time
}

func (lib *library) asks() []asked {
	common := lib.words[0][0]
	for _, w := range lib.words[0][1:40] {
		if len(w) > len(common) {
			common = w
		}
	}
	here := lib.rooms[:1]
	return []asked{
		{name: "a word of few messages", query: rooms.Query{Words: []string{seldomly[0]}}, finds: seldom},
		{name: "two kanji of few messages", query: rooms.Query{Words: []string{seldomly[1]}}, finds: seldom},
		{name: "a phrase of few messages", query: rooms.Query{Words: []string{seldomly[2]}}, finds: seldom},
		{name: "a word that there is not", query: rooms.Query{Words: []string{"zyzzyva"}}, finds: -1},
		{name: "one room and a common word", query: rooms.Query{Words: []string{"ok"}, In: here}, finds: 50},
		{name: "any, a word of every message", query: rooms.Query{Words: []string{"ok"}}, finds: 50},
		{name: "any, common letters that no message has so", query: rooms.Query{Words: []string{common + common + common}}, finds: -1},
		{name: "any, common words that no message has so", query: rooms.Query{Words: []string{common + " " + common + " " + common + " " + common}}, finds: -1},
		{name: "any, two letters that no message has so", query: rooms.Query{Words: []string{"qz"}}, finds: -1},
		{name: "any, a person who was not in that room", query: rooms.Query{Words: []string{"ok"}, From: lib.people[1:2], In: here}, finds: -1},
		{name: "any, all rooms but one of one person", query: rooms.Query{From: lib.people[:1], NotIn: here}, finds: -1},
		{name: "any, what lacks a common word", query: rooms.Query{Without: []string{common}}, finds: 50},
		{name: "any, what lacks a word of every message", query: rooms.Query{Without: []string{"ok"}}, finds: -1},
		{name: "any, the oldest page of a common word", query: rooms.Query{Words: []string{"ok"}}, finds: 1,
			before: time.Now().Add(-time.Duration(lib.total-60) * time.Second)},
	}
}

func (lib *library) measure(ctx context.Context, m *rooms.Manager) error {
	if _, err := lib.settle(ctx, m); err != nil {
		return err
	}
	for _, a := range lib.asks() {
		took, found, err := lib.ask(ctx, m, a)
		if err != nil {
			return err
		}
		if n := len(found.Events); n < a.finds && !found.Part || a.finds < 0 && n > 0 {
			return fmt.Errorf("%w: a search for %s finds %d messages", errDelivery, a.name, n)
		}
		lib.measured(a.name, took.Seconds())
	}
	return nil
}

// ask makes one search several times.
func (lib *library) ask(ctx context.Context, m *rooms.Manager, a asked) (time.Duration, rooms.Found, error) {
	var all []time.Duration
	var found rooms.Found
	for range searchTries {
		start := time.Now()
		var err error
		if found, err = m.Search(ctx, rooms.Actor{Name: lib.people[2]}, a.query, rooms.Position{Time: a.before}, 50); err != nil {
			return 0, found, err
		}
		all = append(all, time.Since(start))
	}
	slices.Sort(all)
	return all[len(all)/2], found, nil
}

// upgrade takes the index away, as it is when an older database was just opened, and measures searches until it is there again.
func (lib *library) upgrade(ctx context.Context, file string) error {
	db, err := sql.Open("sqlite", file)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "DELETE FROM search_marks; DELETE FROM search_blocks")
	if err := firstOf(err, db.Close()); err != nil {
		return err
	}
	return lib.open(ctx, file, func(ctx context.Context, m *rooms.Manager) error {
		start := time.Now()
		worst, err := lib.settle(ctx, m)
		if err != nil {
			return err
		}
		lib.measured("any, while the index is being made", worst.Seconds())
		lib.measured("messages put into the index of an older database", float64(lib.total)/time.Since(start).Seconds())
		return nil
	})
}

// settle searches until the index has what the store holds, and returns how long the longest search took.
func (lib *library) settle(ctx context.Context, m *rooms.Manager) (worst time.Duration, err error) {
	for quick := 0; quick < 5; {
		began := time.Now()
		found, err := m.Search(ctx, rooms.Actor{Name: lib.people[2]}, rooms.Query{Words: []string{"zyzzyva"}}, rooms.Position{}, 50)
		if err != nil {
			return 0, err
		}
		took := time.Since(began)
		worst = max(worst, took)
		if quick++; found.Part || took > 100*time.Millisecond {
			quick = 0
		}
	}
	return worst, nil
}
