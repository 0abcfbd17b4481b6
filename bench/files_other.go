//go:build !linux

package main

// allowFiles raises nothing: figures are read from /proc, so they are measured on Linux.
func allowFiles(uint64) error { return nil }
