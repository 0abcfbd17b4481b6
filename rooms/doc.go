// Package rooms is the shared room manager: rooms, members, events, cursors
// and inboxes. It knows no network, no terminal and no SQL.
//
// # The model
//
// A room is a log of events under one name, numbered 1, 2, 3 … with no gaps
// (the event's seq). A post is appended to the log; a reader is a cursor, a
// seq up to which it has read, and it pulls what follows at its own pace.
// There is no queue per reader: a room keeps one short tail of its newest
// events in memory, and a reader behind that tail reads from the store. A
// slow reader therefore costs nothing, blocks nobody and loses nothing.
//
// Readers are woken by a signal with one slot (Session.Wake), never by a send
// that could block. After a wake the reader looks at what it shows and pulls.
//
// Durable before visible: Post returns after the event is committed with
// fsync, and no reader sees it earlier. Commits are grouped: what arrives
// while one commit is in flight goes into the next, in one transaction. A
// post may carry a nonce; the same author posting the same nonce to the same
// room again gets the first event back, so a retry is safe.
//
// The store is the truth, the bus is a hint: whatever arrives over the Bus is
// taken only if its seq is the next one, and any gap is read from the Store.
//
// # Who owns what
//
// Manager owns the loaded rooms, the inboxes of the people who are online and
// the one committer goroutine, which is the only caller of Store.Append.
// docs/architecture.md has the locks and their order.
package rooms
