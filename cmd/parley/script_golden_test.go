package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/tools/txtar"

	"parley/text"
)

// scriptDir has the scripts, and in each of them the goldens that it compares screens with.
var scriptDir = filepath.Join("..", "..", "testdata", "script")

// updating says that goldens become what the screens show: UPDATE_SCRIPTS=1.
func updating() bool { return os.Getenv("UPDATE_SCRIPTS") != "" }

// goldenSizes are the sizes of a golden "at all widths": one with three columns, one with a wide list of rooms, the smallest
// with whole rows, and the classic one, in which the script goes on.
var goldenSizes = []string{"200x50", "100x30", "60x24", "80x24"}

// What a golden leaves out: how the rule above a day is called, dates, times of day, fingerprints.
var (
	goldenDay  = regexp.MustCompile(`─+ (?:[A-Z][a-z]{2} \d{1,2} [A-Z][a-z]{2} \d{4}|\d{4}年\d{1,2}月\d{1,2}日 ?[((].[))]) ─+`)
	goldenDate = regexp.MustCompile(`\b(?:20\d\d-)?[01]\d-[0-3]\d\b`)
	goldenTime = regexp.MustCompile(`\b\d\d:\d\d(?::\d\d)?\b`)
	goldenKey  = regexp.MustCompile(`SHA256:[A-Za-z0-9+/]{43}`)
	goldenSGR  = regexp.MustCompile(`\x1b\[([0-9;:]*)m`)
)

// cmdGolden waits until the whole screen is as a file says, in which times are hh:mm, and blanks at the ends of rows do
// not count: golden [-colours] T1 FILE [widths]. With widths the terminal gets four sizes, one after the other, and the
// files are FILE.60, FILE.80, FILE.100 and FILE.200. With -colours the file also has each change of colours and attributes,
// by its numbers: «1;32».
func cmdGolden(ts *testscript.TestScript, neg bool, args []string) {
	capture := []string{"capture-pane", "-p"}
	if len(args) > 0 && args[0] == "-colours" {
		capture, args = append(capture, "-e"), args[1:]
	}
	widths := len(args) == 3 && args[2] == "widths"
	if neg || len(args) != 2 && !widths {
		ts.Fatalf("usage: golden [-colours] TERM FILE [widths]")
	}
	capture = append(capture, "-t", args[0])
	if !widths {
		compareGolden(ts, args[1], capture)
		return
	}
	for _, size := range goldenSizes {
		cmdResize(ts, false, []string{args[0], size})
		cols, _, _ := strings.Cut(size, "x")
		compareGolden(ts, args[1]+"."+cols, capture)
	}
}

// compareGolden waits until what tmux captures is as a file says, or makes the file so.
func compareGolden(ts *testscript.TestScript, file string, capture []string) {
	show := func() string { return goldenOf(worldOf(ts).run(ts, capture...)) }
	if updating() {
		ts.Check(updateGolden(ts.Name(), file, settled(show)))
		return
	}
	want := goldenRows(ts.ReadFile(file))
	until(ts, fmt.Sprintf("%s to be\n%s\nit is\n", file, want), func() (bool, string) {
		s := show()
		return s == want, s
	})
}

// settled is a screen that has not changed for most of a second: for somebody who will look at it.
func settled(show func() string) string {
	last, since := show(), time.Now()
	for time.Since(since) < 700*time.Millisecond {
		<-time.After(50 * time.Millisecond)
		if s := show(); s != last {
			last, since = s, time.Now()
		}
	}
	return last
}

// updateGolden puts a golden into the file of its script.
func updateGolden(script, file, screen string) error {
	path := filepath.Join(scriptDir, script+".txtar")
	archive, err := txtar.ParseFile(path)
	if err != nil {
		return err
	}
	golden := txtar.File{Name: file, Data: []byte(screen + "\n")}
	for i := range archive.Files {
		if archive.Files[i].Name == file {
			archive.Files[i] = golden
			return os.WriteFile(path, txtar.Format(archive), 0o644)
		}
	}
	archive.Files = append(archive.Files, golden)
	return os.WriteFile(path, txtar.Format(archive), 0o644)
}

// goldenOf is a screen without what is different each time. Widths stay: what follows keeps its column.
func goldenOf(screen string) string {
	screen = goldenSGR.ReplaceAllString(screen, "«$1»")
	screen = goldenDay.ReplaceAllStringFunc(screen, func(rule string) string {
		return "── day " + strings.Repeat("─", max(0, text.Width(rule)-7))
	})
	screen = goldenTime.ReplaceAllStringFunc(screen, func(s string) string { return "hh:mm:ss"[:len(s)] })
	screen = goldenDate.ReplaceAllStringFunc(screen, func(s string) string { return "yyyy-mm-dd"[10-len(s):] })
	screen = goldenKey.ReplaceAllString(screen, "SHA256:"+strings.Repeat("x", 43))
	return goldenRows(screen)
}

func goldenRows(s string) string {
	rows := strings.Split(strings.TrimRight(s, " \n"), "\n")
	for i, row := range rows {
		rows[i] = strings.TrimRight(row, " ")
	}
	return strings.Join(rows, "\n")
}
