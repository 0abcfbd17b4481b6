package view

import (
	"hash/maphash"
	"slices"
	"sync"
	"time"

	"github.com/alecthomas/chroma/v2"

	"parley/highlight"
	"parley/text"
	"parley/view/screen"
)

// token is the code up to end, after the token before, and what it is.
type token struct {
	end  uint16
	role role
}

// codeKey is everything that the tokens of a block depend on.
type codeKey struct{ lang, code string }

// highlighter knows what the words of code are. It is shared by all views; of several
// that want the same block, one finds its words and the others wait for it.
type highlighter struct {
	seed     maphash.Seed
	finding  [shards]sync.Mutex
	found    *cache[codeKey, []token]
	patience time.Duration
}

func newHighlighter(bytes int) *highlighter {
	return &highlighter{
		seed:     maphash.MakeSeed(),
		found:    newCache[codeKey](bytes, func(t []token) int { return highlight.MaxCode + 4*len(t) }), // the code belongs to the key
		patience: highlight.Patience,
	}
}

// tokens divides code of a language into what its words are; nil if it is not known, or takes too long to say.
func (h *highlighter) tokens(lang, code string) []token {
	if len(code) > highlight.MaxCode || !highlight.Known(lang) {
		return nil
	}
	k := codeKey{lang, code}
	if t, ok := h.found.get(k); ok {
		return t
	}
	mu := &h.finding[maphash.Comparable(h.seed, k)%shards]
	mu.Lock()
	defer mu.Unlock()
	t, ok := h.found.get(k)
	if !ok {
		t = roles(highlight.Words(lang, code, h.patience))
		h.found.put(k, t)
	}
	return t
}

// roles puts words together that look the same.
func roles(words []highlight.Word) (out []token) {
	for _, w := range words {
		r := roleOf(w.Type)
		if n := len(out); n > 0 && out[n-1].role == r {
			out[n-1].end = uint16(w.End)
		} else {
			out = append(out, token{uint16(w.End), r})
		}
	}
	return slices.Clip(out)
}

// roleOf is how the words of a type look.
func roleOf(t chroma.TokenType) role {
	switch {
	case t.InCategory(chroma.Comment):
		return roleCodeNote
	case t.InSubCategory(chroma.LiteralString), t == chroma.GenericInserted:
		return roleCodeText
	case t.InSubCategory(chroma.LiteralNumber), t == chroma.KeywordConstant, t == chroma.KeywordType, t == chroma.NameBuiltin:
		return roleCodeValue
	case t.InCategory(chroma.Keyword), t == chroma.OperatorWord, t == chroma.GenericHeading, t == chroma.GenericSubheading:
		return roleCodeWord
	case t == chroma.NameFunction, t == chroma.NameClass, t == chroma.NameTag, t == chroma.NameAttribute, t == chroma.NameDecorator:
		return roleCodeName
	case t == chroma.GenericDeleted:
		return roleCodeGone
	}
	return roleText
}

// paintCode appends the first n rows of a block of code.
func (t *typesetter) paintCode(out []screen.Segment, p *part, n int) []screen.Segment {
	tokens := t.code.tokens(p.lang, p.words)
	next := 0
	for _, row := range p.rows[:n] {
		t.b.Width(t.cols.body)
		if t.cols.body >= leastHang {
			sign := signCode
			if row.From > 0 && p.words[row.From-1] != '\n' {
				sign = signOn
			}
			t.b.Text(t.look.style(roleGutter), sign)
		}
		words := p.words[row.From:row.To]
		if balanced := text.Balance(words); tokens == nil || balanced != words {
			t.b.Text(t.look.style(roleCode), balanced)
			out = append(out, t.b.Segment())
			continue
		}
		for at := row.From; at < row.To; {
			for next < len(tokens) && int(tokens[next].end) <= at {
				next++
			}
			to, st := row.To, screen.Style{}
			if next < len(tokens) {
				to, st = min(to, int(tokens[next].end)), t.look.style(tokens[next].role)
			}
			t.b.Text(st, p.words[at:to])
			at = to
		}
		out = append(out, t.b.Segment())
	}
	return out
}
