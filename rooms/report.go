package rooms

import (
	"context"
	"errors"
	"time"

	"parley/text"
)

// Report is an event that somebody wants staff to look at.
type Report struct {
	ID       uint64    // given by the store
	Time     time.Time // UTC, millisecond precision
	By       text.Name
	Room     ID
	Seq      uint64    // of the event
	Author   text.Name // of the event
	Quote    string    // the beginning of what it said when it was reported: it may be edited or deleted since
	Why      string    // "" for none, at most MaxWhy columns
	Resolver text.Name // who closed it; zero while it is open
}

// MaxReports is how many reports of one person are open at once.
const MaxReports = 20

// MaxQuote is how much of an event a report keeps, in columns.
const MaxQuote = 400

// Report keeps a report of an event that who has read, and returns its number. quote is what it says now.
func (m *Manager) Report(ctx context.Context, who Actor, room Room, e *Event, quote, why text.Line) (uint64, error) {
	if err := m.limits.post(who, "reports"); err != nil {
		return 0, err
	}
	id, err := m.store.AddReport(ctx, Report{
		Time: m.now(), By: who.Name, Room: room.ID, Seq: e.Seq, Author: e.Author, Quote: quote.String(), Why: why.String(),
	})
	if errors.Is(err, ErrReports) {
		return 0, err
	}
	return id, m.askerFailed(ctx, err)
}

// Reports lists the open reports, oldest first. Who may see them is the caller's to check.
func (m *Manager) Reports(ctx context.Context) ([]Report, error) {
	list, err := m.store.Reports(ctx)
	return list, m.askerFailed(ctx, err)
}

// ResolveReport closes a report: ErrNoReport if none of that ID is open.
func (m *Manager) ResolveReport(ctx context.Context, who Actor, id uint64) (Report, error) {
	r, err := m.store.ResolveReport(ctx, id, who.Name)
	if errors.Is(err, ErrNoReport) {
		return r, err
	}
	return r, m.askerFailed(ctx, err)
}
