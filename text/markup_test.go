package text

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// marked writes spans so that a row of a table can show them: looks as b i s before what they are of, marks
// that are hidden as ‹*›.
func marked(b Body) string {
	var out []string
	for _, s := range Parse(b) {
		looks := ""
		for i, l := range []Look{Bold, Italic, Strike} {
			if s.Look&l != 0 && s.Kind != Mark {
				looks += "bis"[i : i+1]
			}
		}
		out = append(out, looks+markedSpan(s))
	}
	return strings.Join(out, "|")
}

func markedSpan(s Span) string {
	switch s.Kind {
	case Mention:
		return fmt.Sprintf("[%s=>%s]", s.Text, s.Name)
	case Room:
		return fmt.Sprintf("[%s=>%s]", s.Text, s.Room)
	case Ref:
		return fmt.Sprintf("[%s=>%s %d]", s.Text, s.Room, s.Seq)
	case URL:
		if s.Shown() == s.URL {
			return fmt.Sprintf("[%s]", s.URL)
		}
		return fmt.Sprintf("[%s=>%s]", s.Shown(), s.URL)
	case Code:
		return "{" + s.Text + "}"
	case Block:
		return "{" + s.Lang + ":" + s.Text + "}"
	case Picture:
		return s.Shown()
	case Mark, Fence, Quoted, Item:
		return "‹" + s.Text + "›"
	}
	if s.Look != 0 {
		return "(" + s.Text + ")"
	}
	return s.Text
}

func TestParseMarkup(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""}, {"hello", "hello"},

		{"@bo", "[@bo=>bo]"}, {"hi @Bo, ok?", "hi |[@Bo=>bo]|, ok?"}, {"(@ana-maria)", "(|[@ana-maria=>ana-maria]|)"}, {"@bo.", "[@bo=>bo]|."}, {"@bo's", "[@bo=>bo]|'s"},
		{"@bo @kei", "[@bo=>bo]| |[@kei=>kei]"}, {"@田中 さん", "[@田中=>田中]| さん"}, {"これ@田中", "これ|[@田中=>田中]"}, {"@guest-3", "[@guest-3=>guest-3]"},
		{"\"@bo\"\n@kei", "\"|[@bo=>bo]|\"\n|[@kei=>kei]"},
		{"ana@example.org", "ana@example.org"}, {"@@bo", "@@bo"}, {"@", "@"}, {"@ bo", "@ bo"}, {"a/@bo", "a/@bo"}, {"@everyone", "@everyone"}, {"@-bo", "@-bo"},
		{"@аlice", "@аlice"}, {"@" + strings.Repeat("a", 33), "@" + strings.Repeat("a", 33)}, {"@" + strings.Repeat("a", 5000), "@" + strings.Repeat("a", 5000)},

		{"#ops", "[#ops=>#ops]"}, {"see #Ops.", "see |[#Ops=>#ops]|."}, {"#運用!", "[#運用=>#運用]|!"}, {"#1234?", "[#1234=>#1234]|?"}, {"#ops:1042", "[#ops:1042=>#ops 1042]"},
		{"a#b", "a#b"}, {"##", "##"}, {"# title", "# title"}, {"C#", "C#"}, {"&#39;", "&#39;"},

		{"https://example.org", "[https://example.org]"}, {"see https://example.org/a?b=c#d.", "see |[https://example.org/a?b=c#d]|."},
		{"(https://en.wikipedia.org/wiki/Go_(game))", "(|[https://en.wikipedia.org/wiki/Go_(game)]|)"}, {"<http://a.b>", "<|[http://a.b]|>"}, {"HTTP://A.B", "[HTTP://A.B]"},
		{"http://localhost:8080/x", "[http://localhost:8080/x]"}, {"http://[::1]:80/", "[http://[::1]:80/]"}, {"http://192.0.2.1/", "[http://192.0.2.1/]"},
		{"https://a.b, https://c.d!", "[https://a.b]|, |[https://c.d]|!"}, {"https://a.b/@bo", "[https://a.b/@bo]"}, {"https://a.b/#ops", "[https://a.b/#ops]"},
		{"https://a_b.example", "[https://a_b.example]"}, {"https://example.org.", "[https://example.org]|."},
		{"https://bücher.example/x", "[https://xn--bcher-kva.example/x]"}, {"https://аpple.com", "[https://xn--pple-43d.com]"}, {"https://google。com", "[https://google]|。com"},
		{"https://日本.example/日本", "[https://xn--wgv71a.example/%E6%97%A5%E6%9C%AC]"},
		{"https://example.org/日本", "[https://example.org/日本=>https://example.org/%E6%97%A5%E6%9C%AC]"},
		{"https://example.org/日本。", "[https://example.org/日本=>https://example.org/%E6%97%A5%E6%9C%AC]|。"},
		{"mailto:ana@example.org", "[mailto:ana@example.org]"}, {"mailto:ana@example.org?subject=x", "[mailto:ana@example.org?subject=x]"},
		{"https://google.com@evil.example/", "https://google.com@evil.example/"}, {"https://google.com:443@evil.example", "https://google.com:443@evil.example"},
		{`https://evil.example\@google.com`, `[https://evil.example]|\|[@google.com=>google.com]`},
		{"https://google.com\u2215x.evil.example", "[https://google.xn--comx-id9a.evil.example]"},
		{"https://a..b", "https://a..b"}, {"https://", "https://"}, {"https:///etc/passwd", "https:///etc/passwd"}, {"https://a.b:99999999", "https://a.b:99999999"}, {"https://a%2eb/", "https://a%2eb/"},
		{"http://[fe80::1%25eth0]/", "http://[fe80::1%25eth0]/"}, {"https://a.b:x/", "https://a.b:x/"},
		{"javascript:alert(1)", "javascript:alert(1)"}, {"file:///etc/passwd", "file:///etc/passwd"}, {"ssh://a.b", "ssh://a.b"}, {"data:text/html,x", "data:text/html,x"},
		{"xhttps://a.b", "xhttps://a.b"}, {"mailto:x", "mailto:x"}, {"mailto:@", "mailto:@"}, {"mailto:ä@example.org", "mailto:ä@example.org"}, {"mailto:a@bücher.example", "mailto:a@bücher.example"},
		{"https://a.b/" + strings.Repeat("x", 3000), "https://a.b/" + strings.Repeat("x", 3000)},
		{"https://a.b/א\u2067c\u2069", "[https://a.b/א=>https://a.b/%D7%90]|\u2067c\u2069"},

		{"run `make test` now", "run |{`make test`}| now"}, {"`@bo #ops https://a.b`", "{`@bo #ops https://a.b`}"}, {"``a`b``", "{``a`b``}"},
		{"`a\nb`", "`a\nb`"}, {"`a", "`a"}, {"``", "``"}, {"`a``b`", "{`a``b`}"}, {"`x` and `y`", "{`x`}| and |{`y`}"}, {"```x```", "{```x```}"},
		{"`*a* :tada:`", "{`*a* :tada:`}"},
	} {
		b := NewBody(c.in)
		if got := marked(b); got != c.want {
			t.Errorf("Parse(%.60q) = %.200s\nwant %.200s", c.in, got, c.want)
		}
		var whole strings.Builder
		for _, s := range Parse(b) {
			whole.WriteString(s.Text)
		}
		if whole.String() != b.String() {
			t.Errorf("the spans of %q are together %q", b, whole.String())
		}
	}
}

