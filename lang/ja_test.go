package lang

import "testing"

// TestNoSentenceTwice: of two translations of one sentence nobody could tell which one counts.
func TestNoSentenceTwice(t *testing.T) {
	seen := map[string]string{}
	for _, part := range jaParts() {
		for english, own := range part {
			if first, ok := seen[english]; ok {
				t.Errorf("%q is there twice, as %q and %q", english, first, own)
			}
			seen[english] = own
		}
	}
}
