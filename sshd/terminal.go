package sshd

import (
	"io"

	"parley/keys"
	"parley/rooms"
	"parley/view/screen"
)

// Bounds on what a terminal may say of itself. A view that keeps a picture of its
// screen would otherwise allocate what the client asks for: 65535×65535.
const (
	MaxCols     = 400
	MaxRows     = 150
	defaultCols = 80
	defaultRows = 24
)

// Size is a terminal's size in columns and rows, within 1×1 and MaxCols×MaxRows.
type Size = screen.Size

// clampSize brings what a client said within bounds. A zero means that the client
// does not know (RFC 4254 6.2: zero dimensions are ignored): 80 columns, 24 rows.
func clampSize(cols, rows uint32) Size {
	s := Size{Cols: int(min(cols, MaxCols)), Rows: int(min(rows, MaxRows))}
	if s.Cols == 0 {
		s.Cols = defaultCols
	}
	if s.Rows == 0 {
		s.Rows = defaultRows
	}
	return s
}

// Terminal is one session as a face sees it. In may be read by one goroutine, Out and
// Err written by one each; Out and Err take bytes as they are: no newline is
// translated, with a pty or without.
type Terminal struct {
	Identity keys.Identity
	Info     rooms.SessionInfo
	Size     Size              // at the start; 80×24 without a pty
	Resize   <-chan Size       // the newest size, at most one per 20 ms; one slot; never closed
	OnResize func(ring func()) // has ring called after each size on Resize; it must not wait
	Pty      bool              // the client's terminal is in raw mode: echo is the face's business
	Term     string            // TERM of the pty, matching ^[A-Za-z0-9._+-]{1,64}$; "dumb" otherwise
	Env      map[string]string
	Command  string // for Exec: the command line as it came, valid UTF-8
	In       io.Reader
	Out      io.Writer
	Err      io.Writer
}
