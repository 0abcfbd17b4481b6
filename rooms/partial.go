package rooms

import (
	"fmt"
	"time"

	"parley/text"
)

// Partial is a file that has no message: an upload that goes on, or one that was cut off and may be resumed
// by who began it. Nobody else learns of it.
type Partial struct {
	ID      uint64 // given by the store with the first bytes
	Room    ID
	Owner   text.Name
	Name    text.Line
	Size    int64     // bytes that are stored
	Touched time.Time // when something was added last
	Whole   bool      // nothing follows: it waits for its message, and is not swept
	Proof   string    // Actor.Proof of who wrote to it last
	Bot     bool      // and whether that was a program
}

// Usage is how many bytes of files there are: what one person has put into all rooms, and all that is in one room.
// Older versions and what is being uploaded count; what was deleted or has expired does not.
type Usage struct {
	Person, Room int64
}

// Quota bounds a Usage, in bytes; 0 is no bound.
type Quota Usage

// Fits reports whether more bytes fit, as an *QuotaError if they do not.
func (q Quota) Fits(used Usage, more int64) error {
	switch {
	case q.Person > 0 && used.Person+more > q.Person:
		return &QuotaError{Most: q.Person}
	case q.Room > 0 && used.Room+more > q.Room:
		return &QuotaError{Room: true, Most: q.Room}
	}
	return nil
}

// QuotaError says that a file would take more than its owner, or its room, has for files.
type QuotaError struct {
	Room bool // it is the room's bound, not the person's
	Most int64
}

func (e *QuotaError) Error() string {
	if e.Room {
		return fmt.Sprintf("the files of a room take at most %s here, and this one would pass that: somebody has to delete files first", text.Bytes(e.Most))
	}
	return fmt.Sprintf("the files of a person take at most %s here, and this one would pass that: delete some of yours first", text.Bytes(e.Most))
}

// Unwrap makes errors.Is find ErrRefused.
func (e *QuotaError) Unwrap() error { return ErrRefused }

// FileSizeError says that a file is larger than the server takes.
type FileSizeError struct{ Most int64 }

func (e *FileSizeError) Error() string {
	return fmt.Sprintf("this server takes files of at most %s: nothing was put into the room", text.Bytes(e.Most))
}

// Unwrap makes errors.Is find ErrRefused.
func (e *FileSizeError) Unwrap() error { return ErrRefused }

// FileTakenError says that the newest file of a name in a room is somebody else's.
type FileTakenError struct {
	Name  text.Line
	Owner text.Name
}

func (e *FileTakenError) Error() string {
	return fmt.Sprintf("%s was put there by %s: choose another name, or ask them to delete it", e.Name, e.Owner)
}

// Unwrap makes errors.Is find ErrRefused.
func (e *FileTakenError) Unwrap() error { return ErrRefused }
