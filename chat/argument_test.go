package chat_test

import (
	"testing"

	"parley/chat"
)

func TestSwitchesStandBeforeTheTextAndBehindIt(t *testing.T) {
	c := chat.New(chat.Options{})
	for line, want := range map[string]struct {
		rest string
		said chat.Switches
	}{
		"post #ops --json hello":                        {"post #ops hello", chat.Switches{JSON: true}},
		"post #ops hello --json":                        {"post #ops hello", chat.Switches{JSON: true}},
		"post '#ops' deploy is green --json --nonce k2": {"post '#ops' --nonce k2 deploy is green", chat.Switches{JSON: true}},
		"post '#ops' green --nonce=k2 --json --yes":     {"post '#ops' --nonce=k2 green", chat.Switches{JSON: true, Yes: true}},
		"post '#ops' -- use --json":                     {"post '#ops' -- use --json", chat.Switches{}},
		"post '#ops' what is --nonce":                   {"post '#ops' what is --nonce", chat.Switches{}},
		"ask @ana deploy? --json --timeout 10m":         {"ask @ana --timeout 10m deploy?", chat.Switches{JSON: true}},
		"post '#ops' --title 'Build 12' --json":         {"post '#ops' --title 'Build 12'", chat.Switches{JSON: true}},
		"post #ops --reply 12 --yes --json x  y":        {"post #ops --reply 12 x  y", chat.Switches{JSON: true, Yes: true}},
		"post #ops -- --json":                           {"post #ops -- --json", chat.Switches{}},
		"post #ops don't --json panic":                  {"post #ops don't --json panic", chat.Switches{}},
		"post '#ops' --title Build 12 --json":           {"post '#ops' --title Build 12", chat.Switches{JSON: true}},
		"post '#ops' --title 'Build 12' x --json":       {"post '#ops' --title 'Build 12' x", chat.Switches{JSON: true}},
		"ask @ana deploy? --json":                       {"ask @ana deploy?", chat.Switches{JSON: true}},
		"--json /rooms":                                 {"rooms", chat.Switches{JSON: true}},
		"tail -f --since 2h '#ops' --json":              {"tail -f --since 2h '#ops'", chat.Switches{JSON: true}},
	} {
		if rest, said := c.Switches(line); rest != want.rest || said != want.said {
			t.Errorf("%q leaves %q and says %+v", line, rest, said)
		}
	}
}

// FuzzSwitches: whatever is typed, what is left says the same again, and has no switch that was taken.
func FuzzSwitches(f *testing.F) {
	for _, s := range []string{"post '#ops' --json x", "tail --after '#ops:1' --json", "ask @a x --json", "'", "\"", "--", "post --title=", "post --title '", "post --title a b --json --yes", "post --code", "\x00", "/"} {
		f.Add(s)
	}
	c := chat.New(chat.Options{})
	f.Fuzz(func(t *testing.T, line string) {
		rest, _ := c.Switches(line)
		again, said := c.Switches(rest)
		if again != rest || said != (chat.Switches{}) {
			t.Errorf("%q leaves %q, and that %q and %+v", line, rest, again, said)
		}
		c.WantsBody(rest)
		c.Streams(rest)
	})
}
