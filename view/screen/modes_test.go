package screen_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"parley/view/screen"
	"parley/view/screen/screentest"
)

// Whatever the view was doing when it ended, the user's shell is as it was before.
func TestLeaveRestoresTheTerminal(t *testing.T) {
	for _, last := range []string{
		"",
		"\x1b[1;31;7mcut off", "\x1b[2;5r", "\x1b[?69h\x1b[5;9s", "\x1b[?25l", "\x1b[?2026h", "\x1b]8;id=1;https://example.org\x1b\\link",
		string(screen.Mouse(nil, true)),
	} {
		term := screentest.New(40, 8)
		fmt.Fprint(term, "$ ssh chat")
		_, _ = term.Write(screen.Enter(nil, "xterm-256color"))
		fmt.Fprint(term, "\x1b[Hthe view", last)
		_, _ = term.Write(screen.Leave(nil, "xterm-256color"))

		if got := term.Row(0); got != "$ ssh chat" || term.AltScreen() {
			t.Errorf("after %q the screen shows %q", last, got)
		}
		for mode, set := range term.Modes() {
			if on := mode == ansi.ModeAutoWrap || mode == ansi.ModeTextCursorEnable; set != on {
				t.Errorf("after %q mode %v is %v", last, mode, set)
			}
		}
		fmt.Fprint(term, "\x1b[2;1Hplain")
		if c := term.Cell(0, 1); !c.Style.IsZero() || !c.Link.IsZero() {
			t.Errorf("after %q text is written as %+v", last, c)
		}
		fmt.Fprint(term, "\x1b[8;1H\n\n\n\n\n\n\n\nx")
		if got := term.Row(1); got != "" {
			t.Errorf("after %q the screen scrolls in a region: %q", last, got)
		}
		term.Close()
	}
}

// A terminal that would take the requests for something else is asked neither for its keyboard nor for margins.
func TestTerminalsAreAskedByName(t *testing.T) {
	for term, asked := range map[string]bool{
		"xterm-256color": true, "xterm-kitty": true, "tmux-256color": true, "foot": true, "alacritty": true,
		"linux": false, "screen-256color": false, "vt100": false, "": false, "putty": false, "cons25": false,
	} {
		enter, leave := string(screen.Enter(nil, term)), string(screen.Leave(nil, term))
		if strings.Contains(enter, "\x1b[>1u") != asked || strings.Contains(enter, "\x1b[>4;1m") != asked || strings.Contains(enter, "\x1b[?69$p") != asked {
			t.Errorf("TERM=%s: entering sends %q", term, enter)
		}
		if strings.Contains(leave, "\x1b[<u") != asked || strings.Contains(leave, "\x1b[>4m") != asked || strings.Contains(leave, "\x1b[?69l") != asked {
			t.Errorf("TERM=%s: leaving sends %q", term, leave)
		}
	}
}
