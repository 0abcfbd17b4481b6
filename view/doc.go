// Package view is the chat view: rooms, messages and people on a terminal, and
// the keys that move between them. It knows no ssh; it reads bytes, writes
// bytes, and is told of new sizes.
//
// # The model
//
// A View has a state. render is a pure function from that state to a frame of
// finished segments, and a screen.Painter turns the last frame into the next
// one. A message is laid out once for each (width, look, zone) and that layout is shared by
// every session that shows it (Shared).
//
// Nothing runs while nothing changes: Run waits for input, a new size, a wake
// of its session, the result of something that it asked for, or its one timer. What
// changes soon after the last two paints is painted together at the end of
// their 33 ms, so a burst of a thousand messages is a few frames.
//
// # What a key means
//
// A key goes to the first of these that has a use for it: what is on top (an overlay:
// a page, a list, a question), the list of completions, select mode, the table of keys, the editor of
// the input, and once more the table, for keys like Up that mean something only where the editor has no
// use for them. What the input is for, a new message, a reply or an edit, is a compose.
// Each of them is nil while it is not there: an idle view holds none.
//
// # Who runs what
//
// The goroutine that calls Run owns the state and is the only one that writes. A
// second one reads the input and hands it over in pieces (a channel of
// four). Whatever may wait for the store (older pages, entering a room,
// posting, commands, completion) runs in a goroutine made for it, which ends with
// its answer: a function that the first goroutine then runs. So a store
// that hangs never stops what is on the screen from being read and scrolled.
package view
