package input

// Held is the memory that the decoder holds between calls.
func (d *Decoder) Held() int { return cap(d.seq) + cap(d.pasted) + cap(d.out) }
