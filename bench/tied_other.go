//go:build !linux

package main

import "syscall"

// tied is for Linux; elsewhere children end with the context.
func tied() *syscall.SysProcAttr { return nil }
