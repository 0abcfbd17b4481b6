package text

import (
	"strings"
	"testing"
)

func TestCalls(t *testing.T) {
	for in, want := range map[string]Call{
		"":                          0,
		"@here lunch":               CallHere,
		"lunch, @here?":             CallHere,
		"(@room) and @here":         CallHere | CallRoom,
		"@everyone":                 CallRoom,
		"@channel: hi":              CallRoom,
		"@all.":                     CallRoom,
		"皆さん@hereへ":                 0,
		"ana@here.example":          0,
		"@hereby":                   0,
		"@here-1":                   0,
		"@Here":                     0,
		"`@room` is a word":         0,
		"`@room` and then @here":    CallHere,
		"```\n@room\n```":           0,
		"email me@room.org @rooms ": 0,
	} {
		if got := Calls(NewBody(in)); got != want {
			t.Errorf("Calls(%q) is %b, want %b", in, got, want)
		}
	}
}

func TestJoined(t *testing.T) {
	for s, want := range map[string]bool{"ab|c": true, "a |b": false, "|ab": false, "ab|": false, "a|-": false, "日|本": false, "a|本": false, "é|t": true, "1|a": true} {
		at := strings.IndexByte(s, '|')
		if got := Joined(s[:at]+s[at+1:], at); got != want {
			t.Errorf("Joined at %q is %v", s, got)
		}
	}
}
