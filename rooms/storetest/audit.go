package storetest

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"parley/rooms"
	"parley/text"
)

func deed(tb testing.TB, n int, who, action, target string, room rooms.ID) rooms.Deed {
	tb.Helper()
	return rooms.Deed{Time: at(n), Who: name(tb, who), Action: action, Room: room, Target: target, Why: fmt.Sprint("reason ", n)}
}

func auditLog(t *testing.T, h Harness) {
	s := h.Open(t)
	ctx := t.Context()
	log := []rooms.Deed{
		deed(t, 1, "alice", "ban", "mallory", 0),
		deed(t, 2, "bob", "kick", "mallory", 7),
		deed(t, 3, "alice", "defcon", "3", 0),
		deed(t, 4, "bob", "ban", "10.0.0.0/8", 0),
	}
	for _, d := range log {
		if err := s.Record(ctx, d); err != nil {
			t.Fatal(err)
		}
	}
	hostile := rooms.Deed{Time: at(5), Who: name(t, "bob"), Action: "kick", Room: 8, Target: "x\x1b[2J", Why: strings.Repeat("w", 5000) + "\n\u202e"}
	if err := s.Record(ctx, hostile); err != nil {
		t.Fatal(err)
	}
	log = append(log, hostile.Safe())
	for _, d := range []rooms.Deed{{Action: "ban"}, {Who: name(t, "bob")}} {
		if err := s.Record(ctx, d); err == nil {
			t.Errorf("%+v says not who did what, and is in the log", d)
		}
	}
	s = h.Reopen(t, s)
	for _, c := range []struct {
		what string
		q    rooms.AuditQuery
		want []int
	}{
		{"everything", rooms.AuditQuery{}, []int{5, 4, 3, 2, 1}},
		{"a page", rooms.AuditQuery{Limit: 2}, []int{5, 4}},
		{"the next page", rooms.AuditQuery{Limit: 2, Before: 4}, []int{3, 2}},
		{"by alice", rooms.AuditQuery{Who: name(t, "alice")}, []int{3, 1}},
		{"about mallory", rooms.AuditQuery{Target: "mallory"}, []int{2, 1}},
		{"in a room", rooms.AuditQuery{Room: 7}, []int{2}},
		{"since", rooms.AuditQuery{Since: at(3)}, []int{5, 4, 3}},
		{"all at once", rooms.AuditQuery{Who: name(t, "bob"), Target: "mallory", Room: 7, Since: at(2), Before: 9, Limit: 9}, []int{2}},
		{"nobody", rooms.AuditQuery{Who: name(t, "carol")}, nil},
	} {
		got, err := s.Audit(ctx, c.q)
		var want []rooms.Deed
		for _, n := range c.want {
			d := log[n-1]
			d.ID = uint64(n)
			want = append(want, d)
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s is\n%+v (%v), want\n%+v", c.what, got, err, want)
		}
	}
}

func reports(t *testing.T, h Harness) {
	s := h.Open(t)
	ctx := t.Context()
	room := create(t, s, "alice", "general", rooms.Public)
	report := rooms.Report{Time: at(1), By: name(t, "bob"), Room: room.ID, Seq: 1, Author: name(t, "alice"), Quote: "what was said", Why: "rude"}
	for want := uint64(1); want <= 2; want++ {
		report.Seq = want
		for range 2 { // the same again is the same
			if id, err := s.AddReport(ctx, report); err != nil || id != want {
				t.Fatalf("the report has the number %d (%v), want %d", id, err, want)
			}
		}
	}
	if _, err := s.ResolveReport(ctx, 3, name(t, "alice")); !errors.Is(err, rooms.ErrNoReport) {
		t.Errorf("a report that is not there: %v", err)
	}
	s = h.Reopen(t, s)
	report.ID, report.Seq, report.Resolver = 1, 1, name(t, "alice")
	if got, err := s.ResolveReport(ctx, 1, name(t, "alice")); err != nil || !reflect.DeepEqual(got, report) {
		t.Errorf("the closed report is %+v (%v), want %+v", got, err, report)
	}
	if _, err := s.ResolveReport(ctx, 1, name(t, "carol")); !errors.Is(err, rooms.ErrNoReport) {
		t.Errorf("a report was closed twice: %v", err)
	}
	report.ID, report.Seq, report.Resolver = 2, 2, rooms.Report{}.Resolver
	if got, err := s.Reports(ctx); err != nil || !reflect.DeepEqual(got, []rooms.Report{report}) {
		t.Errorf("open are %+v (%v), want %+v", got, err, report)
	}
	for seq := uint64(3); seq <= rooms.MaxReports+1; seq++ {
		report.Seq = seq
		if _, err := s.AddReport(ctx, report); err != nil {
			t.Fatal(err)
		}
	}
	report.Seq = 99
	if _, err := s.AddReport(ctx, report); !errors.Is(err, rooms.ErrReports) {
		t.Errorf("report %d of one person: %v", rooms.MaxReports+1, err)
	}
	report.By = name(t, "carol")
	if _, err := s.AddReport(ctx, report); err != nil {
		t.Errorf("the first report of another: %v", err)
	}
}

