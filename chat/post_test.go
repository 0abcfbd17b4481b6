package chat_test

import (
	"strings"
	"testing"
)

func TestAShortTextMayBeAFile(t *testing.T) {
	p := newPlace(t, "owner1")
	p.must("owner1", "create #ops")
	for _, c := range []struct{ command, stdin, want string }{
		{"post '#ops' --file", "  one\n\ttwo\n", "  one\n\ttwo\n"},
		{"post '#ops' --file in words", "", "in words"},
	} {
		out, errout, status := p.exec("owner1", c.command, c.stdin)
		if status != 0 {
			t.Fatalf("%s: %q %q %d", c.command, out, errout, status)
		}
		if got, errout, _ := p.exec("owner1", "get "+strings.TrimSpace(out), ""); got != c.want {
			t.Errorf("%s: the file is %q (%s)", c.command, got, errout)
		}
	}
	if _, errout, status := p.exec("owner1", "post '#ops' --file --signed", "x"); status != 64 || !strings.Contains(errout, "a file has none") {
		t.Errorf("signed: %q %d", errout, status)
	}
}
