package index

import (
	"math/bits"
	"unicode/utf8"
)

const (
	maxFilter = 64 << 10 // bytes
	minFilter = 64
	// fullness is the share of a filter's bits that may be set, as one in so many. With two bits
	// for each gram, one gram in fullness² that is not in the block passes.
	fullness = 4
	// cjk is the first rune of the scripts of which two characters say as much as three letters do.
	cjk = 0x2e80
)

// bloom is a Bloom filter with two bits for each hash. Its length is a power of two.
type bloom []byte

func (f bloom) add(h uint64) {
	mask := uint64(len(f)*8 - 1)
	a, b := h&mask, h>>32&mask
	f[a>>3] |= 1 << (a & 7)
	f[b>>3] |= 1 << (b & 7)
}

func (f bloom) has(h uint64) bool {
	mask := uint64(len(f)*8 - 1)
	a, b := h&mask, h>>32&mask
	return f[a>>3]&(1<<(a&7)) != 0 && f[b>>3]&(1<<(b&7)) != 0
}

func (f bloom) hasAll(hashes []uint64) bool {
	for _, h := range hashes {
		if !f.has(h) {
			return false
		}
	}
	return true
}

// shrink halves the filter as long as it does not become too full: a bit of either half is set in
// the half that stays, where the shorter mask looks for it.
func (f bloom) shrink() bloom {
	for len(f) > minFilter {
		half := len(f) / 2
		set := 0
		for i := range half {
			set += bits.OnesCount8(f[i] | f[i+half])
		}
		if set > half*8/fullness {
			break
		}
		for i := range half {
			f[i] |= f[i+half]
		}
		f = f[:half]
	}
	return f
}

// grams calls fn with the hash of each run of one and two characters of s, and of each run of three of which
// not all are CJK.
func grams(s string, fn func(uint64)) {
	var a, b rune // the two before
	n := 0
	for _, r := range s {
		fn(mix(uint64(r)))
		if n > 0 {
			fn(mix(uint64(b)<<21 | uint64(r)))
		}
		if n > 1 && (a < cjk || b < cjk || r < cjk) {
			fn(mix(uint64(a)<<42 | uint64(b)<<21 | uint64(r)))
		}
		a, b = b, r
		n++
	}
}

// termHash is the hash of a term, unlike that of any gram: FNV-1a, mixed, from another offset.
func termHash(term string) uint64 {
	h := uint64(0xcbf29ce484222325)
	for i := range len(term) {
		h = (h ^ uint64(term[i])) * 0x100000001b3
	}
	return mix(^h)
}

// mix is the finalizer of MurmurHash3, which spreads each bit over all of them.
func mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// filterOf is the filter of some messages.
func filterOf(docs []Doc) []byte {
	size := minFilter * 8
	for i := range docs {
		size += 8 * utf8.RuneCountInString(docs[i].Text) // about a byte for each gram, before it shrinks
	}
	f := make(bloom, min(maxFilter, 1<<bits.Len(uint(size/2-1))))
	for i := range docs {
		grams(docs[i].Text, f.add)
		for _, t := range docs[i].Terms {
			f.add(termHash(t))
		}
	}
	return f.shrink()
}