func facts(t *testing.T, h Harness) {
	s := h.Open(t)
	ctx := t.Context()
	if got, err := s.Fact(ctx, "defcon"); err != nil || got != "" {
		t.Errorf("a fact that was never set is %q (%v)", got, err)
	}
	for _, v := range []string{"3", "4"} {
		if err := s.SetFact(ctx, "defcon", v); err != nil {
			t.Fatal(err)
		}
	}
	s = h.Reopen(t, s)
	if got, err := s.Fact(ctx, "defcon"); err != nil || got != "4" {
		t.Errorf("the fact is %q (%v), want 4", got, err)
	}
}

func sanctions(t *testing.T, h Harness) {
	s := h.Open(t)
	ctx := t.Context()
	list := []rooms.Sanction{
		{Name: name(t, "mallory"), By: name(t, "alice"), Reason: text.NewBody("loud"), Made: at(1)},
		{Key: "SHA256:a", By: name(t, "alice"), Made: at(2), Until: at(50)},
		{Prefix: "10.0.0.0/8", By: name(t, "bob"), Made: at(3), Until: at(9)},
	}
	for i := range list {
		id, err := s.Sanction(ctx, list[i])
		if err != nil {
			t.Fatal(err)
		}
		list[i].ID = id
	}
	s = h.Reopen(t, s)
	if got, err := s.Sanctions(ctx, 0); err != nil || !reflect.DeepEqual(got, list) {
		t.Errorf("the sanctions are %+v (%v), want %+v", got, err, list)
	}
	// A new one takes the place of the old one for the same, and drops what is over.
	again := rooms.Sanction{Name: name(t, "mallory"), By: name(t, "bob"), Made: at(10)}
	id, err := s.Sanction(ctx, again)
	if again.ID = id; err != nil || id <= list[2].ID {
		t.Errorf("the new ban has the number %d (%v)", id, err)
	}
	if got, err := s.Sanctions(ctx, 0); err != nil || !reflect.DeepEqual(got, []rooms.Sanction{list[1], again}) {
		t.Errorf("the sanctions are %+v (%v)", got, err)
	}
	for range 2 { // lifting what is not there is no error
		if err := s.Lift(ctx, rooms.Sanction{Key: "SHA256:a", By: name(t, "bob"), Made: at(11)}); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := s.Sanctions(ctx, 0); err != nil || !reflect.DeepEqual(got, []rooms.Sanction{again}) {
		t.Errorf("the sanctions are %+v (%v)", got, err)
	}
	log, err := s.Audit(ctx, rooms.AuditQuery{Target: "SHA256:a"})
	if err != nil || len(log) != 3 || log[2].Action != "ban" || log[2].Why != "until 2026-03-01T00:00:50Z" || log[1].Action != "unban" || log[1].Who != name(t, "bob") {
		t.Errorf("the audit log says %+v (%v)", log, err)
	}
}

// What moderates is in the audit log with its event, and what was refused is in neither.
func moderationIsAudited(t *testing.T, h Harness) {
	s := h.Open(t)
	ctx := t.Context()
	room := create(t, s, "alice", "general", rooms.Public)
	alice, bob := name(t, "alice"), name(t, "bob")
	must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Join, Author: bob, Time: at(1)})
	said := must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Message, Author: bob, Time: at(2), Text: text.NewBody("buy pills")}).Event.Seq
	own := must(t, s, rooms.Entry{Room: room.ID, Type: rooms.Message, Author: bob, Time: at(2), Text: text.NewBody("oops")}).Event.Seq
	batch := []rooms.Entry{
		{Type: rooms.Delete, Author: bob, Ref: own}, // one's own: nobody's business
		{Type: rooms.Kick, Author: bob, Target: alice},
		{Type: rooms.Set, Author: alice, Detail: rooms.PropLocked, Text: text.NewBody("on")},
		{Type: rooms.Delete, Author: alice, Ref: said, Text: text.NewBody("spam")},
		{Type: rooms.Ban, Author: alice, Target: bob, Until: at(90), Text: text.NewBody("more spam")},
		{Type: rooms.Topic, Author: alice, Text: text.NewBody("quiet now")},
	}
	for i := range batch {
		batch[i].Room, batch[i].Time = room.ID, at(3+i)
	}
	results, err := s.Append(ctx, batch)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range results {
		if (r.Err != nil) != (i == 1) {
			t.Errorf("%s: %v", batch[i].Type, r.Err)
		}
	}
	s = h.Reopen(t, s)
	log, err := s.Audit(ctx, rooms.AuditQuery{Room: room.ID})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range log {
		if d.Who != alice {
			t.Errorf("%+v is in the log", d)
		}
		got = append(got, strings.TrimSpace(d.Action+" "+d.Target+" "+d.Why))
	}
	want := []string{"ban bob until 2026-03-01T00:01:30Z more spam", fmt.Sprintf("delete bob %d spam", said), "set  lock on"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the log says %q, want %q", got, want)
	}
}
