// Package storetest is the one suite that every store passes. What a store
// must do is written in rooms.Store and keys.Ledger; here it is asked for, in
// terms of those two interfaces alone, so that a store on another database
// passes the same tests unchanged.
package storetest
