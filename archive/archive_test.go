package archive_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"parley/archive"
)

// listed is the records as lines, and the error that ended them.
func listed(records iter.Seq2[archive.Record, error]) string {
	var out []string
	for r, err := range records {
		if err != nil {
			out = append(out, "error: "+err.Error())
			break
		}
		at := r.Time.UTC().Format("02 15:04:05")
		out = append(out, fmt.Sprintf("%s %s %s %s %q %s ref=%s thread=%s detail=%s", r.Room, r.ID, at, r.Type, r.Text, r.Author, r.Ref, r.Thread, r.Detail))
	}
	return strings.Join(out, "\n")
}

func check(t *testing.T, got, want string) {
	t.Helper()
	if got, want = strings.TrimSpace(got), strings.TrimSpace(want); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestJSONLines(t *testing.T) {
	check(t, listed(archive.JSONLines(strings.NewReader(`
{"type":"person","name":"ana"}
{"type":"room","name":"#ops","kind":"public","topic":"all of it"}
{"room":"#ops","seq":1,"time":"2022-11-22T14:02:03.000Z","type":"create","author":"ana","text":""}
{"room":"#ops","seq":2,"time":"2022-11-22T14:02:04.000Z","type":"message","author":"bo","text":"two\nlines"}
{"room":"#ops","seq":3,"time":"2022-11-22T14:02:05.000Z","type":"react","author":"ana","text":"","detail":"🎉","ref":2}
{"room":"#ops","seq":4,"time":"2022-11-22T14:02:06.000Z","type":"message","author":"ana","text":"in","thread":2}
not json
`))), `
01 00:00:00 person ""  ref= thread= detail=
ops  01 00:00:00 room "all of it"  ref= thread= detail=public
ops 1 22 14:02:03 create "" ana ref= thread= detail=
ops 2 22 14:02:04 message "two\nlines" bo ref= thread= detail=
ops 3 22 14:02:05 react "" ana ref=2 thread= detail=🎉
ops 4 22 14:02:06 message "in" ana ref= thread=2 detail=
error: the export, line 8: this is no JSON object of an export: invalid character 'o' in literal null (expecting 'u')`)
}

func TestWeechat(t *testing.T) {
	zone := time.FixedZone("", 2*3600)
	check(t, listed(archive.Weechat(strings.NewReader(
		"2022-11-22 14:02:03\t@ana\tdeploy is green\n"+
			"2022-11-22 14:02:04\t-->\tbo (bo@host) has joined #ops\n"+
			"2022-11-22 14:02:05\t *\tbo waves at all\n"+
			"2022-11-22 14:02:06\t--\tMode #ops [+o ana]\n"+
			"\n"+
			"2022-11-22 14:02:07\tbo\t日本語\ttabbed\r\n"+
			"22.11.2022\tbo\twhen?\n"), zone)), `
  22 12:02:03 message "deploy is green" ana ref= thread= detail=
  22 12:02:05 action "waves at all" bo ref= thread= detail=
  22 12:02:07 message "日本語\ttabbed" bo ref= thread= detail=
error: the log, line 7: "22.11.2022" is no time like 2022-11-22 14:02:03`)
}

func TestSlack(t *testing.T) {
	var data bytes.Buffer
	z := zip.NewWriter(&data)
	for name, body := range map[string]string{
		"users.json":              `[{"id":"U1","name":"ana.lee"},{"id":"U2","name":"Bo B."}]`,
		"channels.json":           `[{"id":"C1","name":"ops","is_archived":true,"topic":{"value":"see <https://ci.example/>"}}]`,
		"groups.json":             `[{"id":"C2","name":"dev"}]`,
		"dev/2026-01-01.json":     `[{"type":"message","user":"U2","text":"in <#C1> or <#C1|> or <#C9>","ts":"1767261600.0"}]`,
		"ops/2022-11-23.json":     `[{"type":"message","user":"U2","text":"late","ts":"1669200000.000100"}]`,
		"ops/2022-11-22.json":     `[{"type":"message","user":"U1","text":"<@U2> see <https://ci.example/1|the build> &amp; <#C2|dev> <!here>","ts":"1669125723.000200","thread_ts":"1669125723.000200","reactions":[{"name":"tada","users":["U2","U1"]}]},{"type":"message","subtype":"channel_join","user":"U2","text":"joined","ts":"1669125724.0"},{"type":"message","user":"U2","text":"yes","ts":"1669125725.000000","thread_ts":"1669125723.000200"}]`,
		"general/2022-11-22.json": `[{"type":"message","subtype":"bot_message","username":"CI","text":"done <mailto:a@b.example|a@b.example>","ts":"1669125723.5","files":[{"name":"log.txt"}]}]`,
	} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(data.Bytes()), int64(data.Len()))
	if err != nil {
		t.Fatal(err)
	}
	check(t, listed(archive.Slack(r)), `
dev  01 00:00:00 room ""  ref= thread= detail=private
dev C2 1767261600.0 01 10:00:00 message "in #ops or #ops or #c9" Bo B. ref= thread= detail=
general general 1669125723.5 22 14:02:03 message "done a@b.example\n[file: log.txt]" CI ref= thread= detail=
ops  01 00:00:00 room "see https://ci.example/"  ref= thread= detail=public
ops C1 1669125723.000200 22 14:02:03 message "@bo-b see the build (https://ci.example/1) & #dev @here" ana.lee ref= thread= detail=
ops  22 14:02:03 react "" Bo B. ref=C1 1669125723.000200 thread= detail=tada
ops  22 14:02:03 react "" ana.lee ref=C1 1669125723.000200 thread= detail=tada
ops C1 1669125725.000000 22 14:02:05 message "yes" Bo B. ref= thread=C1 1669125723.000200 detail=
ops C1 1669200000.000100 23 10:40:00 message "late" Bo B. ref= thread= detail=`)
}

