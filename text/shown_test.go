package text

import "testing"

func TestGlance(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "plain": "plain", "one\ntwo": "one …", "*one* _two_ :tada: `a*b*` ~not~\n": "one two 🎉 `a*b*` ~not~", "> quoted\nanswer": "quoted …", "- item": "- item",
		"```go\nx := 1\n```": "x := 1", "look: ```\na\nb\n```": "look: …", "\n\na": "a", "https://bücher.example/x": "https://xn--bcher-kva.example/x",
	} {
		if got := Glance(NewBody(in)); got != want {
			t.Errorf("Glance(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPlainly(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "*a* :tada: 日本": "*a* :tada: 日本", "see https://bücher.example/x, *b*": "see https://xn--bcher-kva.example/x, *b*", "https://a.example/日本": "https://a.example/日本",
		"```\nhttps://bücher.example\n```": "```\nhttps://bücher.example\n```",
	} {
		if got := Plainly(NewBody(in)); got != want {
			t.Errorf("Plainly(%q) = %q, want %q", in, got, want)
		}
	}
}
