// Package text is the only door through which text enters the program.
//
// Whatever a person, a program, a client or a file says arrives as bytes that
// may hold anything: terminal commands, letters that look like other letters,
// characters that take no room, a thousand accents on one letter. Nothing
// downstream looks for such things. Instead there are five types, each with a
// constructor, and the rest of the program holds and paints only these:
//
//	Name      who: folded, one script, never like a reserved word   ParseName
//	RoomName  where: "#ops"                                         ParseRoomName
//	Line      one line: a topic, a device, TERM, a quoted error     NewLine
//	Body      the lines of a message                                NewBody, ParseBody
//	Emoji     a picture with a name: a reaction, :tada:             ParseEmoji
//
// A value of these types is safe by construction: its fields are unexported
// and its constructors are the only writers. The constructors that start with
// Parse refuse, with a sentence that says why and what to do; those that start
// with New never fail, they repair. Both are idempotent: what was made once
// passes unchanged, at little cost, when it is read back from a database.
//
// # What safe means
//
// Text is repaired in one order: valid UTF-8 (what is not becomes U+FFFD),
// then line ends and tabs, then characters that are dropped, then NFC, then
// caps on each grapheme, then the balance of isolates, then the cut to a
// length. The steps are repeated until nothing changes. Afterwards:
//
//   - of the control characters only '\n' is left, and only in a Body: no C0,
//     no DEL, no C1 (U+009B is CSI to many terminals);
//   - no bidi override or embedding; isolates and marks of direction only in a
//     line that has right-to-left letters, isolates balanced within the line,
//     at most eight pairs in it;
//   - no character that takes no column, except those that a script or an emoji
//     needs: ZWJ and ZWNJ between letters of Arabic, Indic and their like, ZWJ
//     and U+FE0E, U+FE0F in emoji;
//   - no tag characters, noncharacters, fillers or soft hyphens;
//   - a grapheme has at most four marks on a base and at most 64 bytes, and a line
//     never starts with what would join the character that is painted before it.
//
// Printable ASCII, and common letters of scripts in which one rune is one
// grapheme, are recognised in one pass and cost nothing more.
//
// # Columns
//
// [Width] is the one measure of the program, in terminal columns; [Cut],
// [Truncate], [Rows], [Wrap] and [Graphemes] agree with it, and none of them
// ever splits a grapheme. The widths are those of github.com/charmbracelet/x/ansi
// (a grapheme is as wide as its first rune; U+FE0F makes it two wide). Terminals
// that add up runes instead show some Thai and Indic graphemes a column wider,
// which is why user text is painted last on its row or before an absolute move. The
// variable RUNEWIDTH_EASTASIAN of the server's environment, which that library reads,
// has to stay unset: clients do not share it.
//
// # Names that look alike
//
// Two names that a reader may take for each other have the same skeleton: alice,
// al1ce, allce, a.lice and аlice with a Cyrillic а. A registry that keeps
// [Name.Skeleton] unique needs no further check. Skeletons are compared, never shown,
// and may change with a release: derive them from names, do not take them as keys that last.
//
// # Markup
//
// [Parse] divides a body into spans: mentions, rooms, references, links, emoji, code, and the marks of
// emphasis, quotes and lists. The texts of the spans together are the body, so whoever paints them cannot
// lose or add a character. A span is shown as [Span.Shown] gives it: a link to a host that is not ASCII with the
// host that a browser would open, an emoji as itself. Marks of emphasis may be hidden; they are marks only
// where hiding them joins no characters.
package text
