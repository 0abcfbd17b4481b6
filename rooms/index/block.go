package index

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"sort"
)

const (
	// Span is how many seqs a block covers: the nth block of a log is for the seqs n·Span … n·Span+Span-1.
	Span = 1024
	// Version changes whenever blocks that were built before are of no use: with their layout, with
	// the hashes of the filter, with text.Fold. Who keeps blocks keeps it with them.
	Version = 1
)

// Doc is one message as it can be found.
type Doc struct {
	Seq   uint64
	Time  int64    // milliseconds since 1970
	Text  string   // folded, so it has no newline
	Terms []string // at most maxTerms
}

// maxTerms bounds the different terms of a block, which has two bytes for each.
const maxTerms = math.MaxUint16

// Block is messages in the form in which they are looked through. It is immutable.
type Block struct {
	Oldest, Newest int64 // Doc.Time of the first and the last by time
	Filter         []byte
	Docs           []byte
}

// Found is one message that matches.
type Found struct {
	Seq  uint64
	Time int64
}

// The layout of Block.Docs, little-endian:
//
//	header   version, messages n, terms t, references r, bytes of the terms: uint32 each
//	times    n × int64
//	ends     n × uint32: where the text of each ends in texts, before its newline
//	refs     n × uint32: where the references of each end
//	seqs     n × uint16: seq modulo Span
//	terms    r × uint16: indices of terms
//	names    t × (uint16 length, bytes)
//	texts    each followed by a newline
const header = 5 * 4

// Build makes the block of some messages of one stretch, ascending by seq. Without messages it is the zero Block.
func Build(docs []Doc) Block {
	if len(docs) == 0 {
		return Block{}
	}
	b := Block{Oldest: docs[0].Time, Newest: docs[0].Time, Filter: filterOf(docs)}
	ids := map[string]uint16{}
	var names, refs, refEnds, ends, times, seqs []byte
	var texts bytes.Buffer
	le := binary.LittleEndian
	n := 0
	for i := range docs {
		d := &docs[i]
		b.Oldest, b.Newest = min(b.Oldest, d.Time), max(b.Newest, d.Time)
		for _, t := range d.Terms {
			id, ok := ids[t]
			if !ok {
				if len(ids) == maxTerms || len(t) > math.MaxUint16 {
					continue
				}
				id = uint16(len(ids))
				ids[t] = id
				names = append(le.AppendUint16(names, uint16(len(t))), t...)
			}
			refs = le.AppendUint16(refs, id)
			n++
		}
		texts.WriteString(d.Text)
		times = le.AppendUint64(times, uint64(d.Time))
		ends = le.AppendUint32(ends, uint32(texts.Len()))
		refEnds = le.AppendUint32(refEnds, uint32(n))
		seqs = le.AppendUint16(seqs, uint16(d.Seq%Span))
		texts.WriteByte('\n')
	}
	out := make([]byte, 0, header+len(times)+len(ends)+len(refEnds)+len(seqs)+len(refs)+len(names)+texts.Len())
	for _, v := range []int{Version, len(docs), len(ids), n, len(names)} {
		out = le.AppendUint32(out, uint32(v))
	}
	b.Docs = bytes.Join([][]byte{out, times, ends, refEnds, seqs, refs, names, texts.Bytes()}, nil)
	return b
}

// errDamaged is for bytes that Build did not make.
var errDamaged = errors.New("a block of the search index is damaged")

// opened is a block's bytes taken apart.
type opened struct {
	n                                 int
	times, ends, refEnds, seqs, terms []byte
	names                             []string
	texts                             []byte
}

