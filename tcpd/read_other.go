//go:build !unix

package tcpd

import "errors"

const canTry = false

// errNotYet is never met where reading is not tried.
var errNotYet = errors.New("reading would block")

func readOnce(uintptr, []byte) (int, error) { return 0, errNotYet }
