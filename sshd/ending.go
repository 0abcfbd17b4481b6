package sshd

import "time"

// Ending is why the server ended a session: the cause of its context. The sentence is
// written to the client after the face has returned.
type Ending struct {
	Reason   string // a few words, for the log
	Sentence string // for the person
	Status   int    // exit status, of sysexits.h
}

func (e *Ending) Error() string { return e.Sentence }

// The server's reasons to end a session; compare the context's cause with errors.Is.
var (
	ErrShutdown = &Ending{Reason: "shutdown", Status: 75, Sentence: "The server is going down for a moment: your drafts are kept, connect again soon. Goodbye!"}
	ErrRevoked  = &Ending{Reason: "key revoked", Status: 77, Sentence: "This key was revoked, so this session ends: ask the server's owner if that is a mistake. Goodbye."}
	ErrExpired  = &Ending{Reason: "certificate expired", Status: 77, Sentence: "Your certificate has expired, so this session ends: get a new one signed and connect again. Goodbye."}
	ErrIdle     = &Ending{Reason: "idle", Status: 0, Sentence: "Nobody has typed here for a while, so this session ends: connect again when you like. Goodbye."}
	ErrTyping   = &Ending{Reason: "stranger typed too much", Status: 77, Sentence: "That was more than a name and a code, so this connection ends."}
	ErrStay     = &Ending{Reason: "stranger waited too long", Status: 77, Sentence: "That took too long, so this connection ends. A knock stays: connect again later to see whether it was answered."}
)

const (
	revokeGrace  = 1500 * time.Millisecond // a revoked key's connections are gone within two seconds
	strangerStay = 10 * time.Minute        // that somebody whom nobody knows may keep a connection
)
