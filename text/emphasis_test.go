package text

import (
	"strings"
	"testing"
)

func TestParseEmphasis(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"*bold*", "‹*›|b(bold)|‹*›"}, {"**bold**", "‹**›|b(bold)|‹**›"}, {"_italic_", "‹_›|i(italic)|‹_›"}, {"~strike~", "‹~›|s(strike)|‹~›"}, {"~~strike~~", "‹~~›|s(strike)|‹~~›"}, {"***both***", "‹***›|bi(both)|‹***›"},
		{"a *b c* d", "a |‹*›|b(b c)|‹*›| d"}, {"(*x y*), _z_!", "(|‹*›|b(x y)|‹*›|), |‹_›|i(z)|‹_›|!"}, {"*a* *b*", "‹*›|b(a)|‹*›| |‹*›|b(b)|‹*›"}, {"*Bo*'s", "‹*›|b(Bo)|‹*›|'s"}, {"*a*-b, c-*d*", "‹*›|b(a)|‹*›|-b, c-|‹*›|b(d)|‹*›"},
		{"*a\n_b_ c", "*a\n|‹_›|i(b)|‹_›| c"},

		// one in the other
		{"*a _b_ c*", "‹*›|b(a )|‹_›|bi(b)|‹_›|b( c)|‹*›"}, {"_*a*_", "‹_›|‹*›|bi(a)|‹*›|‹_›"}, {"*a ~b* c~", "‹*›|b(a ~b)|‹*›| c~"}, {"*a `b` @bo https://c.d :tada:*", "‹*›|b(a )|b{`b`}|b( )|b[@bo=>bo]|b( )|b[https://c.d]|b( )|b🎉|‹*›"},
		{"*a *b* c*", "‹*›|b(a )|‹*›|b(b)|‹*›|b( c)|‹*›"}, {"_@bo_", "‹_›|i[@bo=>bo]|‹_›"}, {"~#ops:7~", "‹~›|s[#ops:7=>#ops 7]|‹~›"}, {"~~#ops:7~~", "‹~~›|s[#ops:7=>#ops 7]|‹~~›"}, {"_https://a.b/c_d_", "‹_›|i[https://a.b/c_d]|‹_›"},

		// scripts without spaces
		{"これは*太字*です", "これは|‹*›|b(太字)|‹*›|です"}, {"これは**太字**です。", "これは|‹**›|b(太字)|‹**›|です。"}, {"「_斜体_」", "「|‹_›|i(斜体)|‹_›|」"}, {"것은 *굵게*는", "것은 |‹*›|b(굵게)|‹*›|는"}, {"ไทย*หนา*ไทย", "ไทย|‹*›|b(หนา)|‹*›|ไทย"},
		{"*👍* *🇯🇵*", "‹*›|b(👍)|‹*›| |‹*›|b(🇯🇵)|‹*›"},

		// not at the outside of words
		{"snake_case_name", "snake_case_name"}, {"2*3*4", "2*3*4"}, {"a*b*c", "a*b*c"}, {"__init__.py", "__init__.py"}, {"/usr/*/lib/*", "/usr/*/lib/*"}, {"*.go and *.md", "*.go and *.md"}, {"rm *~ foo~", "rm *~ foo~"}, {"~/bin ~/lib", "~/bin ~/lib"}, {"C:\\*", "C:\\*"},
		{"5 * 3 * 2", "5 * 3 * 2"}, {"def f(*args, **kw)", "def f(*args, **kw)"}, {"char *a, *b;", "char *a, *b;"}, {"/* a comment */", "/* a comment */"}, {"**/*.go", "**/*.go"}, {"/foo_bar_/x", "/foo_bar_/x"}, {"x=*p*", "x=*p*"}, {"ls -l|wc *", "ls -l|wc *"},
		{"ana_@_x", "ana_@_x"}, {"a _ b _ c", "a _ b _ c"}, {"*a *", "*a *"}, {"* a*", "‹* ›|a*"}, {"*a", "*a"}, {"a*", "a*"}, {"****", "****"}, {"**", "**"}, {"*a**", "*a**"}, {"____", "____"}, {"*a\nb*", "*a\nb*"},

		// faces and tildes
		{"(*^_^*) (*´∀｀*) *_* ^_^ (*o*) (~_~) T_T", "(*^_^*) (*´∀｀*) *_* ^_^ (*o*) (~_~) T_T"}, {"네~알겠습니다~", "네~알겠습니다~"}, {"そうだね~いいよ~", "そうだね~いいよ~"}, {"~100 to ~200, ~3~", "~100 to ~200, ~3~"}, {"~~100~~", "‹~~›|s(100)|‹~~›"},

		// hiding must not join what stands around
		{"🇯*🇵x*", "🇯|b(*🇵x)|‹*›"}, {"e`\u0301`", "e`\u0301`"}, {"क\u094d*ष*", "क\u094d*ष*"},
	} {
		in, want := c.in, c.want
		if got := marked(NewBody(in)); got != want {
			t.Errorf("Parse(%+q) =\n%s, want\n%s", in, got, want)
		}
	}
}

