// Package sshd is the SSH face: it lets people in, bounds what a connection may
// do, and hands each session to a function that knows what to show.
//
// # The model
//
// A connection (conn) is one TCP connection. It passes the gate (counts and
// rates by address, before any cryptography), then the handshake, which ends
// with one verified public key. Everything that a connection may cost is bounded
// there: the handshake's time, bytes read a second, the time that one write may
// take, questions that may stay unanswered.
//
// A session is one channel of type "session" on a connection: a terminal, a
// pipe or a command. A connection may have several (OpenSSH's ControlMaster).
// Each request of the client on it is vetted and answered here; charm.land/ssh has
// the connection, and no part in its sessions.
//
// What is shown is not this package's business: Options.Interactive, Plain,
// Exec and Files get a Terminal and a context that ends when the session does, whatever
// the reason: channel closed, end of input, connection lost, key revoked,
// shutdown. context.Cause names it: an *Ending where the server ended it.
//
// # Who somebody is
//
// An identity is taken from the key whose signature was verified, never from
// a key that was merely offered and never from the user name. A verified key that
// belongs to nobody is a stranger, who gets a few lines instead of the chat: a name,
// an invite code, or a knock.
//
// # Goroutines
//
// Per connection: charm.land/ssh's connection loop and its loop for global
// requests, x/crypto's three. Per session: one for the requests, one that runs the face.
// Timers (keepalive, write watchdog, certificate's end) are no goroutines while they wait.
// A goroutine that is started here recovers panics, counts them, logs them with
// the stack, and ends the session or the connection that it served.
//
// Locks: Server.mu, gate.mu and conn.mu are leaves: none is held while another
// one of this package or a callback is called, or while anything is written.
package sshd
