package main

import (
	"context"
	"net/netip"
	"time"

	"golang.org/x/crypto/ssh"

	"parley/chat"
	"parley/keys"
	"parley/rooms"
	"parley/sshd"
	"parley/text"
)

// doorman is the keyring as the SSH face uses it; it tells the staff that is here that somebody has knocked.
type doorman struct {
	*keys.Keyring
	chat *chat.Chat
}

func (d doorman) Knock(ctx context.Context, name string, key ssh.PublicKey, from netip.Addr) (<-chan struct{}, error) {
	answered, err := d.Keyring.Knock(ctx, name, key, from)
	if err != nil {
		return nil, err
	}
	d.chat.TellStaff(rooms.NewNotice("%s has knocked, with key %s: /approve %s or /deny %s", name, ssh.FingerprintSHA256(key), name, name), nil)
	return answered, nil
}

// barred says why somebody may not be here: a ban of the server, from which owners are free.
func (s *server) barred(name text.Name, fingerprint string, addr netip.Addr) *sshd.Ending {
	ban := s.rooms.Banned(name, fingerprint, addr)
	if ban == nil {
		return nil
	}
	if !name.IsZero() {
		if id, ok := s.keys.Lookup(name); ok && id.Role == keys.Owner {
			return nil
		}
	}
	why := &rooms.BarredError{Sanction: *ban}
	return &sshd.Ending{Reason: "banned", Status: 77, Clause: why.Error(), Cause: why}
}

// mayWrite says whether somebody may add to rooms: what is written for a banned person, while they are gone, is not.
func (s *server) mayWrite(name text.Name, guest bool) (slowly bool, err error) {
	if e := s.barred(name, "", netip.Addr{}); e != nil {
		return false, e
	}
	return s.keys.MayWrite(name, guest)
}

// author is who asked for a job, with their role of now, unless they cannot come any more. Who is banned posts nothing, as mayWrite says with the reason, and reminds nobody.
func (s *server) author(ctx context.Context, j rooms.Job) (who rooms.Actor, here bool) {
	if j.Room == 0 && s.barred(j.By, "", netip.Addr{}) != nil || s.keys.Removed(ctx, j.By, j.Proof) {
		return rooms.Actor{}, false
	}
	id, _ := s.keys.Lookup(j.By)
	return rooms.Actor{Name: j.By, Staff: id.Role.Staff(), Bot: id.Role == keys.Bot}, true
}

// guestBarred says why guests may not be here from an address.
func (s *server) guestBarred(addr netip.Addr) error {
	if e := s.barred(text.Name{}, "", addr); e != nil {
		return e
	}
	return nil
}

// expel ends what is connected and banned by now.
func (s *server) expel() {
	if s.ssh != nil {
		s.ssh.Expel()
	}
	s.guests.Expel()
}

// Defaults implements chat.Host.
func (s *server) Defaults() []text.RoomName { return s.settings.Load().defaults }

// Started implements chat.Host.
func (s *server) Started() time.Time { return s.started }

// Sessions implements chat.Host.
func (s *server) Sessions(who text.Name) (list []chat.Connected) {
	if s.ssh == nil {
		return nil
	}
	for _, c := range s.ssh.Connections() {
		if c.Name == who {
			list = append(list, chat.Connected{ID: c.ID, Faces: c.Faces, Addr: c.Addr, Client: c.Client, Since: c.Since, Seen: c.Seen})
		}
	}
	return list
}

// EndSession implements chat.Host.
func (s *server) EndSession(who text.Name, id string) bool { return s.ssh != nil && s.ssh.End(who, id) }

// Connections implements chat.Host.
func (s *server) Connections() int {
	if s.ssh == nil {
		return 0
	}
	return s.ssh.Stats().Connections
}
