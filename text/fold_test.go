package text

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"":                   "",
		"Deploy is GREEN":    "deploy is green",
		"  two   words \n x": "two words x",
		"ｶﾞﾗｽ":               "ガラス",
		"ガラス":                "ガラス",
		"ＡＢＣ　１２３":            "abc 123",
		"検索　する":              "検索 する",
		"検索する":               "検索する",
		"ПРИВЕТ мир":         "привет мир",
		"Straße":             "strasse",
		"ΟΔΟΣ οδος":          "οδοσ οδοσ",
		"Ärger é":            "ärger é",
		"①㍿ ﬁne":             "1株式会社 fine",
		"❤️":                 "❤",
		"한국어 텍스트":            "한국어 텍스트",
		"\n":                 "",
		"a\n\nb":             "a b",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFoldIsTheSameTheSecondTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := hostile.Draw(t, "s")
		f := Fold(s)
		if g := Fold(f); g != f {
			t.Fatalf("Fold(%+q) = %+q, but folded again it is %+q", s, f, g)
		}
		for _, r := range f {
			if unicode.IsControl(r) || r != ' ' && unicode.IsSpace(r) {
				t.Fatalf("Fold(%+q) = %+q holds %U", s, f, r)
			}
		}
		if strings.HasPrefix(f, " ") || strings.HasSuffix(f, " ") || strings.Contains(f, "  ") {
			t.Fatalf("Fold(%+q) = %+q has needless spaces", s, f)
		}
		if upper := Fold(strings.ToUpper(NewBody(s).String())); len(s) < 20 && isSimple(s) && isASCII(s) && upper != f {
			t.Fatalf("in capitals %q is %q, not %q", s, upper, f)
		}
	})
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) < 0
}

func TestFindFoldedMarksWhatIsRead(t *testing.T) {
	for _, c := range []struct{ s, word, want string }{
		{"the Deploy is green", "deploy", "Deploy"},
		{"窓のｶﾞﾗｽを拭く", "ガラス", "ｶﾞﾗｽ"},
		{"今日は検索する", "検索", "検索"},
		{"two\n\n words", "two w", "two\n\n w"},
		{"  lead", "lead", "lead"},
		{"Straße 3", "strasse", "Straße"},
		{"café", "café", "café"},
		{"I ❤️ it", "❤", "❤️"},
	} {
		from, to, ok := FindFolded(c.s, Fold(c.word))
		if !ok || c.s[from:to] != c.want {
			t.Errorf("in %q the match of %q is %q (%v), want %q", c.s, c.word, c.s[from:to], ok, c.want)
		}
	}
	if _, _, ok := FindFolded("nothing here", "else"); ok {
		t.Error("a word that is not there was found")
	}
}

func FuzzFindFolded(f *testing.F) {
	f.Add("窓のｶﾞﾗｽ", "ガ")
	f.Add("two\n\nwords", "o w")
	f.Fuzz(func(t *testing.T, s, word string) {
		s, word = NewBody(s).String(), Fold(word)
		from, to, ok := FindFolded(s, word)
		if ok && !(0 <= from && from < to && to <= len(s)) {
			t.Fatalf("the match of %+q in %+q is %d to %d", word, s, from, to)
		}
		if ok && !strings.Contains(Fold(s), word) && isASCII(s) {
			t.Fatalf("%+q is marked in %+q and does not match it", word, s)
		}
	})
}

func BenchmarkFold(b *testing.B) {
	for _, s := range []string{"deploy is green, closing the ticket", "Deploy is Green", "今日はデプロイしました。", "ｶﾞﾗｽ Straße"} {
		b.Run(s, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				Fold(s)
			}
		})
	}
}

// Cherokee has small letters since Unicode 8; both are one to a search.
func TestFoldOfCherokee(t *testing.T) {
	for _, s := range []string{"\u13a0", "\uab70", "\u13f0", "\u13f8"} {
		f := Fold(s)
		if g := Fold(f); g != f {
			t.Errorf("Fold(%+q) = %+q, but folded again it is %+q", s, f, g)
		}
	}
	if Fold("\u13a0") != Fold("\uab70") || Fold("\u13f0") != Fold("\u13f8") {
		t.Error("a small letter is another one than its old form")
	}
}
