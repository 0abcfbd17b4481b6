package text

import (
	"strings"
	"testing"
)

func TestSubstitute(t *testing.T) {
	for _, c := range []struct{ body, command, want string }{
		{"teh cat teh", "s/teh/the/", "the cat teh"}, {"teh cat teh", "s/teh/the/g", "the cat the"}, {"Teh teh", "s/teh/the/i", "the teh"}, {"Teh TEH", "s/teh/the/gi", "the the"},
		{"a.b.c", "s/./-/g", "a-b-c"}, {"a/b", `s/\//-/`, "a-b"}, {"a-b", `s/-/\//`, "a/b"}, {`a\b`, `s/\\/x/`, "axb"}, {`a\d`, `s/\d/x/`, "ax"}, {"one two", "s/ two//", "one"},
		{"日本語", "s/本/米/", "日米語"}, {"STRASSE ÄÖ", "s/äö/x/i", "STRASSE x"}, {"K \u212a k", "s/k/x/gi", "x x x"}, {"aaa", "s/aa/b/g", "ba"}, {"$1", "s/$1/$&/", "$&"},
		{"a\nb", "s/b/c/", "a\nc"},
	} {
		got, ok, err := Substitute(NewBody(c.body), c.command)
		if !ok || err != nil || got.String() != c.want {
			t.Errorf("Substitute(%q, %q) = %q, %v, %v; want %q", c.body, c.command, got, ok, err, c.want)
		}
	}
}

func TestSubstituteRefuses(t *testing.T) {
	long := strings.Repeat("a", MaxBody)
	for _, c := range []struct{ body, command, why string }{
		{"a", "s/b/c/", "does not contain"}, {"a", "s//c/", "nothing between"}, {"a", "s/a//", "empty"}, {"a", "s/a/a/", "changes nothing"}, {"A", "s/a/x/", "does not contain"},
		{long, "s/a/" + strings.Repeat("b", 4000) + "/g", "longer"}, {long, "s/a/bb/", "KiB"}, {"a\nb", "s/b/\u200b/", ""},
	} {
		got, ok, err := Substitute(NewBody(c.body), c.command)
		if c.why != "" && (!ok || err == nil || !strings.Contains(err.Error(), c.why)) {
			t.Errorf("Substitute(%.20q, %.20q) = %.20q, %v, %v; want an error with %q", c.body, c.command, got, ok, err, c.why)
		}
	}
	for _, s := range []string{"s/he", "s/he/she", "s/he/they are here", "s", "s/", "see a/b/c/", "s/a/b/x", "s/a/b/g x", "s|a|b|", "S/a/b/", " s/a/b/", "s/a\nb/c/", `s/a/b\/`, "s///x"} {
		if got, ok, err := Substitute(NewBody("a he s"), s); ok {
			t.Errorf("%q is taken for a correction: %q, %v", s, got, err)
		}
	}
}

func FuzzSubstitute(f *testing.F) {
	f.Add("teh cat Teh", "teh", "the", true, true)
	f.Add("İıſK\u212a", "k", "ß", true, true)
	f.Fuzz(func(t *testing.T, body, old, with string, all, fold bool) {
		command := "s/" + strings.NewReplacer(`\`, `\\`, "/", `\/`, "\n", "").Replace(old) + "/" + strings.NewReplacer(`\`, `\\`, "/", `\/`, "\n", "").Replace(with) + "/"
		if all {
			command += "g"
		}
		if fold {
			command += "i"
		}
		b := NewBody(body)
		got, ok, err := Substitute(b, command)
		if !ok {
			t.Fatalf("%q is no correction", command)
		}
		if err != nil {
			return
		}
		mustBeSafe(t, got.String())
		n := 1
		if all {
			n = -1
		}
		old, with = strings.ReplaceAll(old, "\n", ""), strings.ReplaceAll(with, "\n", "")
		if want, err := ParseBody(strings.Replace(b.String(), old, with, n)); !fold && (err != nil || want != got) {
			t.Fatalf("%q of %q gives %q, want %q", command, b, got, want)
		}
	})
}

func TestParseRef(t *testing.T) {
	for in, want := range map[string]uint64{"#ops:1042": 1042, "#運用:1": 1, "#Ops:9223372036854775807": 1<<63 - 1} {
		if room, seq, ok := ParseRef(in); !ok || seq != want || room.IsZero() {
			t.Errorf("ParseRef(%q) = %v, %d, %v", in, room, seq, ok)
		}
	}
	for _, in := range []string{"", "#ops", "ops:1", "#ops:", "#ops:0", "#ops:01", "#ops:-1", "#ops:+1", "#ops:1x", "#ops:9223372036854775808", "#:1", "#a b:1", "@bo:12", "1042", "#ops:１", "#ops:1:2"} {
		if room, seq, ok := ParseRef(in); ok {
			t.Errorf("ParseRef(%q) = %v, %d", in, room, seq)
		}
	}
}
