// Package tcpd is plain TCP: programs and people who have nothing but nc.
//
// The model: a listener accepts, counts connections per address prefix, gives
// each an id, logs it and runs one goroutine for it. What a connection is for,
// its face, is a function that reads and writes until it says why it is over.
// Echo is such a face, and Chat is one that adds the reader of package plain as a
// second goroutine.
//
// Goroutines: one for each Serve, one for each connection, and nothing else. A
// connection's goroutine owns its buffers and is the only one that writes to
// it. The listener may set deadlines on it and close it: that is how a server
// which stops reaches somebody who waits.
//
// What one peer can do to others is bounded: it holds one goroutine, at most
// two buffers of 64 KiB, and those only while it sends or does not read; it is
// cut when it takes nothing for a while; and a prefix has at most so many
// connections.
package tcpd
