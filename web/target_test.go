package web

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"
)

func TestPrivateAddressesAreNoTargets(t *testing.T) {
	for addr, public := range map[string]bool{
		"8.8.8.8": true, "1.1.1.1": true, "172.15.0.1": true, "172.32.0.1": true, "100.63.255.255": true, "100.128.0.1": true, "192.0.1.1": true, "223.255.255.255": true,
		"2606:4700::1111": true, "2a00:1450::1": true, "64:ff9b::8.8.8.8": true, "::ffff:8.8.8.8": true,

		"0.0.0.0": false, "0.1.2.3": false, "10.0.0.1": false, "100.64.0.1": false, "100.127.255.255": false, "127.0.0.1": false, "127.255.255.254": false,
		"169.254.169.254": false, "172.16.0.1": false, "172.31.255.255": false, "192.0.0.8": false, "192.0.2.1": false, "192.88.99.1": false,
		"192.168.1.1": false, "198.18.0.1": false, "198.19.255.255": false, "198.51.100.1": false, "203.0.113.1": false, "224.0.0.1": false, "239.255.255.255": false, "240.0.0.1": false, "255.255.255.255": false,
		"::": false, "::1": false, "::127.0.0.1": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::ffff:169.254.169.254": false,
		"64:ff9b::127.0.0.1": false, "64:ff9b::10.0.0.1": false, "64:ff9b::a9fe:a9fe": false, "64:ff9b:1::1": false,
		"2002:7f00:1::": false, "2002:808:808::1": false, "2001::1": false, "2001:db8::1": false, "2001:10::1": false, "3fff::1": false, "5f00::1": false,
		"fe80::1": false, "fe80::1%eth0": false, "2606:4700::1111%eth0": false, "fec0::1": false, "fc00::1": false, "fd12:3456::1": false, "ff02::1": false, "100::1": false,
	} {
		if got := isPublic(netip.MustParseAddr(addr)); got != public {
			t.Errorf("%s is public: %v", addr, got)
		}
	}
	if isPublic(netip.Addr{}) {
		t.Error("no address is public")
	}
}

func TestTargetsAreChecked(t *testing.T) {
	tg := targets{[]string{"ci.internal", "127.0.0.1:9000", "[::1]:9001", "10.0.0.7"}}
	for url, ok := range map[string]bool{
		"https://ci.example/hook?key=1":          true,
		"http://user:pass@ci.example:8080/":      true,
		"https://8.8.8.8/":                       true,
		"http://127.0.0.1:9000/":                 true,
		"http://[::1]:9001/x":                    true,
		"http://10.0.0.7/":                       true,
		"http://10.0.0.7:81/":                    true,
		"http://127.0.0.1/":                      false,
		"http://127.0.0.1:9002/":                 false,
		"https://[::1]/":                         false,
		"https://[::ffff:127.0.0.1]/":            false,
		"https://[64:ff9b::7f00:1]/":             false,
		"https://169.254.169.254/latest":         false,
		"ftp://ci.example/":                      false,
		"file:///etc/passwd":                     false,
		"gopher://ci.example/":                   false,
		"//ci.example/":                          false,
		"ci.example":                             false,
		"https://":                               false,
		"https://:443/":                          false,
		"https://ci.example/\x1b[2J":             false,
		"https://x/" + strings.Repeat("y", 1000): false,
	} {
		if err := tg.check(url); (err == nil) != ok {
			t.Errorf("%.60q: %v", url, err)
		}
	}
}

// A name that leads to a public address when it is looked at, and to the machine itself when it is connected to, leads
// nowhere: what counts is the address of the connection.
func TestDNSRebindingLeadsNowhere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	_, service, _ := net.SplitHostPort(l.Addr().String())
	// localhost stands for a name whose owner changes where it leads: it passes the check of the URL …
	tg := targets{}
	if err := tg.check("http://localhost:" + service + "/"); err != nil {
		t.Fatalf("a name is refused before it is looked up: %v", err)
	}
	for _, address := range []string{"localhost:" + service, "127.0.0.1:" + service, "127.1:" + service, "0:" + service, "[::ffff:127.0.0.1]:" + service, "0x7f000001:" + service, "2130706433:" + service} {
		conn, err := tg.dial(t.Context(), "tcp", address) // … and is refused where it leads
		if err == nil {
			_ = conn.Close()
			t.Errorf("%s (port %d) was connected to", address, port)
		}
	}
	if _, err := tg.dial(t.Context(), "tcp", "127.0.0.1:"+service); !errors.Is(err, errPrivate) {
		t.Errorf("why: %v", err)
	}
	conn, err := targets{[]string{"localhost:" + service}}.dial(context.Background(), "tcp", "localhost:"+service)
	if err != nil {
		t.Fatalf("what is allowed by name: %v", err)
	}
	_ = conn.Close()
}
