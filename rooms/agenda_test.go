package rooms_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parley/rooms"
	"parley/rooms/sqlite"
	"parley/text"
)

func schedule(tb testing.TB, m *rooms.Manager, who string, j rooms.Job) rooms.Job {
	tb.Helper()
	j, err := m.Schedule(tb.Context(), actor(tb, who), j)
	if err != nil {
		tb.Fatalf("%s schedules: %v", who, err)
	}
	return j
}

// fire does what is due, and returns how many jobs of somebody are left.
func fire(tb testing.TB, m *rooms.Manager, who string) int {
	tb.Helper()
	if _, err := m.Fire(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	list, err := m.Jobs(tb.Context(), actor(tb, who))
	if err != nil {
		tb.Fatal(err)
	}
	return len(list)
}

// notices waits for a session's next lines.
func notices(tb testing.TB, s *rooms.Session) (lines []string) {
	tb.Helper()
	wait(tb, s, "a notice", func() bool {
		for _, l := range s.Notices() {
			lines = append(lines, l.String())
		}
		return len(lines) > 0
	})
	return lines
}

func TestAReminderIsToldToWhoIsHere(t *testing.T) {
	now := &clock{}
	m := open(t, openStore(t), rooms.Options{Clock: now.now})
	ana, second, bo := attach(t, m, "ana"), attach(t, m, "ana"), attach(t, m, "bo")
	schedule(t, m, "ana", rooms.Job{For: name(t, "ana"), Text: text.NewBody("tea"), At: now.now().Add(time.Hour)})
	schedule(t, m, "ana", rooms.Job{For: name(t, "bo"), Text: text.NewBody("lunch"), At: now.now().Add(2 * time.Hour)})
	if n := fire(t, m, "ana"); n != 2 || len(ana.Notices()) > 0 {
		t.Errorf("before their time %d jobs are left", n)
	}
	now.move(time.Hour)
	if n := fire(t, m, "ana"); n != 1 {
		t.Errorf("after the first %d jobs are left", n)
	}
	for _, s := range []*rooms.Session{ana, second} {
		if got := notices(t, s); len(got) != 1 || got[0] != "reminder: tea" {
			t.Errorf("ana is told %q", got)
		}
	}
	now.move(time.Hour)
	fire(t, m, "ana")
	if got := notices(t, bo); len(got) != 1 || got[0] != "ana reminds you: lunch" {
		t.Errorf("bo is told %q", got)
	}
}

// Who is not here is told at the next login, once, whatever happens to the server meanwhile.
func TestAReminderWaits(t *testing.T) {
	now := &clock{}
	store := openStore(t)
	first := rooms.New(store, rooms.LocalBus{}, rooms.Options{Clock: now.now})
	for range 3 {
		schedule(t, first, "ana", rooms.Job{For: name(t, "bo"), Text: text.NewBody("lunch"), At: now.now().Add(time.Hour)})
	}
	now.move(2 * time.Hour)
	if n := fire(t, first, "bo"); n != 3 {
		t.Fatalf("%d reminders wait, want 3", n)
	}
	if err := first.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	m := open(t, store, rooms.Options{Clock: now.now})
	if n := fire(t, m, "bo"); n != 3 {
		t.Fatalf("%d reminders wait after a restart, want 3", n)
	}
	exec, err := m.Attach(t.Context(), actor(t, "bo"), rooms.SessionInfo{Face: "exec"})
	if err != nil {
		t.Fatal(err)
	}
	if exec.Close(); fire(t, m, "bo") != 3 {
		t.Error("a command took the reminders, and nobody has read them")
	}
	bo := attach(t, m, "bo")
	var got []string
	for len(got) < 3 {
		got = append(got, notices(t, bo)...)
	}
	for _, line := range got {
		if line != "ana reminded you at 2027-01-15 09:00 UTC: lunch" {
			t.Errorf("bo is told %q", line)
		}
	}
	eventually(t, "the end of the last job", func() bool { return fire(t, m, "bo") == 0 })
}

// forgetful is a store that fails to drop a job: a crash between a commit and what follows it.
type forgetful struct {
	rooms.Store
	fails atomic.Int32 // times that it fails yet
}

func (f *forgetful) DropJob(ctx context.Context, id uint64) (bool, error) {
	if f.fails.Add(-1) >= 0 {
		return false, errors.New("the computer stops here")
	}
	return f.Store.DropJob(ctx, id)
}

func TestAScheduledMessageIsPostedOnce(t *testing.T) {
	now := &clock{}
	store := &forgetful{Store: openStore(t)}
	store.fails.Store(3)
	m := open(t, store, rooms.Options{Clock: now.now})
	ops := create(t, m, "ops", rooms.Public, "ana", "bo")
	schedule(t, m, "bo", rooms.Job{Room: ops.ID, Text: text.NewBody("good morning\n@ana"), At: now.now().Add(time.Hour)})
	now.move(25 * time.Hour)
	for store.fails.Load() > 0 { // the manager's own timer may come in between
		if _, err := m.Fire(t.Context()); err != nil && !errors.Is(err, rooms.ErrUnavailable) {
			t.Errorf("the store failed and Fire returned %v", err)
		}
	}
	eventually(t, "no job is left", func() bool { return fire(t, m, "bo") == 0 })
	list, err := m.Events(t.Context(), actor(t, "ana"), ops.ID, ops.Seq, 10)
	if err != nil || len(list) != 1 || list[0].Text.String() != "good morning\n@ana" || list[0].Author != name(t, "bo") {
		t.Errorf("the room has %v (%v)", list, err)
	}
}

func TestWhoMayNotPostAnyMoreIsTold(t *testing.T) {
	now := &clock{}
	m := open(t, openStore(t), rooms.Options{Clock: now.now})
	ops := create(t, m, "ops", rooms.Public, "ana", "bo")
	schedule(t, m, "bo", rooms.Job{Room: ops.ID, Text: text.NewBody("good morning"), At: now.now().Add(time.Hour)})
	if err := m.Leave(t.Context(), actor(t, "bo"), ops.ID); err != nil {
		t.Fatal(err)
	}
	now.move(time.Hour)
	fire(t, m, "bo")
	bo := attach(t, m, "bo")
	if got := notices(t, bo); len(got) != 1 || got[0] != "your message for #ops was not posted: you are not in that room: /join it first | good morning" {
		t.Errorf("bo is told %q", got)
	}
	eventually(t, "the end of the job", func() bool { return fire(t, m, "bo") == 0 })
}

// What somebody has scheduled whose keys were removed waits for them, in case that they come back.
func TestWhoIsGonePostsNothing(t *testing.T) {
	now := &clock{}
	m := open(t, openStore(t), rooms.Options{Clock: now.now, Author: func(_ context.Context, j rooms.Job) (rooms.Actor, bool) {
		return rooms.Actor{Name: j.By}, j.By != name(t, "bo")
	}})
	ops := create(t, m, "ops", rooms.Public, "ana", "bo")
	for _, who := range []string{"ana", "bo"} {
		schedule(t, m, who, rooms.Job{Room: ops.ID, Text: text.NewBody("from " + who), At: now.now().Add(time.Hour)})
		schedule(t, m, who, rooms.Job{For: name(t, "kei"), Text: text.NewBody("by " + who), At: now.now().Add(time.Hour)})
	}
	kei := attach(t, m, "kei")
	now.move(time.Hour)
	if left := fire(t, m, "ana") + fire(t, m, "bo"); left != 1 {
		t.Errorf("%d messages are kept, want that of bo", left)
	}
	list, err := m.Events(t.Context(), actor(t, "ana"), ops.ID, ops.Seq, 10)
	if err != nil || len(list) != 1 || list[0].Text.String() != "from ana" {
		t.Errorf("the room has %v (%v)", list, err)
	}
	if got := notices(t, kei); len(got) != 1 || got[0] != "ana reminds you: by ana" {
		t.Errorf("kei is told %q", got)
	}
	bo := attach(t, m, "bo")
	if got := notices(t, bo); len(got) != 1 || got[0] != "your message for #ops was not posted: your keys had been removed by then | from bo" {
		t.Errorf("bo is told %q", got)
	}
	eventually(t, "the end of the job", func() bool { return fire(t, m, "bo") == 0 })
}

// What a program has scheduled is a program's, and staff writes as staff, by the role of the time at which it is posted.
func TestAScheduledMessageIsPostedAsWhoItsAuthorIs(t *testing.T) {
	now := &clock{}
	m := open(t, openStore(t), rooms.Options{Clock: now.now, Author: func(_ context.Context, j rooms.Job) (rooms.Actor, bool) {
		return rooms.Actor{Name: j.By, Staff: j.By == name(t, "kei"), Bot: j.By == name(t, "bo")}, true
	}})
	ops := create(t, m, "ops", rooms.Public, "ana", "bo", "kei")
	for _, who := range []string{"bo", "kei"} {
		schedule(t, m, who, rooms.Job{Room: ops.ID, Text: text.NewBody("from " + who), At: now.now().Add(time.Hour)})
	}
	locked := create(t, m, "hall", rooms.Public, "ana", "kei")
	schedule(t, m, "kei", rooms.Job{Room: locked.ID, Text: text.NewBody("from kei"), At: now.now().Add(time.Hour)})
	if _, _, err := m.Do(t.Context(), actor(t, "ana"), rooms.Entry{Room: locked.ID, Type: rooms.Set, Detail: rooms.PropLocked, Text: text.NewBody("on")}); err != nil {
		t.Fatal(err)
	}
	now.move(time.Hour)
	fire(t, m, "ana")
	list, err := m.Events(t.Context(), actor(t, "ana"), ops.ID, ops.Seq, 10)
	if err != nil || len(list) != 2 {
		t.Fatalf("the room has %v (%v)", list, err)
	}
	for _, e := range list {
		if e.Bot != (e.Author == name(t, "bo")) {
			t.Errorf("%s wrote %q, by a program: %v", e.Author, e.Text, e.Bot)
		}
	}
	if room, err := m.Room(t.Context(), actor(t, "ana"), locked.ID); err != nil || room.Messages != 1 {
		t.Errorf("the locked room has %d messages (%v)", room.Messages, err)
	}
}

// What a limit holds back is posted when the limit lets it, and holds nobody else's back.
func TestALimitHoldsAScheduledMessage(t *testing.T) {
	now := &clock{}
	m := open(t, openStore(t), rooms.Options{Clock: now.now})
	ops := create(t, m, "ops", rooms.Public, "ana", "bo")
	at := now.now().Add(time.Hour)
	for _, who := range []string{"bo", "bo", "ana"} {
		schedule(t, m, who, rooms.Job{Room: ops.ID, Text: text.NewBody("from " + who), At: at})
	}
	if _, _, err := m.Do(t.Context(), actor(t, "ana"), rooms.Entry{Room: ops.ID, Type: rooms.Set, Detail: rooms.PropSlow, Text: text.NewBody("1m")}); err != nil {
		t.Fatal(err)
	}
	now.move(time.Hour)
	next, err := m.Fire(t.Context())
	if err != nil || next.Before(now.now()) || next.After(now.now().Add(time.Minute)) {
		t.Errorf("the next try is at %v (%v), now is %v", next, err, now.now())
	}
	if left := fire(t, m, "bo") + fire(t, m, "ana"); left != 1 {
		t.Errorf("%d messages are held back, want 1", left)
	}
	now.move(time.Minute)
	if left := fire(t, m, "bo"); left != 0 {
		t.Errorf("%d messages are held back after the pause", left)
	}
}

func TestWhatCannotBeScheduled(t *testing.T) {
	now := &clock{}
	m := open(t, openStore(t), rooms.Options{Clock: now.now})
	secret := create(t, m, "secret", rooms.Private, "ana")
	bo := actor(t, "bo")
	soon := now.now().Add(time.Minute)
	for _, c := range []struct {
		job  rooms.Job
		want string
	}{
		{rooms.Job{Room: secret.ID, Text: text.NewBody("hi"), At: soon}, "there is no such room"},
		{rooms.Job{For: bo.Name, Text: text.NewBody("hi"), At: now.now()}, "that time is over already"},
		{rooms.Job{For: bo.Name, At: soon}, "the message is empty"},
		{rooms.Job{For: bo.Name, Text: text.NewBody("two\nlines"), At: soon}, "a reminder is one line"},
		{rooms.Job{For: bo.Name, Text: text.NewBody(strings.Repeat("x", rooms.MaxReminder+1)), At: soon}, "a reminder is one line"},
	} {
		if _, err := m.Schedule(t.Context(), bo, c.job); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%+v is answered by %v", c.job, err)
		}
	}
	for range rooms.MaxJobs {
		schedule(t, m, "bo", rooms.Job{For: bo.Name, Text: text.NewBody("hi"), At: soon})
	}
	if _, err := m.Schedule(t.Context(), bo, rooms.Job{For: bo.Name, Text: text.NewBody("hi"), At: soon}); err == nil {
		t.Error("one more than the most was taken")
	}
	list, err := m.Jobs(t.Context(), bo)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Cancel(t.Context(), actor(t, "kei"), list[0].ID); !errors.Is(err, rooms.ErrNoJob) {
		t.Errorf("somebody else cancels it: %v", err)
	}
	if err := m.Cancel(t.Context(), bo, list[0].ID); err != nil {
		t.Error(err)
	}
	if n := fire(t, m, "bo"); n != rooms.MaxJobs-1 {
		t.Errorf("%d jobs are left", n)
	}
}

