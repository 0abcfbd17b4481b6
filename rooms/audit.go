package rooms

import (
	"context"
	"time"

	"parley/text"
)

// Deed is one entry of the audit log: what somebody did to the server, to a
// room or to somebody in it. The log is only ever added to.
type Deed struct {
	ID     uint64    // grows with each entry; given by the store
	Time   time.Time // UTC, millisecond precision
	Who    text.Name
	Action string // a machine word: an event's type, or a command of the server
	Room   ID     // 0 for the server
	Target string // a name, a key's fingerprint, a network, a setting; "" for none
	Why    string // the reason that was given, "" for none; behind the seq of the message that a delete is about
}

// Bounds of what one entry may hold, in columns; what is wider is cut.
const (
	MaxAction = 32
	MaxTarget = 200
	MaxWhy    = 400
)

// AuditQuery asks for a page of the audit log. A field that is zero asks for nothing.
type AuditQuery struct {
	Before uint64 // entries with a smaller ID
	Limit  int    // at most this many, at most 1,000; 0 for 1,000
	Who    text.Name
	Target string
	Room   ID
	Since  time.Time
}

// MaxAudit is the longest page of the audit log.
const MaxAudit = 1000

// Safe returns the deed with every text cut and cleaned: what the stores keep.
func (d Deed) Safe() Deed {
	d.Action = text.NewLine(d.Action, MaxAction).String()
	d.Target = text.NewLine(d.Target, MaxTarget).String()
	d.Why = text.NewLine(d.Why, MaxWhy).String()
	d.Time = time.UnixMilli(d.Time.UnixMilli()).UTC()
	return d
}

// Record adds an entry to the audit log, stamped with the time. What a room's
// events do is recorded by the store itself, with the event.
func (m *Manager) Record(ctx context.Context, d Deed) error {
	if err := m.begin(); err != nil {
		return err
	}
	defer m.work.Done()
	d.Time = m.now()
	return m.askerFailed(ctx, m.store.Record(ctx, d))
}

// Audit returns a page of the audit log, newest first. Who may read which part of it is the caller's to check.
func (m *Manager) Audit(ctx context.Context, q AuditQuery) ([]Deed, error) {
	list, err := m.store.Audit(ctx, q)
	return list, m.askerFailed(ctx, err)
}
