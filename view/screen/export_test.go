package screen

import "unsafe"

// Miscounted is s as a terminal sees it that counts its columns otherwise than
// we do: it takes what it takes, and we believe used.
func Miscounted(s Segment, used, most int) Segment {
	s.used, s.most = uint16(used), uint16(most)
	return s
}

// Bytes is the memory that a painter holds.
func (p *Painter) Bytes() int {
	return int(unsafe.Sizeof(*p)) + 8*cap(p.last.hashes) + 4*cap(p.last.geoms) + 2*cap(p.last.ends)
}
