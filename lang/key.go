package lang

// Key marks a literal that reaches the catalogue by another way than as the
// argument of what translates it: in a table of sentences, say. It changes
// nothing; the test that no sentence is missing looks for it.
func Key(english string) string { return english }