// The timer fires by itself: for what was due while the server was down at once, and for a job that was added later.
func TestTheTimerFires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "parley.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		if _, err := store.AddJob(t.Context(), rooms.Job{By: name(t, "ana"), For: name(t, "ana"), Text: text.NewBody("old"), Made: time.Now(), At: time.Now().Add(-time.Hour)}); err != nil {
			t.Fatal(err)
		}
		for range 20 { // more than a session holds at once
			if _, err := store.AddJob(t.Context(), rooms.Job{By: name(t, "kei"), For: name(t, "kei"), Text: text.NewBody("many"), Made: time.Now(), At: time.Now(), Waits: true}); err != nil {
				t.Fatal(err)
			}
		}
		m := rooms.New(store, rooms.LocalBus{}, rooms.Options{})
		defer m.Close(t.Context())
		synctest.Wait()
		kei := attach(t, m, "kei")
		defer kei.Close()
		told := 0
		for range 20 {
			time.Sleep(time.Second)
			synctest.Wait()
			told += len(kei.Notices())
		}
		if told != 20 {
			t.Errorf("kei is told %d reminders, want 20", told)
		}
		ana := attach(t, m, "ana")
		defer ana.Close()
		if got := notices(t, ana); len(got) != 1 || !strings.HasSuffix(got[0], ": old") {
			t.Errorf("ana is told %q", got)
		}
		schedule(t, m, "ana", rooms.Job{For: name(t, "ana"), Text: text.NewBody("late"), At: time.Now().Add(30 * time.Hour)})
		schedule(t, m, "ana", rooms.Job{For: name(t, "ana"), Text: text.NewBody("soon"), At: time.Now().Add(time.Hour)})
		time.Sleep(time.Hour - time.Second)
		synctest.Wait()
		if got := ana.Notices(); len(got) > 0 {
			t.Errorf("told too soon: %q", got)
		}
		for _, want := range []struct {
			after time.Duration
			line  string
		}{{time.Second, "reminder: soon"}, {29 * time.Hour, "reminder: late"}} {
			time.Sleep(want.after)
			synctest.Wait()
			if got := ana.Notices(); len(got) != 1 || got[0].String() != want.line {
				t.Errorf("ana is told %q, want %q", got, want.line)
			}
		}
	})
}
