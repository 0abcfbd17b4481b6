package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
)

const (
	// socketName is the operator's socket in the data folder.
	socketName = "admin.sock"
	// maxSocketPath is the longest path that the system takes as the address of a socket: 108 bytes with a zero at the
	// end on Linux (unix(7)), 104 elsewhere.
	maxSocketPath = 103
)

var errSocketPath = errors.New("the path of the data folder is too long for a socket on this system: choose a shorter one")

// socketAddress is an address for the file of that name in a folder. A path that is too long is written by way of the open
// folder, which Linux has under /proc; folder has to stay open while the address is used.
func socketAddress(folder *os.File, name string) (string, error) {
	path := filepath.Join(folder.Name(), name)
	if len(path) <= maxSocketPath {
		return path, nil
	}
	short := filepath.Join("/proc/self/fd", strconv.FormatUint(uint64(folder.Fd()), 10))
	if _, err := os.Stat(short); err != nil {
		return "", errSocketPath
	}
	return filepath.Join(short, name), nil
}

// socket is a listener of which nobody but the server's user has ever been able to open the file.
type socket struct {
	net.Listener
	path   string
	closed sync.Once
}

// Addr is where the socket can be found, which is not where it was made.
func (s *socket) Addr() net.Addr { return &net.UnixAddr{Name: s.path, Net: "unix"} }

// listenSocket makes the socket in a folder, in place of one that a server which is gone has left; who calls it holds the lock
// of the database, so there is no other server. It is made in a folder of its own that only this user can enter and put in its place when
// nobody else can connect to it.
func listenSocket(ctx context.Context, folder string) (_ *socket, err error) {
	path := filepath.Join(folder, socketName)
	if info, err := os.Lstat(path); err == nil && info.Mode().Type() != os.ModeSocket {
		return nil, fmt.Errorf("%s is no socket: move it away, the server needs the name", path)
	}
	private, err := os.MkdirTemp(folder, "."+socketName+"-") // with mode 0700
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(private)) }()
	dir, err := os.Open(private)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	addr, err := socketAddress(dir, "s")
	if err != nil {
		return nil, err
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "unix", addr)
	if err != nil {
		return nil, err
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	made := filepath.Join(private, "s")
	if err := errors.Join(os.Chmod(made, 0o600), os.Rename(made, path)); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return &socket{Listener: l, path: path}, nil
}

// Close ends the listener and takes its file away. Who closes it again waits for that: the next server may have one of its own then.
func (s *socket) Close() (err error) {
	s.closed.Do(func() { err = errors.Join(s.Listener.Close(), os.Remove(s.path)) })
	return err
}

// dialSocket connects to the server that uses a data folder.
func dialSocket(ctx context.Context, folder string) (net.Conn, error) {
	dir, err := os.Open(folder)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	addr, err := socketAddress(dir, socketName)
	if err != nil {
		return nil, err
	}
	var d net.Dialer
	return d.DialContext(ctx, "unix", addr)
}
