//go:build !unix

package tcpd

import "errors"

const canTry = false

// errNotYet is never met where nothing is tried.
var errNotYet = errors.New("it would block")

func readOnce(uintptr, []byte) (int, error) { return 0, errNotYet }

func writeOnce(uintptr, []byte) (int, error) { return 0, errNotYet }
