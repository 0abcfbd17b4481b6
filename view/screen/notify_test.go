package screen_test

import (
	"testing"

	"parley/view/screen"
)

func TestNoticeFor(t *testing.T) {
	for _, c := range []struct {
		term, program string
		want          screen.Notice
	}{
		{"xterm-256color", "", screen.Bell},
		{"xterm-kitty", "", screen.OSC99},
		{"foot", "", screen.OSC777},
		{"rxvt-unicode-256color", "", screen.OSC777},
		{"xterm-256color", "iTerm.app", screen.OSC9},
		{"xterm-256color", "WezTerm", screen.OSC9},
		{"xterm-ghostty", "ghostty", screen.OSC9},
		{"tmux-256color", "iTerm.app", screen.Bell},
		{"screen", "WezTerm", screen.Bell},
		{"", "", screen.Bell},
	} {
		if got := screen.NoticeFor(c.term, c.program); got != c.want {
			t.Errorf("TERM=%s TERM_PROGRAM=%s is told by %d, want %d", c.term, c.program, got, c.want)
		}
	}
}

func TestNotify(t *testing.T) {
	for _, c := range []struct {
		way   screen.Notice
		words string
		bell  bool
		want  string
	}{
		{screen.Bell, "ana in #ops", false, "\x07"},
		{screen.NoNotice, "ana in #ops", true, "\x07"},
		{screen.NoNotice, "ana in #ops", false, ""},
		{screen.OSC9, "ana in #ops", false, "\x1b]9;ana in #ops\x07"},
		{screen.OSC777, "ana in #ops", true, "\x1b]777;notify;Parley;ana in #ops\x07\x07"},
		{screen.OSC99, "ana in #ops", false, "\x1b]99;;ana in #ops\x1b\\"},
		{screen.OSC9, "x\x07\x1b]52;c;\u009c\\y", false, "\x1b]9;x]52cy\x07"},
	} {
		if got := string(screen.Notify(nil, c.way, c.words, c.bell)); got != c.want {
			t.Errorf("%d %q is %q, want %q", c.way, c.words, got, c.want)
		}
	}
}