func open(docs []byte) (o opened, err error) {
	le := binary.LittleEndian
	if len(docs) < header || le.Uint32(docs) != Version {
		return o, errDamaged
	}
	n, t, r, named := int(le.Uint32(docs[4:])), int(le.Uint32(docs[8:])), int(le.Uint32(docs[12:])), int(le.Uint32(docs[16:]))
	rest := docs[header:]
	take := func(size int) (part []byte) {
		if size > len(rest) {
			err = errDamaged
			return nil
		}
		part, rest = rest[:size], rest[size:]
		return part
	}
	o = opened{n: n, times: take(8 * n), ends: take(4 * n), refEnds: take(4 * n), seqs: take(2 * n), terms: take(2 * r)}
	names := take(named)
	o.texts = rest
	if err != nil {
		return o, err
	}
	for range t {
		if len(names) < 2 || len(names) < 2+int(le.Uint16(names)) {
			return o, errDamaged
		}
		size := int(le.Uint16(names))
		o.names = append(o.names, string(names[2:2+size]))
		names = names[2+size:]
	}
	for _, part := range []struct {
		ends []byte
		most int
	}{{o.ends, len(o.texts)}, {o.refEnds, r}} {
		last := 0
		for i := range n {
			end := int(le.Uint32(part.ends[4*i:]))
			if end < last || end > part.most {
				return o, errDamaged
			}
			last = end
		}
	}
	return o, nil
}

func (o *opened) textEnd(i int) int { return int(binary.LittleEndian.Uint32(o.ends[4*i:])) }

// text is the ith message's.
func (o *opened) text(i int) []byte {
	from := 0
	if i > 0 {
		from = min(o.textEnd(i-1)+1, o.textEnd(i))
	}
	return o.texts[from:o.textEnd(i)]
}

// has reports whether the ith message has one of the terms that are marked.
func (o *opened) has(i int, marked []bool) bool {
	le := binary.LittleEndian
	from := 0
	if i > 0 {
		from = int(le.Uint32(o.refEnds[4*(i-1):]))
	}
	for ; from < int(le.Uint32(o.refEnds[4*i:])); from++ {
		if id := int(le.Uint16(o.terms[2*from:])); id < len(marked) && marked[id] {
			return true
		}
	}
	return false
}

// mark marks the terms of a list among those of the block. It reports whether there are any.
func (o *opened) mark(list []string) (marked []bool, some bool) {
	marked = make([]bool, len(o.names))
	for i, name := range o.names {
		for _, t := range list {
			if name == t {
				marked[i], some = true, true
			}
		}
	}
	return marked, some
}

// Find appends the matches in a block's Docs to dst, ascending by seq. first is the first seq that the block is for.
func (s *Search) Find(dst []Found, first uint64, docs []byte) ([]Found, error) {
	o, err := open(docs)
	if err != nil {
		return dst, err
	}
	var with [][]bool
	for _, list := range s.q.Terms {
		marked, some := o.mark(list)
		if !some {
			return dst, nil
		}
		with = append(with, marked)
	}
	lacks, some := o.mark(s.q.Lacks)
	if !some {
		lacks = nil
	}
	anyOf := s.anyOf(o.texts)
	if len(s.q.Any) > 0 && anyOf == nil {
		return dst, nil
	}
	le := binary.LittleEndian
	for i := o.next(s, 0); i < o.n; i = o.next(s, i+1) {
		if o.match(s, i, with, lacks, anyOf) {
			dst = append(dst, Found{Seq: first + uint64(le.Uint16(o.seqs[2*i:])), Time: int64(le.Uint64(o.times[8*i:]))})
		}
	}
	return dst, nil
}

// next is the first message from the ith on that has the query's longest word; n if there is none.
func (o *opened) next(s *Search, i int) int {
	if s.longest < 0 || i >= o.n {
		return i
	}
	from := 0
	if i > 0 {
		from = min(o.textEnd(i-1)+1, len(o.texts))
	}
	at := bytes.Index(o.texts[from:], []byte(s.q.Words[s.longest]))
	if at < 0 {
		return o.n
	}
	at += from
	return i + sort.Search(o.n-i, func(k int) bool { return o.textEnd(i+k) > at })
}

// match looks for the rest of what the query asks for.
func (o *opened) match(s *Search, i int, with [][]bool, lacks []bool, anyOf []string) bool {
	for _, marked := range with {
		if !o.has(i, marked) {
			return false
		}
	}
	if lacks != nil && o.has(i, lacks) {
		return false
	}
	said := o.text(i)
	for _, w := range s.q.Words { // the longest too: in damaged bytes a match could reach over an end
		if !bytes.Contains(said, []byte(w)) {
			return false
		}
	}
	for _, w := range s.q.Without {
		if bytes.Contains(said, []byte(w)) {
			return false
		}
	}
	return anyOf == nil || hasAny(said, anyOf)
}
