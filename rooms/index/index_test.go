package index

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/text"
)

// words are few, so that they meet, and of all lengths and scripts.
var words = rapid.SampledFrom([]string{"a", "an", "ana", "the", "there", "deploy", "x", "検索", "検", "索する", "する", "デプロイ", "привет", "при", "é", "😀", "/", "a b"})

var sentences = rapid.Map(rapid.SliceOfN(words, 0, 8), func(w []string) string { return text.Fold(strings.Join(w, " ")) })

var terms = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"by ana", "by bo", "by kei", "of ana", "of bo", "link"}), 0, 3, rapid.ID)

var documents = rapid.Custom(func(t *rapid.T) []Doc {
	var docs []Doc
	seq := uint64(Span * rapid.IntRange(0, 3).Draw(t, "block"))
	end := seq/Span*Span + Span
	now := int64(1_700_000_000_000)
	for range rapid.IntRange(0, 60).Draw(t, "docs") {
		seq += uint64(rapid.IntRange(1, 20).Draw(t, "gap"))
		if seq >= end {
			break
		}
		now += int64(rapid.IntRange(-50, 5000).Draw(t, "later"))
		docs = append(docs, Doc{seq, now, sentences.Draw(t, "text"), terms.Draw(t, "terms")})
	}
	return docs
})

var queries = rapid.Custom(func(t *rapid.T) Query {
	q := Query{Words: rapid.SliceOfN(words, 0, 3).Draw(t, "words"), Without: rapid.SliceOfN(words, 0, 2).Draw(t, "without"), Lacks: terms.Draw(t, "lacks")}
	for range rapid.IntRange(0, 2).Draw(t, "lists") {
		q.Terms = append(q.Terms, terms.Draw(t, "list"))
	}
	if rapid.IntRange(0, 2).Draw(t, "any") == 0 {
		q.Any = rapid.SliceOfN(words, 1, 3).Draw(t, "any of")
	}
	return q
})

// TestFindsWhatReadingFinds compares a block with the messages that it was built from.
func TestFindsWhatReadingFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		docs, q := documents.Draw(t, "docs"), queries.Draw(t, "query")
		var want []Found
		for _, d := range docs {
			if q.Match(d.Text, d.Terms) {
				want = append(want, Found{d.Seq, d.Time})
			}
		}
		if len(docs) == 0 {
			return
		}
		b := Build(docs)
		s := Prepare(q)
		got, err := s.Find(nil, docs[0].Seq/Span*Span, b.Docs)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("found %v, want %v", got, want)
		}
		if len(want) > 0 && !s.May(b.Filter) {
			t.Fatal("the filter hides what is there")
		}
		for _, d := range docs {
			if d.Time < b.Oldest || d.Time > b.Newest {
				t.Fatalf("a message of %d is outside of %d to %d", d.Time, b.Oldest, b.Newest)
			}
		}
	})
}

// TestAnyWordStandsByItself: what is looked for as one of several words is no part of another word.
func TestAnyWordStandsByItself(t *testing.T) {
	docs := []Doc{{1, 1, "deployment of the day", nil}, {2, 2, "a deploy, at last", nil}, {3, 3, "lunch", nil}, {4, 4, "今日のデプロイです", nil}, {5, 5, "nothing", nil}}
	b := Build(docs)
	for _, c := range []struct {
		any  []string
		want []uint64
	}{{[]string{"deploy"}, []uint64{2}}, {[]string{"lunch", "deploy"}, []uint64{2, 3}}, {[]string{"デプロイ", "no"}, []uint64{4}}, {[]string{"no", "zebra"}, nil}} {
		s := Prepare(Query{Any: c.any})
		found, err := s.Find(nil, 0, b.Docs)
		var got []uint64
		for _, f := range found {
			got = append(got, f.Seq)
		}
		if err != nil || !slices.Equal(got, c.want) || c.want != nil && !s.May(b.Filter) {
			t.Errorf("any of %q is in %v (%v), want %v", c.any, got, err, c.want)
		}
	}
	if Prepare(Query{Any: []string{"zebra", "quartz"}}).May(b.Filter) {
		t.Error("the filter lets words pass that are not there")
	}
}

func TestTheFilterSparesMostReading(t *testing.T) {
	var docs []Doc
	for i := range Span {
		docs = append(docs, Doc{Seq: uint64(i), Text: fmt.Sprintf("deploy %d of the service is green 今日は検索%c", i, 0x4e00+i), Terms: []string{"by ana"}})
	}
	b := Build(docs)
	if len(b.Filter)*4 > len(b.Docs) {
		t.Errorf("the filter takes %d bytes beside %d of texts", len(b.Filter), len(b.Docs))
	}
	pass := 0
	for i := range 1000 {
		w := string([]rune{rune(0x7000 + i), rune(0x8000 + i)})
		if Prepare(Query{Words: []string{w}}).May(b.Filter) {
			pass++
		}
		if Prepare(Query{Terms: [][]string{{fmt.Sprintf("by person%d", i)}}}).May(b.Filter) {
			pass++
		}
	}
	if pass > 200 {
		t.Errorf("the filter lets %d of 2000 pass that are not there", pass)
	}
}

func FuzzFindSurvivesDamage(f *testing.F) {
	good := Build([]Doc{{1, 5, "deploy is green", []string{"by ana"}}, {7, 9, "検索", nil}}).Docs
	f.Add(good, 4, byte(200))
	f.Add(good[:40], 0, byte(0))
	f.Fuzz(func(t *testing.T, docs []byte, at int, b byte) {
		docs = bytes.Clone(docs)
		if at >= 0 && at < len(docs) {
			docs[at] = b
		}
		for _, q := range []Query{{Words: []string{"green"}}, {Terms: [][]string{{"by ana"}}}, {Lacks: []string{"by ana"}, Without: []string{"x"}}, {Any: []string{"green", "検"}}} {
			_, _ = Prepare(q).Find(nil, 0, docs) // whatever it finds, it ends and does not panic
		}
	})
}

func texts() []Doc {
	var docs []Doc
	for i := range Span {
		s := fmt.Sprintf("The deploy number %d is green, closing ticket %d", i, i*7919%10007)
		if i%3 == 0 {
			s = fmt.Sprintf("今日は%d番のデプロイを検索しました。問題%cはありません", i, 0x4e00+i)
		}
		docs = append(docs, Doc{uint64(i), time.Now().UnixMilli(), text.Fold(s), []string{"by ana"}})
	}
	return docs
}

func BenchmarkBuild(b *testing.B) {
	docs := texts()
	for range b.N {
		Build(docs)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/Span, "ns/message")
}

func BenchmarkFind(b *testing.B) {
	docs := texts()
	block := Build(docs)
	b.ReportMetric(float64(len(block.Docs)+len(block.Filter))/Span, "bytes/message")
	for _, q := range []Query{{Words: []string{"nothing"}}, {Words: []string{"the"}}, {Words: []string{"検索"}}, {Without: []string{"e"}}, {Terms: [][]string{{"by ana"}}}} {
		s := Prepare(q)
		b.Run(fmt.Sprint(q), func(b *testing.B) {
			var found []Found
			for range b.N {
				found, _ = s.Find(found[:0], 0, block.Docs)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/Span, "ns/message")
		})
	}
}