func TestParsePictures(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{":tada:", "🎉"}, {"done :tada:!", "done |🎉|!"}, {":tada::+1:", "🎉|👍"}, {"日本:jp:語", "日本|🇯🇵|語"}, {"*:tada:*", "‹*›|b🎉|‹*›"},
		{"10:100:20", "10:100:20"}, {":nothinglikeit:", ":nothinglikeit:"}, {":tada", ":tada"}, {"::tada:", "::tada:"}, {"a:tada:", "a:tada:"}, {":tada:a", ":tada:a"}, {"fe80::100:1", "fe80::100:1"}, {"std::x::y", "std::x::y"},
		{":Tada:", ":Tada:"}, {"https://a.b/:100:", "[https://a.b/:100]|:"}, {"🇯:jp:", "🇯:jp:"}, {":jp::de:", "🇯🇵|🇩🇪"}, {"🇯*:jp: x*", "🇯|b(*)|b🇯🇵|b( x)|‹*›"}, {"12:30:45", "12:30:45"}, {":" + strings.Repeat("a", 5000) + ":", ":" + strings.Repeat("a", 5000) + ":"},
		{":england:", ":england:"},
	} {
		if got := marked(NewBody(c.in)); got != c.want {
			t.Errorf("Parse(%.60q) = %.200s, want %.200s", c.in, got, c.want)
		}
	}
}

func TestParseReferences(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"see #ops:1042.", "see |[#ops:1042=>#ops 1042]|."}, {"#ops:1042:", "[#ops:1042=>#ops 1042]|:"}, {"#運用:7を見て", "[#運用:7=>#運用 7]|を見て"}, {"#ops:1042x", "[#ops=>#ops]|:1042x"}, {"#ops:10:30", "[#ops=>#ops]|:10:30"},
		{"#ops:0", "[#ops=>#ops]|:0"}, {"#ops:", "[#ops=>#ops]|:"}, {"#ops: 1042", "[#ops=>#ops]|: 1042"}, {"#ops:99999999999999999999", "[#ops=>#ops]|:99999999999999999999"}, {"a#ops:1", "a#ops:1"},
	} {
		if got := marked(NewBody(c.in)); got != c.want {
			t.Errorf("Parse(%q) = %s, want %s", c.in, got, c.want)
		}
	}
}

func TestParseLines(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"> quote", "‹> ›|quote"}, {">quote\nmore", "‹>›|quote\nmore"}, {"> > deep", "‹> > ›|deep"}, {">> deep", "‹>> ›|deep"}, {"a\n> *b*\nc", "a\n|‹> ›|‹*›|b(b)|‹*›|\nc"}, {"> - a", "‹> ›|‹- ›|a"},
		{">引用", "‹>›|引用"}, {"> `a` b", "‹> ›|{`a`}| b"}, {"> ```\n> x\n> ```", "‹> ›|```\n|‹> ›|x\n|‹> ›|```"},
		{">", ">"}, {"> ", "> "}, {">_<", ">_<"}, {">:(", ">:("}, {">= 3", ">= 3"}, {">>> x", ">>> x"}, {"a > b", "a > b"}, {"->", "->"}, {"> > > > > > x", "> > > > > > x"},

		{"- a\n- b", "‹- ›|a\n|‹- ›|b"}, {"* a", "‹* ›|a"}, {"1. a", "‹1. ›|a"}, {"12) a", "‹12) ›|a"}, {"  - a", "‹  - ›|a"}, {"* *a*", "‹* ›|‹*›|b(a)|‹*›"}, {"- https://a.b/x", "‹- ›|[https://a.b/x]"},
		{"-a", "-a"}, {"-", "-"}, {"- ", "- "}, {"--", "--"}, {"-- a", "-- a"}, {"1.5 a", "1.5 a"}, {"2026. a", "2026. a"}, {"1.", "1."}, {"*", "*"}, {"a - b", "a - b"}, {"\n- a", "\n|‹- ›|a"},

		{"```go\nx := 1\n```", "‹```go\n›|{go:x := 1}|‹\n```›"}, {"```\ncode @bo\n```\n@bo", "‹```\n›|{:code @bo}|‹\n```›|\n|[@bo=>bo]"}, {"```\nopen @bo", "```\nopen |[@bo=>bo]"},
		{"look: ```a b\nc```", "look: |‹```›|{:a b\nc}|‹```›"}, {"*a*\n````md\n```\nx\n```\n````\n*b*", "‹*›|b(a)|‹*›|\n|‹````md\n›|{md:```\nx\n```}|‹\n````›|\n|‹*›|b(b)|‹*›"},
		{"```C++ \n x\n  \n  ```", "‹```C++ \n›|{c++: x\n  }|‹\n  ```›"}, {"```two words\nx\n```", "‹```›|{:two words\nx}|‹\n```›"}, {"```\n```", "```\n```"}, {"```\n \n```", "```\n \n```"}, {"```x\n```", "```x\n```"},
		{"*a ```\nb\n``` c*", "*a |‹```\n›|{:b}|‹\n```›| c*"},
	} {
		if got := marked(NewBody(c.in)); got != c.want {
			t.Errorf("Parse(%q) =\n%q, want\n%q", c.in, got, c.want)
		}
	}
}
