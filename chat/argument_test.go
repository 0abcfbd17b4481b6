package chat_test

import (
	"strings"
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

// What a program quotes once more for the shell that it believes to be there: each line with and without the quotes, in an order in which both can be done.
func TestRoomsPeopleAndReferencesMayBeQuotedWhereverTheyStand(t *testing.T) {
	p := newPlace(t, "owner1", "bo")
	for _, setUp := range []string{"create #ops", "create #den", "post #ops hello"} {
		p.must("owner1", setUp)
	}
	p.must("bo", "join #ops")
	p.must("bo", "post #ops hello too")
	for _, c := range []struct{ line, want string }{
		{"invite bo '#den'", "bo is invited to #den"},
		{`invite "#den" "@bo"`, "bo is invited to #den"},
		{"rename '#den' '#pit'", "#den is #pit from now on"},
		{"whois '@bo'", "bo is a member"},
		{"remind '@bo' in 3h tea", "for bo: tea"},
		{"remind '#ops' in 3h tea", "in #ops: tea"},
		{"remind me in 3h '#tea'", "for you: '#tea'"},
		{"forward '#ops:2' '#pit'", "forwarded from #ops:2"},
		{"report '#ops:4' 'rude'", "thank you"},
		{"quiet '#ops' '@bo' 1h '#rude'", "bo may read and not write in #ops"},
		{"kick '#ops' '@bo' '#rude' words", "bo is out of #ops"},
		{"webhook add '#ops' ci", "ci posts to #ops"},
		{"user role '@bo' admin", "bo is an admin of this server"},
	} {
		if got := p.must("owner1", c.line); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q", c.line, got)
		}
	}
	if got := p.must("owner1", "audit by '@owner1'"); !strings.Contains(got, "'#rude' words") {
		t.Errorf("the words of a reason: %q", got)
	}
	log, _, _ := p.exec("owner1", "export '#ops'", "")
	if out, errout, status := p.exec("owner1", "import jsonl '#copy'", log); status != 0 {
		t.Errorf("an import: %q %q", out, errout)
	}
	for _, c := range []struct{ words, want string }{{"'#ops' is a room", "'#ops' is a room"}, {"'#ops'", "'#ops'"}} {
		p.must("owner1", "post #ops "+c.words)
		if got := p.must("owner1", "history #ops 1"); !strings.HasSuffix(strings.TrimSpace(got), "owner1: "+c.want) {
			t.Errorf("%s is said as %q", c.words, got)
		}
	}
}
