package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"parley/text"
)

// piece is a span of a text as both sides say it.
type piece struct {
	Kind, Text, Look, Name, Room, URL, Lang, Shown string
	Seq                                            uint64
}

// TestThePageReadsMarkupAsTheTerminalDoes: texts put together of all that formatting is made of are divided into the same spans.
func TestThePageReadsMarkupAsTheTerminalDoes(t *testing.T) {
	if testing.Short() {
		return // a browser beside the race detector is for machines with more cores
	}
	s := newSite(t, "", "ana")
	s.careless = true // who is not let in is told so by a status
	s.begin()
	p := s.open("ana", "/", 900, 600)
	texts := randomTexts(3000)
	list, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	var got [][]piece
	p.eval(fmt.Sprintf(`(async () => {
		const { parse, loadNames } = await import(document.querySelector('script[type=module]').src);
		await loadNames();
		return %s.map((s) => parse(s).map((x) => ({ Kind: x.kind, Text: x.text, Look: x.look, Name: x.name || '', Room: x.room || '', URL: x.url || '', Lang: x.lang || '', Shown: x.shown || x.text, Seq: x.seq || 0 })));
	})()`, list), &got)
	if len(got) != len(texts) {
		t.Fatalf("%d texts have %d answers", len(texts), len(got))
	}
	wrong := 0
	for i, in := range texts {
		want := pieces(in)
		a, b := fmt.Sprintf("%+v", got[i]), fmt.Sprintf("%+v", want)
		if a != b {
			if wrong++; wrong <= 5 {
				t.Errorf("%q is in the page\n%s\nand in the terminal\n%s", in, a, b)
			}
		}
	}
	if wrong > 5 {
		t.Errorf("and %d more", wrong-5)
	}
}

// randomTexts are made of the signs of markup and of words in several scripts, the same each time.
func randomTexts(n int) (out []string) {
	parts := []string{
		"*", "**", "***", "_", "~", "~~", "`", "```", "```\n", "```go\n", "\n", "\n", " ", " ", "a", "word", "@bo", "@田中", "@everyone", "@", "#", "#ops", "#運用", ":12", ":tada:", ":+1:",
		":nothing:", "https://a.b/x", "https://a.b/日本", "http://ü.de", "https://x@y.z", "mailto:a@b.c", "javascript:x", "> ", "- ", "1. ", "これ", "日本", "👍", ".", ",", "(", ")", "!", "1", "é", "e\u0301",
		"🇯🇵", ":", "/", "\\", "'", "\"", "<", "snake_case", "네", "ไทย", "אב", "س",
	}
	r := rand.New(rand.NewPCG(7, 11))
	for range n {
		var b strings.Builder
		for range 1 + r.IntN(12) {
			b.WriteString(parts[r.IntN(len(parts))])
		}
		out = append(out, text.NewBody(b.String()).String())
	}
	return out
}

// pieces are the spans that package text finds.
func pieces(in string) []piece {
	kinds := []string{"plain", "mention", "room", "url", "code", "block", "ref", "picture", "mark", "fence", "quoted", "item"}
	out := []piece{}
	for _, s := range text.Parse(text.NewBody(in)) {
		look := ""
		for i, l := range []text.Look{text.Bold, text.Italic, text.Strike} {
			if s.Look&l != 0 {
				look += "bis"[i : i+1]
			}
		}
		out = append(out, piece{kinds[s.Kind], s.Text, look, s.Name.String(), s.Room.Slug(), s.URL, s.Lang, s.Shown(), s.Seq})
	}
	return out
}
