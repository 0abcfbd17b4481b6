package text

import (
	"strings"
	"testing"
)

const ascii40 = "deploy is green, closing the ticket now."

// A body of common letters is made once for each row that is read from a database.
func TestCommonTextAllocatesNothing(t *testing.T) {
	for _, s := range []string{ascii40, "日本語のテキストです。", "Съешь ещё этих мягких", "naïve café", "👍😀"} {
		if n := testing.AllocsPerRun(100, func() { NewBody(s); Width(s); Cut(s, 9) }); n > 0 {
			t.Errorf("%q allocates %.0f times", s, n)
		}
	}
	if n := testing.AllocsPerRun(100, func() { _, _ = ReadName("alice") }); n > 0 {
		t.Errorf("ReadName allocates %.0f times", n)
	}
}

func BenchmarkNewBody(b *testing.B) {
	for _, c := range []struct{ name, s string }{
		{"ascii40", ascii40}, {"japanese", "日本語のテキストです。"}, {"thai", "ภาษาไทยน้ำใจ"}, {"emoji", "👩‍👩‍👧‍👦 ❤️"}, {"ascii16k", strings.Repeat("a", MaxBody)}, {"zalgo16k", strings.Repeat("z\u0335\u0336\u0337\u0338\u0339", MaxBody/11)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				NewBody(c.s)
			}
		})
	}
}

func BenchmarkWidth(b *testing.B) {
	for _, c := range []struct{ name, s string }{{"ascii40", ascii40}, {"japanese", "日本語のテキストです。"}, {"thai", "ภาษาไทยน้ำใจ"}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Width(c.s)
			}
		})
	}
}

func BenchmarkNames(b *testing.B) {
	b.Run("ReadName", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = ReadName("alice")
		}
	})
	b.Run("ParseName", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = ParseName("alice")
		}
	})
	b.Run("Japanese", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = ReadName("たなか")
		}
	})
}

func BenchmarkRows(b *testing.B) {
	long := strings.Repeat(ascii40+" ", 5)
	b.ReportAllocs()
	for b.Loop() {
		Rows(long, 60)
	}
}

func BenchmarkParse(b *testing.B) {
	body := NewBody("@ana see https://example.org/x and #ops: `make test` is green")
	b.ReportAllocs()
	for b.Loop() {
		Parse(body)
	}
}