func TestMentions(t *testing.T) {
	var got []string
	for _, n := range Mentions(NewBody("@bo and @Ana: @bo is `@kei` ana@example.org @ａｎａ")) {
		got = append(got, n.String())
	}
	if want := []string{"bo", "ana"}; !slices.Equal(got, want) {
		t.Errorf("mentions %q, want %q", got, want)
	}
	var many strings.Builder
	for i := range 80 {
		fmt.Fprintf(&many, "@user-%d ", i)
	}
	if got := len(Mentions(NewBody(many.String()))); got != MaxMentions {
		t.Errorf("%d mentions, want %d", got, MaxMentions)
	}
	if got := Mentions(NewBody("nobody")); len(got) != 0 {
		t.Errorf("mentions %q, want none", got)
	}
}

func TestLinks(t *testing.T) {
	got := Links(NewBody("see https://a.example/x, *https://b.example* and https://a.example/x again; `https://c.example` mailto:bo@d.example https://bücher.example"))
	want := []Link{{"https://a.example/x", "https://a.example/x"}, {"https://b.example", "https://b.example"}, {"mailto:bo@d.example", "mailto:bo@d.example"},
		{"https://xn--bcher-kva.example", "https://xn--bcher-kva.example"}}
	if !slices.Equal(got, want) {
		t.Errorf("links %q, want %q", got, want)
	}
	var many strings.Builder
	for i := range 80 {
		fmt.Fprintf(&many, "https://a.example/%d ", i)
	}
	if got := len(Links(NewBody(many.String()))); got != MaxLinks {
		t.Errorf("%d links, want %d", got, MaxLinks)
	}
	if got := Links(NewBody("at 14:02")); len(got) != 0 {
		t.Errorf("links %q, want none", got)
	}
}

// Emphases that lie in each other as deep as a body is long are looked at once.
func TestParseTakesLinearTimeInDepth(t *testing.T) {
	const deep = 1 << 16
	start := time.Now()
	for _, c := range []struct{ open, close string }{{"*a ", "a* "}, {"*_", "_*"}, {"*_~~a ", "a~~_*"}, {"*(", ")* "}} {
		body := Body{strings.Repeat(c.open, deep) + "x" + strings.Repeat(c.close, deep)}
		n := 0
		for _, s := range Parse(body) {
			n += len(s.Text)
		}
		if n != len(body.s) {
			t.Errorf("%q and %q: the spans have %d bytes", c.open, c.close, n)
		}
		if spent := time.Since(start); spent > 20*time.Second {
			t.Fatalf("%q and %q took %v", c.open, c.close, spent)
		}
	}
}

// Text much larger than a body holds, of the kinds whose every start could read to the end: minutes if it did.
func TestParseTakesLinearTime(t *testing.T) {
	const size = 1 << 18
	start := time.Now()
	for _, unit := range []string{"@", "#", "`", "@a", "#a ", "` ", "```` ``` ", "https://", "https:// ", "http://a.b/(", "mailto:", "h ", "@a.", "))))", "http://\u00fc.",
		"*a ", "*a* ", "a* ", "*_~", "_a*", "*a _b ", "**a ", "*.", "~(", ":", ":a", ":a:", ":tada:", ":tada:*", "*🇯", "https:", "mailto:a", "> ", ">a\n", "- ", "- a\n", "1. a\n", "```\n", "```\na\n```\n", "`\n", "*a\n", "#a:1 ", "#a:1:1"} {
		n := 0
		for _, s := range Parse(Body{strings.Repeat(unit, size/len(unit))}) {
			n += len(s.Text)
		}
		if n != size/len(unit)*len(unit) {
			t.Errorf("the spans of %q repeated have %d bytes", unit, n)
		}
		if spent := time.Since(start); spent > 20*time.Second {
			t.Fatalf("%q repeated took %v", unit, spent)
		}
	}
}
