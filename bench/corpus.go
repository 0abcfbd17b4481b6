package main

import (
	"math/rand/v2"
	"strings"
)

// corpus writes messages as people do in five languages: few words come up again and again and most of them hardly
// ever (Zipf), and in two of the languages there is nothing between them. It is the same each time.
type corpus struct {
	rand  *rand.Rand
	words [][]string // by language, the most common first
	pick  []*rand.Zipf
}

// languages are what a message is written in, one of ten each.
const languages = "eeeedrjjjc"

// vocabulary is how many words a language has.
const vocabulary = 8000

func newCorpus() *corpus {
	c := &corpus{rand: rand.New(rand.NewPCG(2026, 11))}
	for _, syllables := range []string{
		"the in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri ro ic ne ea ra ce li ch ll be ma si om ur ploy log",
		"ein sch der die und ung cht ge be ver ich ten ste ier ä ö ü an auf mit",
		"о е а и н т с р в л к м д п у я ы ь г з б ч й ств ени ого при про",
	} {
		c.learn(func(i int) string { return c.spell(strings.Fields(syllables), 1+c.rand.IntN(3)+i/3000) })
	}
	hiragana, katakana, kanji := letters('あ', 80), letters('ア', 80), letters('一', 1200)
	c.learn(func(i int) string {
		switch i % 3 {
		case 0:
			return c.spell(hiragana, 1+c.rand.IntN(3))
		case 1:
			return c.spell(kanji, 2)
		}
		return c.spell(katakana, 2+c.rand.IntN(4))
	})
	hanzi := letters('一', 2500)
	c.learn(func(int) string { return c.spell(hanzi, 1+c.rand.IntN(2)) })
	return c
}

// letters are n characters from a first one on.
func letters(first rune, n int) (out []string) {
	for i := range n {
		out = append(out, string(first+rune(i)))
	}
	return out
}

// learn adds a language.
func (c *corpus) learn(word func(i int) string) {
	var words []string
	for i := range vocabulary {
		words = append(words, word(i))
	}
	c.words = append(c.words, words)
	c.pick = append(c.pick, rand.NewZipf(c.rand, 1.1, 4, vocabulary-1))
}

func (c *corpus) spell(from []string, n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(from[c.rand.IntN(len(from))])
	}
	return b.String()
}

// message is three to fourteen words, and one that every message has.
func (c *corpus) message() string {
	language := strings.IndexByte("edrjc", languages[c.rand.IntN(len(languages))])
	var b strings.Builder
	for i := range 3 + c.rand.IntN(12) {
		if i > 0 && language < 3 {
			b.WriteByte(' ')
		}
		b.WriteString(c.words[language][c.pick[language].Uint64()])
	}
	b.WriteString(" ok")
	return b.String()
}
