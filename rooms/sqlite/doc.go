// Package sqlite keeps rooms, identities and read marks in one SQLite
// database. It implements rooms.Store and keys.Ledger.
//
// # The model
//
// The database runs in WAL mode with synchronous=FULL: a method that writes
// returns after the fsync of its commit, and readers never wait for it. There
// is one connection that writes and a few that only read; a method takes one,
// uses it alone and gives it back. A connection on which anything failed is
// closed and opened anew by the next one who needs it, so that no state of a
// failed transaction outlives it.
//
// The log is the table events with the primary key (room, seq). What else is
// known of a room (its head, its members, who was mentioned, how much somebody
// wrote since the read mark) follows from the log and is kept beside it, in
// the transaction of the event that changed it.
//
// # Figures
//
// On two cores of an AMD EPYC with ext4, synchronous=FULL, a room of 200 people
// who all write, each post with a nonce: 3,200 posts a second one by one,
// 41,000 in batches of 32, 89,000 in batches of 200, 120,000 in batches of 512
// (go test -bench Append). A commit takes 0.2 ms, 0.5 ms at the 99th percentile,
// and 8 to 50 ms when it is the one in 4096 pages that copies the log into the
// database. What a login reads (inbox of five rooms and person) takes 70 µs, a page
// of 100 events 200 µs. A million events of 40 characters are 150 MB, and what finds
// them (search_blocks) takes 80 MB more.
//
// Each event is inserted by a statement of its own: ten rows in one are half as
// fast again by themselves (200,000 rows a second for 135,000), but do not tell
// which of them repeat a nonce, and asking before costs more than that saves.
// The index of nonces begins with the nonce and not with the author: nonces that
// grow with time, like ULIDs, then fall on few pages, which doubles the posts a second.
//
// # One process
//
// Seqs are given out by the one process that holds the lock file beside the
// database (flock, so it ends with the process, however that ends). A second
// one is refused by Open. Another program that opens the database itself, such
// as the sqlite3 shell, can lock it for a while: writes then fail after
// busyTimeout and work again when it lets go; reads go on.
package sqlite
