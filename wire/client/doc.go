// Package client speaks the protocol of docs/protocol.md: it follows rooms over a connection that may break at any time, and
// runs commands.
//
// # Following
//
// A Client keeps a cursor for each room: the seq of the last event that its handler has taken. When the connection is
// lost, or the server ends, Run comes back by itself, after a while that grows and is not the same for all, and names its cursors. So the
// handler gets each event of each room once, in the order of its log, however often the connection breaks. Whoever stores Cursors and
// gives them to the next Client as Options.After goes on across a restart of their own program, too.
//
// # Commands
//
// Do sends a command and waits for its answer. One with a nonce is sent again when the connection was lost before the answer
// came: the server does it once. One without is not, and ErrLost says that it may have been done.
//
// # Connections
//
// What carries the lines is a Dial: WebSocket is one, and Stream makes one end of it from a pipe, such as the channel of
// "ssh HOST attach --json". The package knows no ssh.
package client
