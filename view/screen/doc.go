// Package screen turns rows of styled text into the bytes that change a
// terminal from the last frame to the next one.
//
// # The model
//
// A [Frame] is a grid of rows; a row is up to [MaxSegments] segments, each at a
// fixed column and width: sidebar, border, messages, border, nick list. A
// [Segment] is text that was rendered once, with its colours, into the bytes
// that a terminal takes. It is immutable, so one message's segment is shared by
// every session that shows it in the same width and [Depth].
//
// A [Painter] belongs to one terminal. It remembers the last frame as one
// 64-bit hash and four bytes of geometry per segment, never as cells or
// strings, and [Painter.Paint] appends what has to be sent. What comes in at the bottom of a column that is full is a [Strip], rendered
// once for all terminals of a size; [Painter.Shift] appends it. Nothing in this package starts a
// goroutine, reads a clock or does input or output.
//
// # What may go wrong on a terminal, and what holds against it
//
// Terminals disagree about the width of emoji, joined sequences and marks, so
// a text of n columns by our count may take more or fewer there. Therefore:
//
//   - A segment is entered at a column that the terminal cannot be wrong about:
//     by an absolute move, or directly behind printable ASCII that was itself entered so.
//   - Text that is not printable ASCII is written into a rectangle that was
//     erased before (its end is unknown, so nothing can be erased behind it), and every
//     segment to its right on the row is painted again after it. Too long a
//     text is overwritten by its neighbour, too short a text leaves blanks.
//   - A style stays on from one segment to the next only where a blank looks the same in it, so that what is
//     erased or moved over meanwhile is blank; after a paint it is off.
//   - Wrapping is off in the view ([Enter]), so the last column can be written
//     and no miscount reaches the next row.
package screen
