// Package wire is the one JSON schema that machines speak: what an event looks
// like to a program, whatever the face. docs/protocol.md describes it.
package wire

import (
	"bytes"
	"encoding/json"

	"parley/rooms"
)

// Event is one event of a room as a JSON object. Fields are only ever added.
type Event struct {
	Room   string `json:"room"` // "#ops", or "@ana,@bo" for a direct room
	Seq    uint64 `json:"seq"`  // 1, 2, 3 … in the room, without gaps
	Time   string `json:"time"` // RFC 3339, UTC, milliseconds
	Type   string `json:"type"` // "message", "action", "create" …: see rooms.Type
	Author string `json:"author"`
	Text   string `json:"text"`
	Target string `json:"target,omitempty"` // whom an invite, a role, a kick, a ban or a quiet is for, or who invited who declines
	Nonce  string `json:"nonce,omitempty"`  // as the poster gave it
	Ref    uint64 `json:"ref,omitempty"`    // the seq of the event that this one is about
	Thread uint64 `json:"thread,omitempty"` // the seq of the first message of the thread that it is in
	Detail string `json:"detail,omitempty"` // an emoji, a role, a property, an option: what Type says
	Until  string `json:"until,omitempty"`  // when a ban or a quiet ends, as Time

	Bot       bool   `json:"bot,omitempty"`       // a program wrote it
	File      *File  `json:"file,omitempty"`      // what a message brings with it
	Signature string `json:"signature,omitempty"` // of a message: an SSH signature, armored, over text and a newline
}

// File is what is known of a file.
type File struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`   // bytes
	SHA256 string `json:"sha256"` // lower-case hexadecimal
}

// timeForm is RFC 3339 with exactly three decimals, so that times sort as text.
const timeForm = "2006-01-02T15:04:05.000Z07:00"

// FromEvent describes an event of the room called name: "#ops", or Room.Label of nobody.
func FromEvent(e *rooms.Event, name string) Event {
	w := Event{
		Room:   name,
		Seq:    e.Seq,
		Time:   e.Time.UTC().Format(timeForm),
		Type:   string(e.Type),
		Author: e.Author.String(),
		Text:   e.Text.String(),
		Target: e.Target.String(),
		Nonce:  e.Nonce,
		Ref:    e.Ref,
		Thread: e.Thread,
		Detail: e.Detail,
	}
	if !e.Until.IsZero() {
		w.Until = e.Until.UTC().Format(timeForm)
	}
	w.Bot, w.Signature = e.Bot, e.Signature
	if e.File != nil {
		w.File = &File{Name: e.File.Name.String(), Size: e.File.Size, SHA256: e.File.SHA256}
	}
	return w
}

// Reply is an answer of a command that is not an event: one line of it.
type Reply struct {
	Type string `json:"type"` // "reply"
	Text string `json:"text"`
}

// FromLine describes one line that a command answered.
func FromLine(line string) Reply { return Reply{Type: "reply", Text: line} }

// AppendLine appends v as one line of JSON. The types of this package always encode.
func AppendLine(dst []byte, v any) ([]byte, error) {
	b := bytes.NewBuffer(dst)
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false) // it is for programs, and "> " begins a quotation
	if err := e.Encode(v); err != nil {
		return dst, err
	}
	return b.Bytes(), nil
}
