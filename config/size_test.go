package config

import "testing"

func TestSizes(t *testing.T) {
	for s, want := range map[string]struct {
		size  Size
		shown string
	}{
		"0": {0, "0"}, "1": {1, "1"}, "1536": {1536, "1536"}, "1024": {1024, "1KiB"}, "64MiB": {64 << 20, "64MiB"},
		"64 MiB": {64 << 20, "64MiB"}, "1024KiB": {1 << 20, "1MiB"}, "4GiB": {4 << 30, "4GiB"}, "1024GiB": {1 << 40, "1024GiB"},
	} {
		got, err := parseSize(s)
		if err != nil || got != want.size || got.String() != want.shown {
			t.Errorf("%s is %d, %s (%v); want %d, %s", s, got, got, err, want.size, want.shown)
		}
	}
	for _, s := range []string{"", "MiB", "-1", "1MB", "1.5GiB", "1025GiB", "99999999999999999999", "0x10", "64mib"} {
		if got, err := parseSize(s); err == nil {
			t.Errorf("%q is %d", s, got)
		}
	}
	if c := parse(t, "limits: {file_bytes: 1000, files_per_person: 2GiB, files_per_room: 0}"); c.Limits.FileBytes != 1000 || c.Limits.FilesPerPerson != 2<<30 || c.Limits.FilesPerRoom != 0 {
		t.Errorf("%+v", c.Limits)
	}
}
