package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"
)

// Command is a line in: a command, or in a live conversation what the other side shows and does. The pointers are nil for what the line has not.
type Command struct {
	ID      json.RawMessage `json:"id,omitempty"`      // a number or a text of the client's, which the answer repeats
	Command string          `json:"command,omitempty"` // the name of an entry of the command table
	Args    string          `json:"args,omitempty"`    // what would follow on the command line
	Body    string          `json:"body,omitempty"`    // what would be standard input
	Nonce   string          `json:"nonce,omitempty"`   // for commands that post
	Yes     bool            `json:"yes,omitempty"`     // yes to the command's question

	// Of live conversations only.
	Thread   uint64  `json:"thread,omitempty"`   // the thread of the shown room that a command or a mark is about, by its first message
	Show     *string `json:"show,omitempty"`     // the room that is on the screen, "" for none
	Typing   *bool   `json:"typing,omitempty"`   // the person types in the shown room, or has stopped
	Seen     *string `json:"seen,omitempty"`     // the newest message that was read: "#ops:1042"
	Draft    *string `json:"draft,omitempty"`    // what is in the input of the shown room
	Place    *uint64 `json:"place,omitempty"`    // the event at the bottom of the screen of the shown room, 0 at the newest
	Complete *string `json:"complete,omitempty"` // a line of input that is to be completed
	At       *int    `json:"at,omitempty"`       // where the cursor is in it, in UTF-16 code units; its end if left out
}

// kinds is how many of the things that a line in can be the line is.
func (c *Command) kinds() (n int) {
	for _, is := range []bool{c.Command != "", c.Show != nil, c.Typing != nil, c.Seen != nil, c.Draft != nil, c.Place != nil, c.Complete != nil} {
		if is {
			n++
		}
	}
	return n
}

// maxID is the longest id of a command, in bytes as JSON.
const maxID = 64

// ParseCommand reads a line in. Errors are sentences for whoever wrote the program; the command has its id even so, where that could be read.
func ParseCommand(data []byte, live bool) (cmd Command, err error) {
	if !utf8.Valid(data) {
		return cmd, errors.New("that line is not UTF-8, and nothing of it was done")
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	err = d.Decode(&cmd)
	id := cmd.ID
	if cmd.ID = nil; len(id) > 0 {
		if len(id) > maxID || id[0] == '{' || id[0] == '[' || id[0] == 't' || id[0] == 'f' {
			return cmd, errors.New("the id of a command is a number or a text of at most 62 bytes")
		}
		cmd.ID = id
	}
	if err != nil {
		return cmd, errors.New("that line is no command: " + strings.TrimPrefix(err.Error(), "json: ") + `; write it like {"id":1,"command":"post","args":"#ops hello"}`)
	}
	if d.More() {
		return cmd, errors.New("that line is more than one object: write each command in a line of its own")
	}
	if !live && (cmd.Thread != 0 || cmd.At != nil || cmd.Command == "" && cmd.kinds() > 0) {
		return cmd, errors.New("that line is for a conversation that began with attach --live")
	}
	if cmd.kinds() != 1 || strings.ContainsAny(cmd.Command, " \t\n") {
		return cmd, errors.New(`name one command, as in {"id":1,"command":"post","args":"#ops hello"}`)
	}
	return cmd, nil
}
