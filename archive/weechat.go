package archive

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"
)

// Weechat reads a log of weechat's logger: "2022-11-22 14:02:03", a tab, the
// nick with its prefix, a tab, and the text, with times in loc. Joins, quits
// and what servers say are passed over.
func Weechat(r io.Reader, loc *time.Location) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		in := bufio.NewScanner(r)
		in.Buffer(nil, maxLine)
		n := 0
		second, same := "", map[string]int{} // how often something was said in one second
		for in.Scan() {
			n++
			if strings.TrimSpace(in.Text()) == "" {
				continue
			}
			rec, said, err := weechatLine(in.Text(), n, loc)
			if err != nil {
				yield(Record{}, err)
				return
			}
			if !said {
				continue
			}
			if at, _, _ := strings.Cut(in.Text(), "\t"); at != second {
				second = at
				clear(same)
			}
			what := rec.Author + "\t" + rec.Type + "\t" + rec.Text
			same[what]++
			// The time as it is written: the zone in which it is read may be another one the next time.
			rec.Key = fmt.Sprintf("%s\t%s\t%d", second, what, same[what])
			if !yield(rec, nil) {
				return
			}
		}
		if err := in.Err(); err != nil {
			yield(Record{}, atLine("the log", n+1, "it cannot be read: %s", err))
		}
	}
}

func weechatLine(s string, n int, loc *time.Location) (rec Record, said bool, err error) {
	parts := strings.SplitN(strings.TrimRight(s, "\r"), "\t", 3)
	if len(parts) < 3 {
		return rec, false, atLine("the log", n, "a line has a time, a nick and a text, with tabs between them")
	}
	at, err := time.ParseInLocation("2006-01-02 15:04:05", parts[0], loc)
	if err != nil {
		return rec, false, atLine("the log", n, "%q is no time like 2022-11-22 14:02:03", parts[0])
	}
	nick, words := strings.TrimSpace(parts[1]), parts[2]
	rec = Record{Time: at, Type: "message", Text: words}
	switch nick {
	case "-->", "<--", "--", "=!=", "":
		return rec, false, nil
	case "*":
		rec.Type = "action"
		if nick, rec.Text, _ = strings.Cut(words, " "); rec.Text == "" {
			return rec, false, nil
		}
	}
	rec.Author = strings.TrimLeft(nick, "~&@%+!")
	return rec, rec.Author != "" && strings.TrimSpace(rec.Text) != "", nil
}
