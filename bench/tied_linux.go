package main

import "syscall"

// tied makes a child end with the benchmark, even when the benchmark is killed.
func tied() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
