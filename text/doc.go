// Package text is the only door through which text enters the program.
package text
