package config

import (
	"errors"
	"fmt"
	"syscall"
)

// Blame is the error for a setting that is well formed but turned out not to
// work, such as a port that is taken. It names the line that the file at path
// gives the key on, if it gives it. err is wrapped.
func Blame(path, key, text string, err error) error {
	return &Error{File: path, Line: lineOf(path, key), Key: key, Text: text, Err: err}
}

func lineOf(path, key string) int {
	src, err := readFile(path)
	if err != nil {
		return 0
	}
	if src, err = normalize(path, src); err != nil {
		return 0
	}
	body, err := parseYAML(path, src)
	if err != nil {
		return 0
	}
	lines, err := decode(path, body, Default())
	if err != nil {
		return 0
	}
	return lines[key]
}

// BlameListener says why the address of a listener cannot be had.
func BlameListener(path, key, address string, err error) error {
	why := fmt.Sprintf("%s cannot be listened on (%v); write another address, or \"\" for off", quote(address), rootCause(err))
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		why = fmt.Sprintf("%s is taken by another program; stop that one, write another port, or \"\" for off", quote(address))
	case errors.Is(err, syscall.EACCES):
		why = fmt.Sprintf("this user may not listen on %s; write a port above 1023, or give the program the right to (CAP_NET_BIND_SERVICE)", quote(address))
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		why = fmt.Sprintf("%s is no address of this machine; write one that it has, or leave the host away for all", quote(address))
	}
	return Blame(path, key, why, err)
}
