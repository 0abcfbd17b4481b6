package lang_test

import (
	"fmt"
	"regexp"
	"slices"
	"testing"

	"parley/lang"
)

// TestNothingIsMissing: whatever the program says in English it says in Japanese.
func TestNothingIsMissing(t *testing.T) {
	said := sentences{}
	for _, dir := range []string{"chat", "view", "view/plain", "sshd", "wire", "web"} {
		spoken(t, said, dir+"/*.go", false)
	}
	for _, pattern := range []string{"rooms/*.go", "text/*.go", "keys/claim.go", "keys/certificate.go", "keys/identify.go", "keys/device.go", "keys/rename.go", "keys/keyring.go", "keys/knock.go", "keys/code.go", "keys/place.go", "keys/defcon.go", "keys/role.go", "keys/enrol.go", "keys/signature.go", "chat/zone.go", "sshd/stranger.go", "cmd/parley/doorman.go", "archive/*.go", "tree/*.go", "cmd/parley/files.go", "web/target.go", "web/delivery.go"} {
		spoken(t, said, pattern, true)
	}
	known := map[string]string{}
	for english, own := range lang.Catalogue(lang.Ja) {
		known[english] = own
	}
	var missing []string
	for english, place := range said {
		if _, ok := known[english]; !ok && sayable(english) {
			missing = append(missing, fmt.Sprintf("%s: %q", place, english))
		}
	}
	slices.Sort(missing)
	for _, m := range missing {
		t.Errorf("add the Japanese of this to lang/ja.go, %s", m)
	}
	for english, own := range known {
		if _, ok := said[english]; !ok {
			t.Errorf("nothing says this any more, take it out of lang/ja.go: %q", english)
		}
		if a, b := arguments(english), arguments(own); a != b {
			t.Errorf("%q takes %s, and its Japanese %q takes %s", english, a, own, b)
		}
	}
}

var verbs = regexp.MustCompile(`%(\[(\d+)\])?[-+# 0]*\d*(\.\d+)?([a-zA-Z])`)

// arguments are the verbs of a format, by argument.
func arguments(format string) string {
	var out []string
	at := 0
	for _, m := range verbs.FindAllStringSubmatch(format, -1) {
		at++
		if m[2] != "" {
			fmt.Sscan(m[2], &at)
		}
		out = append(out, fmt.Sprintf("%d%s", at, m[4]))
	}
	slices.Sort(out)
	return fmt.Sprint(slices.Compact(out))
}
