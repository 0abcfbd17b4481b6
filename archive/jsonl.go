package archive

import (
	"bufio"
	"encoding/json"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"
)

// line is one line of an export, as docs/protocol.md has it.
type line struct {
	Room   string    `json:"room"`
	Seq    uint64    `json:"seq"`
	Time   time.Time `json:"time"`
	Type   string    `json:"type"`
	Author string    `json:"author"`
	Text   string    `json:"text"`
	Detail string    `json:"detail"`
	Ref    uint64    `json:"ref"`
	Thread uint64    `json:"thread"`
}

// JSONLines reads an export of this program. Lines that are no events of a room are passed over.
func JSONLines(r io.Reader) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		in := bufio.NewScanner(r)
		in.Buffer(nil, maxLine)
		n := 0
		for in.Scan() {
			n++
			if len(strings.TrimSpace(in.Text())) == 0 {
				continue
			}
			var l line
			if err := json.Unmarshal(in.Bytes(), &l); err != nil {
				yield(Record{}, atLine("the export", n, "this is no JSON object of an export: %s", err))
				return
			}
			if l.Seq == 0 || l.Author == "" {
				continue
			}
			rec := Record{
				Room: strings.TrimPrefix(l.Room, "#"), ID: number(l.Seq), Time: l.Time, Type: l.Type,
				Author: l.Author, Text: l.Text, Detail: l.Detail, Ref: number(l.Ref), Thread: number(l.Thread),
			}
			if !yield(rec, nil) {
				return
			}
		}
		if err := in.Err(); err != nil {
			yield(Record{}, atLine("the export", n+1, "it cannot be read: %s", err))
		}
	}
}

func number(seq uint64) string {
	if seq == 0 {
		return ""
	}
	return strconv.FormatUint(seq, 10)
}
