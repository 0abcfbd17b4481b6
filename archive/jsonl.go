package archive

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"
)

// line is one line of an export, as docs/protocol.md has it: an event, or with Type "room" the room's own.
type line struct {
	Room      string    `json:"room"`
	Seq       uint64    `json:"seq"`
	Time      time.Time `json:"time"`
	Type      string    `json:"type"`
	Author    string    `json:"author"`
	Text      string    `json:"text"`
	Nonce     string    `json:"nonce"`
	Detail    string    `json:"detail"`
	Ref       uint64    `json:"ref"`
	Thread    uint64    `json:"thread"`
	Bot       bool      `json:"bot"`
	Signature string    `json:"signature"`
	File      struct {
		Name string `json:"name"`
	} `json:"file"`

	Name  string `json:"name"`
	Kind  string `json:"kind"`
	Topic string `json:"topic"`

	Guests bool   `json:"guests"`
	Keep   string `json:"keep"`
}

// JSONLines reads an export of this program. Other lines than those that exports have are passed over.
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
			rec, about := l.record()
			if !about {
				continue
			}
			if rec.Type != Head && rec.Type != Personal && rec.Time.IsZero() {
				yield(Record{}, atLine("the export", n, "an event needs its time"))
				return
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

func (l *line) record() (rec Record, about bool) {
	if l.Type == Head && l.Seq == 0 {
		head := Record{Room: strings.TrimPrefix(l.Name, "#"), Type: Head, Text: l.Topic, Detail: l.Kind, Properties: map[string]string{}}
		if l.Guests {
			head.Properties["guests"] = "on"
		}
		if l.Keep != "" {
			head.Properties["keep"] = l.Keep
		}
		return head, l.Name != ""
	}
	switch {
	case l.Seq == 0 && (l.Type == Personal || l.Type == "membership" || l.Type == "session"), l.Type == "saved":
		return Record{Type: Personal}, true
	}
	return Record{
		Room: strings.TrimPrefix(l.Room, "#"), ID: number(l.Seq), Time: l.Time, Type: l.Type,
		Author: l.Author, Text: l.Text, Detail: l.Detail, Ref: number(l.Ref), Thread: number(l.Thread),
		Key: LineKey(l.Seq, l.Time, l.Type, l.Author), Nonce: l.Nonce, Bot: l.Bot, File: l.File.Name, Signature: l.Signature,
	}, l.Seq != 0 && l.Author != ""
}

// LineKey is the Key of an event in an export. Neither the room's name nor the text is part of it: a room may be
// renamed and a message deleted between two exports.
func LineKey(seq uint64, at time.Time, kind, author string) string {
	return fmt.Sprintf("%d %d %s %s", seq, at.UnixMilli(), kind, author)
}

func number(seq uint64) string {
	if seq == 0 {
		return ""
	}
	return strconv.FormatUint(seq, 10)
}
