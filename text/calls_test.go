package text

import "testing"

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
