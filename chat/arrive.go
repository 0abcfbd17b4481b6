package chat

import (
	"context"
	"errors"

	"parley/rooms"
	"parley/text"
)

// Arrive lets somebody who has never been here into the default rooms, and
// makes those that do not exist yet. It reports whether this is the first visit.
func (c *Chat) Arrive(ctx context.Context, s *rooms.Session, defaults []text.RoomName) (first bool, err error) {
	person := s.Person()
	if s.Who().Guest || !person.Seen.IsZero() || person.LastRoom != 0 {
		return false, nil
	}
	var firstRoom rooms.ID
	for _, name := range defaults {
		room, err := c.enterDefault(ctx, s.Who(), name)
		if err != nil {
			return true, err
		}
		if firstRoom == 0 {
			firstRoom = room.ID
		}
	}
	s.SetLastRoom(firstRoom) // also says to a second session that this one was the first
	return true, nil
}

// enterDefault joins a room, or creates it if nobody was here before. Two
// newcomers may do so at the same moment; the second one joins the first one's.
func (c *Chat) enterDefault(ctx context.Context, who rooms.Actor, name text.RoomName) (rooms.Room, error) {
	room, err := c.Rooms.Find(ctx, who, name)
	if errors.Is(err, rooms.ErrNoRoom) {
		room, err = c.Rooms.Create(ctx, who, rooms.Room{Name: name, Kind: rooms.Public})
		if err == nil {
			return room, nil
		}
		if errors.Is(err, rooms.ErrNameTaken) {
			room, err = c.Rooms.Find(ctx, who, name)
		}
	}
	if err != nil {
		return rooms.Room{}, err
	}
	return c.Rooms.Join(ctx, who, room.ID)
}