func TestNames(t *testing.T) {
	for source, want := range map[string]string{
		"ana": "ana", "Ana.Lee": "ana.lee", "Bo B.": "bo-b", "John Smith (ops)": "john-smith--ops", "": "somebody", "***": "somebody",
		"server": "somebody", "böb": "böb",
	} {
		if got := archive.Name(source).String(); got != want {
			t.Errorf("%q is called %q, want %q", source, got, want)
		}
	}
}

func FuzzSources(f *testing.F) {
	f.Add([]byte("2022-11-22 14:02:03\tana\thi\n"))
	f.Add([]byte(`{"room":"#ops","seq":1,"author":"a","type":"message","text":"x"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		for range archive.Weechat(bytes.NewReader(data), time.UTC) {
		}
		for r, err := range archive.JSONLines(bytes.NewReader(data)) {
			if err == nil && archive.Name(r.Author).IsZero() {
				t.Errorf("%q has no name", r.Author)
			}
		}
		if z, err := zip.NewReader(bytes.NewReader(data), int64(len(data))); err == nil {
			for range archive.Slack(z) {
			}
		}
	})
}

// What is small in a zip file and large in memory must not fill it.
func TestAPackedListOfNothingTakesNoMemory(t *testing.T) {
	var data bytes.Buffer
	z := zip.NewWriter(&data)
	for name, body := range map[string]string{
		"ops/2022-11-22.json": "[" + strings.Repeat(`{},`, 2_000_000) + `{"type":"message","user":"U1","text":"hi","ts":"1669125723.0"}]`,
		"ops/2022-11-23.json": `[{"reactions":[` + strings.Repeat(`{},`, 1_000_000) + `{}]}]`,
	} {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(body))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(data.Bytes()), int64(data.Len()))
	if err != nil {
		t.Fatal(err)
	}
	check(t, listed(archive.Slack(r)), `
ops ops 1669125723.0 22 14:02:03 message "hi" u1 ref= thread= detail=
error: ops/2022-11-23.json is not as Slack writes it: an entry is larger than 1 MiB`)
}

// A line has the same key whichever file it is in, and lines that are alike have different ones.
func TestKeysAreOfWhatWasSaid(t *testing.T) {
	keys := func(records iter.Seq2[archive.Record, error]) (out []string) {
		for r, err := range records {
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, r.Key)
		}
		return out
	}
	log := []string{"2022-11-22 14:02:03\tana\tyes\n", "2022-11-22 14:02:03\tana\tyes\n", "2022-11-22 14:02:04\tana\tyes\n"}
	whole := keys(archive.Weechat(strings.NewReader(strings.Join(log, "")), time.UTC))
	tail := keys(archive.Weechat(strings.NewReader(log[2]), time.FixedZone("", 3600)))
	if whole[0] == whole[1] || whole[1] == whole[2] || tail[0] != whole[2] {
		t.Errorf("the keys are %q, and those of the last line alone %q", whole, tail)
	}
	lines := []string{
		`{"room":"#ops","seq":2,"time":"2022-11-22T14:02:04.000Z","type":"message","author":"bo","text":"said"}` + "\n",
		`{"room":"#renamed","seq":2,"time":"2022-11-22T14:02:04.000Z","type":"message","author":"bo","text":""}` + "\n",
		`{"room":"#ops","seq":2,"time":"2022-11-22T14:02:05.000Z","type":"message","author":"bo","text":"said elsewhere"}` + "\n",
	}
	got := keys(archive.JSONLines(strings.NewReader(strings.Join(lines, ""))))
	if got[0] != got[1] || got[0] == got[2] {
		t.Errorf("the keys are %q, want the second like the first and the third another", got)
	}
}

func TestAnEventOfAnExportHasItsTime(t *testing.T) {
	check(t, listed(archive.JSONLines(strings.NewReader(`{"room":"#ops","seq":1,"type":"message","author":"ana","text":"when?"}`))),
		`error: the export, line 1: an event needs its time`)
}
