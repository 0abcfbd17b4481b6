package sqlite

import (
	"encoding/json"
	"fmt"

	"parley/rooms"
	"parley/text"
)

// storedFile is a rooms.File as a row of events has it.
type storedFile struct {
	ID     uint64 `json:"id"`
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// fileText is a file for storing, "" for none.
func fileText(f *rooms.File) string {
	if f == nil {
		return ""
	}
	b, _ := json.Marshal(storedFile{f.ID, f.Name.String(), f.Size, f.SHA256}) // numbers and strings always encode
	return string(b)
}

// readFile reads what fileText made. The name passes its constructor again.
func readFile(s string) (*rooms.File, error) {
	if s == "" {
		return nil, nil
	}
	var f storedFile
	if err := json.Unmarshal([]byte(s), &f); err != nil {
		return nil, fmt.Errorf("it holds a file that is none, %s: %w", text.Quote(s), err)
	}
	name, err := text.FileName(f.Name)
	if err != nil {
		return nil, fmt.Errorf("it holds a file that is none, %s: %w", text.Quote(s), err)
	}
	return &rooms.File{ID: f.ID, Name: name, Size: f.Size, SHA256: f.SHA256}, nil
}
