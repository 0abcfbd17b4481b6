package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Row is a piece of a text on one row of the screen: text[From:To].
type Row struct{ From, To int }

// Rows divides s into rows of at most cols columns; cols < 1 counts as 1.
//
// A row ends at a newline, else at spaces, after a hyphen or beside a CJK character where Japanese
// and Chinese rules allow it, else between two graphemes. A URL that fits on a row is not divided: terminals find it, and people copy it, by what is on a row. Between To of one row and From of the
// next there are only the spaces or the newline at which the text was divided. There is always at least one row,
// and an empty line is an empty row. A row is wider than cols only if it is one grapheme that is.
func Rows(s string, cols int) []Row {
	cols = max(cols, 1)
	rows := make([]Row, 0, 1+len(s)/cols+strings.Count(s, "\n"))
	for from := 0; ; {
		end := strings.IndexByte(s[from:], '\n')
		if end < 0 {
			return fill(rows, s, from, len(s), cols)
		}
		rows = fill(rows, s, from, from+end, cols)
		from += end + 1
	}
}

// Wrap gives the text of Rows, each with its isolates balanced.
func Wrap(s string, cols int) []string {
	rows := Rows(s, cols)
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = Balance(s[r.From:r.To])
	}
	return out
}

// Lines divides s into rows as it is, for what must not be filled again, like code: at newlines, and after cols
// columns wherever that is, between two graphemes. It keeps every space. cols < 1 counts as 1; a row is wider than
// cols only if it is one grapheme that is.
func Lines(s string, cols int) []Row {
	rows := make([]Row, 0, 1+strings.Count(s, "\n")+len(s)/max(cols, 1))
	for from := 0; ; {
		end := len(s)
		if n := strings.IndexByte(s[from:], '\n'); n >= 0 {
			end = from + n
		}
		for {
			n := len(Cut(s[from:end], max(cols, 1)))
			if n == 0 && from < end {
				n, _ = next(s[from:end])
			}
			rows = append(rows, Row{from, from + n})
			if from += n; from == end {
				break
			}
		}
		if end == len(s) {
			return rows
		}
		from = end + 1
	}
}

// fill appends the rows of the line s[from:to].
func fill(rows []Row, s string, from, to, cols int) []Row {
	if to-from <= cols && plain(s[from:to]) == to-from {
		return append(rows, Row{from, to})
	}
	var (
		start  = from // of the row being filled
		width  = 0    // columns of s[start:pos]
		end    = from // where the row ends if it is divided at the last opportunity
		resume = from // where the next row starts then; == start while there is no opportunity
		used   = 0    // columns of s[start:resume]
		prev   = ""   // the grapheme before pos; "" at the start of the line
		before = ""   // the grapheme before prev
		url    = from // the end of the last URL
		whole  = from // the same if it fits on a row
	)
	for pos := from; pos < to; {
		n, w := next(s[pos:to])
		g := s[pos : pos+n]
		if g == " " { // spaces never start a row: they hang at the end of this one
			if prev != " " {
				end = pos
			}
			pos, width, prev, before = pos+1, width+1, g, prev
			resume, used = pos, width
			continue
		}
		if prev != "" && prev != " " && pos >= whole && divides(before, prev, g) {
			end, resume, used = pos, pos, width
		}
		if pos >= url && beginsURL(prev, s[pos:to]) {
			n := urlLen(s[pos:to])
			if url = pos + n; Width(s[pos:url]) <= cols {
				whole = url
			}
		}
		if width+w > cols && resume > start {
			if end > start {
				rows = append(rows, Row{start, end})
			}
			start, width = resume, width-used
			end, resume, used = start, start, 0
		}
		if width+w > cols && pos > start {
			rows = append(rows, Row{start, pos})
			start, end, resume, used, width = pos, pos, pos, 0, 0
		}
		pos, width, prev, before = pos+n, width+w, g, prev
	}
	for to > start && width > cols && s[to-1] == ' ' {
		to, width = to-1, width-1
	}
	return append(rows, Row{start, to})
}

// beginsURL reports whether s, which follows the grapheme prev, begins with what may become a link.
func beginsURL(prev, s string) bool {
	if s[0]|0x20 != 'h' && s[0]|0x20 != 'm' || isWord(prev) && !isCJK(prev) {
		return false
	}
	for _, scheme := range [...]string{"https://", "http://", "mailto:"} {
		if len(s) > len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
			return true
		}
	}
	return false
}

// notFirst are the characters that no row starts with, notLast those that no row ends with, beside CJK
// text: the sets of the Japanese standard JIS X 4051 and their like in ASCII and Chinese.
const (
	notFirst = ")]},.:;?!%'\"/-~、。，．・：；？！゛゜ヽヾゝゞ々〻ー’”）〕］｝〉》」』】〙〗〟°′″℃％‰¢…‥‐–〜" +
		"ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ"
	notLast = "([{'\"@#$£¥€‘“（〔［｛〈《「『【〘〖〝￥＄＃＠"
)

// divides reports whether a row may end between the graphemes a and b, neither of which is a space;
// before is the grapheme before a, or empty.
func divides(before, a, b string) bool {
	switch {
	case a == "-": // well-known, but neither -rf nor 3-4
		return isWord(before) && isWord(b) && !isDigit(b)
	case a == "–" || a == "—":
		return !strings.Contains(notFirst, b)
	case !isCJK(a) && !isCJK(b):
		return false
	}
	return !strings.Contains(notFirst, b) && !strings.Contains(notLast, a) && !isGlue(a) && !isGlue(b)
}

func isWord(g string) bool {
	r, _ := utf8.DecodeRuneInString(g)
	return unicode.In(r, unicode.L, unicode.N)
}

func isDigit(g string) bool { return g[0] >= '0' && g[0] <= '9' }

// isGlue reports the graphemes that hold on to both neighbours.
func isGlue(g string) bool {
	r, _ := utf8.DecodeRuneInString(g)
	return r == '\u00a0' || r == '\u202f' || r == '\u2007' || r == '\u2011' || isDirection(r)
}

// isCJK reports the graphemes beside which a row may end in the middle of a word: Han, kana, Hangul, emoji.
func isCJK(g string) bool {
	r, _ := utf8.DecodeRuneInString(g)
	return r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff ||
		r >= 0xfe30 && r <= 0xfe4f || r >= 0xff00 && r <= 0xffef || r >= 0x1f000 && r <= 0x3ffff
}
