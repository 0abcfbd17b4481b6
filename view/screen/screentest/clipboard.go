package screentest

import (
	"bytes"
	"encoding/base64"
)

// takeClipboard keeps what OSC 52 writes. data is "52;c;BASE64"; a question, whose content
// is "?", is answered, as real terminals that trust everybody do.
func (t *Term) takeClipboard(data []byte) bool {
	parts := bytes.SplitN(data, []byte(";"), 3)
	if len(parts) != 3 {
		return false
	}
	if string(parts[2]) == "?" {
		t.answersMu.Lock()
		t.answers = append(t.answers, "\x1b]52;c;\x1b\\"...)
		t.answersMu.Unlock()
		return true
	}
	if words, err := base64.StdEncoding.DecodeString(string(parts[2])); err == nil {
		t.clipboard = string(words)
	}
	return true
}

// Clipboard is what was copied last by OSC 52.
func (t *Term) Clipboard() string {
	defer t.look()()
	return t.clipboard
}
