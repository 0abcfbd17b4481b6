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
// # One process
//
// Seqs are given out by the one process that holds the lock file beside the
// database (flock, so it ends with the process, however that ends). A second
// one is refused by Open. Another program that opens the database itself, such
// as the sqlite3 shell, can lock it for a while: writes then fail after
// busyTimeout and work again when it lets go; reads go on.
package sqlite
