// Package input turns the bytes that a terminal sends into events, and keys
// into the text of a message.
//
// A [Decoder] is pushed bytes as they arrive, in any pieces, and gives keys,
// pastes, mouse and focus events. An [Editor] holds the text under construction and edits it
// as readline does. Neither starts a goroutine, reads a clock or does input or output;
// each belongs to the goroutine of one session.
package input
