package config

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestBlameListenerNamesTheLineOfATakenPort(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	path := filepath.Join(t.TempDir(), "config.yaml")
	src := "# a comment\ntcp:\n  echo: " + taken.Addr().String() + "\n"
	if err := os.WriteFile(path, []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = net.Listen("tcp", taken.Addr().String())
	got := BlameListener(path, "tcp.echo", taken.Addr().String(), err)
	if want := path + ":3: tcp.echo: "; !strings.HasPrefix(got.Error(), want) {
		t.Errorf("%q does not begin with %q", got, want)
	}
	if !strings.Contains(got.Error(), "taken by another program") || !errors.Is(got, syscall.EADDRINUSE) {
		t.Errorf("%q does not say what is wrong", got)
	}
	if got := BlameListener(path, "ssh.listen", ":2222", err).Error(); strings.Contains(got, "yaml:") && !strings.Contains(got, "yaml: ssh.listen") {
		t.Errorf("a key that the file leaves out has no line: %q", got)
	}
}
