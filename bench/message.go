package main

import (
	"fmt"
	"regexp"
	"strconv"
)

// messageLength is how long what people say is, in characters.
const messageLength = 40

// message is what somebody says as number n of a round. It is found again on a screen by its first word.
func message(n int) string {
	s := fmt.Sprintf("%s of what people say in a room like it", word(n))
	return s[:messageLength]
}

func word(n int) string { return fmt.Sprintf("m%06dx", n) }

var numbered = regexp.MustCompile(`\bm(\d{6})x\b`)

// messagesIn lists the numbers of the messages in a text, from top to bottom.
func messagesIn(text string) []int {
	var out []int
	for _, m := range numbered.FindAllStringSubmatch(text, -1) {
		n, _ := strconv.Atoi(m[1]) // six digits
		out = append(out, n)
	}
	return out
}
