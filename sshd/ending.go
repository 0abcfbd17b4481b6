package sshd

import "time"

// Ending is why the server ended a session: the cause of its context. Interactive says it
// itself, when it has given the terminal back; Plain returns it as its error, or the package says it
// after Exec.
type Ending struct {
	Reason string // a few words, for the log
	Clause string // for the person: without a capital and a full stop, as errors are
	Status int    // exit status, of sysexits.h
	Cause  error  // what Clause says, for whoever words it in another language or zone; nil where Clause is all
}

func (e *Ending) Error() string { return e.Clause }

func (e *Ending) Unwrap() error { return e.Cause }

// Final reports whether coming back is no use: the door stays closed.
func (e *Ending) Final() bool { return e.Status == exitNoPerm }

// The server's reasons to end a session; compare the context's cause with errors.Is.
var (
	ErrShutdown = &Ending{Reason: "shutdown", Status: 75, Clause: "the server is going down for a moment, your drafts are kept: connect again soon"}
	ErrRevoked  = &Ending{Reason: "key revoked", Status: 77, Clause: "this key was revoked: ask the server's owner if that is a mistake"}
	ErrExpired  = &Ending{Reason: "certificate expired", Status: 77, Clause: "your certificate has expired: get a new one signed and connect again"}
	ErrEnded    = &Ending{Reason: "ended by a person", Status: 77, Clause: "this session was ended by /sessions"}
	ErrIdle     = &Ending{Reason: "idle", Status: 0, Clause: "nobody has typed here for a while: connect again when you like"}
	ErrTyping   = &Ending{Reason: "stranger typed too much", Status: 77, Clause: "that was more than a name and a code"}
	ErrCrowded  = &Ending{Reason: "too many strangers", Status: 75, Clause: "too many newcomers are at the door right now: try again in a few minutes"}
	ErrStay     = &Ending{Reason: "stranger waited too long", Status: 77, Clause: "that took too long; a knock stays: connect again later to see whether it was answered"}
)

const (
	revokeGrace  = 1500 * time.Millisecond // a revoked key's connections are gone within two seconds
	strangerStay = 10 * time.Minute        // that somebody whom nobody knows may keep a connection
)
