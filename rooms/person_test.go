package rooms_test

import (
	"errors"
	"testing"

	"parley/rooms"
)

// The store writes settings down beside whoever changes them meanwhile: what it was given stays as it was.
func TestSettingsThatAreBeingStoredDoNotChange(t *testing.T) {
	s := &flawed{Store: openStore(t)}
	m := open(t, s, rooms.Options{})
	ana := actor(t, "ana")
	var stored map[string]string
	s.set(func(f *flawed) {
		f.save = func(batch []rooms.Update) error {
			for _, u := range batch {
				if u.Person == nil || u.Person.Settings["theme"] != "dark" || stored != nil {
					continue
				}
				stored = u.Person.Settings
				return errors.Join(m.Set(t.Context(), ana, "theme", "light"), m.Set(t.Context(), ana, "lang", "ja"))
			}
			return nil
		}
	})
	if err := m.Set(t.Context(), ana, "theme", "dark"); err != nil {
		t.Fatal(err)
	}
	if err := m.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(stored) != 1 || stored["theme"] != "dark" {
		t.Errorf("while they were being stored the settings became %v", stored)
	}
	person, err := m.Person(t.Context(), ana)
	if err != nil || person.Settings["theme"] != "light" || person.Settings["lang"] != "ja" {
		t.Errorf("the settings are %v (%v)", person.Settings, err)
	}
}
