package screen

// Enter appends the modes that the view needs: alternate screen, bracketed paste, no wrapping,
// and keyboard reports that tell Alt and Shift-Enter apart.
func Enter(dst []byte) []byte {
	return append(dst, "\x1b[?1049h\x1b[?2004h\x1b[?7l"...)
}

// Leave appends what restores the terminal on every way out.
func Leave(dst []byte) []byte {
	return append(dst, "\x1b[m\x1b[r\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?1049l"...)
}
