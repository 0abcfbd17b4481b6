package rooms

import (
	"context"
	"fmt"
	"maps"
)

// Bounds of what is kept for one person beside the rooms.
const (
	maxSettings = 64   // names
	maxSetting  = 1000 // bytes of a name and of a value
)

var errSettings = fmt.Errorf("at most %d settings of %d bytes each are kept: take one back first", maxSettings, maxSetting)

// Person is what is stored of somebody who need not be online: last room and settings. A copy.
func (m *Manager) Person(ctx context.Context, who Actor) (Person, error) {
	ib, err := m.holdInbox(ctx, who)
	if err != nil {
		return Person{}, err
	}
	defer m.releaseInbox(ib)
	return ib.copyPerson(), nil
}

// Set keeps a setting of somebody who need not be online; "" forgets it. It
// is stored soon, and all sessions of the person are told of it with
// SettingsChanged. A guest's settings last as long as the guest is here.
func (m *Manager) Set(ctx context.Context, who Actor, name, value string) error {
	if len(name) > maxSetting || len(value) > maxSetting {
		return errSettings
	}
	if err := m.begin(); err != nil {
		return err
	}
	defer m.work.Done()
	ib, err := m.holdInbox(ctx, who)
	if err != nil {
		return err
	}
	defer m.releaseInbox(ib)
	ib.mu.Lock()
	defer ib.mu.Unlock()
	p := &ib.person
	old, had := p.Settings[name]
	switch {
	case had && old == value || !had && value == "":
		return nil
	case !had && len(p.Settings) >= maxSettings:
		return errSettings
	}
	settings := map[string]string{} // never changed afterwards: the store may be writing the old ones down
	maps.Copy(settings, p.Settings)
	if settings[name] = value; value == "" {
		delete(settings, name)
	}
	p.Settings = settings
	ib.signal(SettingsChanged, nil)
	if !who.Guest {
		m.savePerson(ib)
	}
	return nil
}

// Person is what is stored of the actor: last room and settings. A copy.
func (s *Session) Person() Person { return s.inbox.copyPerson() }

// SetLastRoom keeps the room that the person's next session begins in, soon.
func (s *Session) SetLastRoom(id ID) {
	ib := s.inbox
	ib.mu.Lock()
	defer ib.mu.Unlock()
	if s.who.Guest || ib.person.LastRoom == id {
		return
	}
	ib.person.LastRoom = id
	s.m.savePerson(ib)
}

// savePerson has the person stored; ib.mu is held.
func (m *Manager) savePerson(ib *inbox) {
	ib.gen++
	ib.unsaved = true
	m.committer.saver.enqueue(ib)
}

func (ib *inbox) copyPerson() Person {
	ib.mu.Lock()
	defer ib.mu.Unlock()
	p := ib.person
	p.Settings = maps.Clone(p.Settings)
	return p
}
