package view

import (
	"fmt"
	"html"
	"image/color"
	"os"
	"strings"
	"testing"
	"time"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"parley/rooms"
	"parley/text"
	"parley/view/screen/screentest"
)

// palette is the 16 colours of the picture: a dark terminal.
var palette = [16]string{
	"#15181e", "#e5686c", "#8fc379", "#d9b36c", "#6ea8e6", "#c48fdc", "#5fbfc4", "#c8ced8",
	"#6b7484", "#f08a8d", "#a8d694", "#e8c98a", "#8fbff0", "#d6abe8", "#84d4d8", "#ffffff",
}

const (
	cellWidth, cellHeight = 8.4, 19.0
	paper, ink            = "#1b1f27", "#d5dae3"
)

// TestPicture holds docs/view.svg, the picture in the README, to what the painter
// paints: it is drawn from the cells of a terminal.
func TestPicture(t *testing.T) {
	f := pictured()
	var svg string
	in(t, f, 120, 28, func(r *rig) {
		r.types("I have it, give me a minute")
		r.settle()
		r.want("give me a minute", "new (3)", "┌ ana", "3 replies", "[👍 3* · ", "pin: ", "@kei", "mia is typing", "chocolate")
		svg = draw(r.term)
	}, func(o *Options) { o.Term = "xterm-256color" })
	const path = "../docs/view.svg"
	if *update {
		if err := os.WriteFile(path, []byte(svg), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != svg {
		t.Errorf("%s is not what the view looks like: run go test ./view -run TestPicture -update", path)
	}
}

// pictured is an afternoon in a room: what is said, answered, reacted to, pinned, asked and talked over beside it there.
func pictured() *fake {
	f := newFake("lea", "general", "ops", "release", "random", "東京")
	f.rooms[1].Room.People, f.rooms[2].Room.Kind = 42, rooms.Private
	f.logs[2][0].Time = noon.Add(-20 * time.Hour)
	for i, direct := range []string{"kei,lea", "lea,tom"} {
		id := rooms.ID(6 + i)
		f.rooms = append(f.rooms, rooms.Membership{Room: rooms.Room{ID: id, Kind: rooms.Direct, Direct: direct, People: 2}, Role: rooms.RoleMember, Read: 1})
		f.add(id, rooms.Create, "lea", "")
	}
	at := func(hour, minute int) { f.now = noon.Add(time.Duration(60*(hour-12)+minute) * time.Minute) }
	put := func(e rooms.Event, who, words string) uint64 {
		e.Room, e.Author, e.Text = 2, mustName(who), text.NewBody(words)
		return f.put(e).Seq
	}
	say := func(who, words string) uint64 { return put(rooms.Event{Type: rooms.Message}, who, words) }
	at(-7, 10)
	put(rooms.Event{Type: rooms.Topic}, "ana", "Deploy freeze till Monday")
	put(rooms.Event{Type: rooms.Pin, Ref: say("bo", "runbook v3: https://example.org/runbook")}, "ana", "")
	at(13, 41)
	green := say("ana", "deploy of *4.2* is green")
	at(13, 42)
	great := put(rooms.Event{Type: rooms.Message, Ref: green}, "bo", "great, closing the ticket")
	for _, who := range []string{"ana", "kei", "lea"} {
		put(rooms.Event{Type: rooms.React, Ref: great, Detail: "+1"}, who, "")
	}
	put(rooms.Event{Type: rooms.React, Ref: great, Detail: "tada"}, "mia", "")
	say("kei", "おつかれさまです 🎉")
	at(13, 50)
	code := say("mia", "the cache is warmed like this now:\n```go\nfor _, key := range hot { // most wanted first\n\tcache.Put(key, load(key))\n}\n```")
	f.follows = []rooms.Follow{{Room: 2, Root: code, Read: code}}
	for i, words := range []string{"is that safe under load?", "yes, load holds a lock for each key", "nice"} {
		at(13, 52+i)
		put(rooms.Event{Type: rooms.Message, Thread: code}, []string{"bo", "mia", "bo"}[i], words)
	}
	at(13, 56)
	cake := put(rooms.Event{Type: rooms.Poll}, "tom", "cake for the release?\nchocolate\nlemon")
	for i, who := range []string{"ana", "bo", "lea", "mia", "kei"} {
		put(rooms.Event{Type: rooms.Vote, Ref: cake, Detail: []string{"1", "2", "1", "1", "2"}[i]}, who, "")
	}
	f.Mark(2, uint64(len(f.logs[2])))
	at(14, 6)
	say("ana", "p99 on node-c went up a little after the restart")
	at(14, 8)
	say("kei", "@lea can you look at the graphs? You know that cache better than anybody")
	at(14, 9)
	say("bo", "could also be the backup, it runs at two")
	for range 3 {
		f.add(1, rooms.Message, "ana", "lunch?")
	}
	f.add(3, rooms.Message, "bo", "@lea notes for 4.3 are ready")
	f.add(6, rooms.Message, "kei", "one more thing")
	f.person.LastRoom = 2
	f.typists = []text.Name{mustName("mia")}
	f.people = &rooms.Presence{Online: 8, Total: 42, Version: 1}
	for i, n := range []string{"ana", "bo", "kei", "lea", "mia", "tom", "aylin", "bao", "carla", "dmitri", "ella", "farid", "greta", "hana", "igor", "jana", "kofi", "lars", "mona", "nils", "olga", "pia", "quentin", "rosa", "sven", "taro", "uma", "vera"} {
		role := rooms.RoleMember
		if i < 2 {
			role = rooms.RoleModerator
		}
		f.people.People = append(f.people.People, rooms.Present{Member: rooms.Member{Name: mustName(n), Role: role}, Online: i < 8, Away: i == 5 || i == 6})
	}
	f.changes.Or(uint32(rooms.TypingChanged))
	return f
}

// draw makes an SVG of a terminal's cells.
func draw(t *screentest.Term) string {
	cols, rows := t.Size()
	var b strings.Builder
	w, h := float64(cols)*cellWidth+24, float64(rows)*cellHeight+24
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" role="img" aria-label="The chat view of Parley in a terminal">`+"\n", w, h, w, h)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" rx="8" fill="%s"/>`+"\n", paper)
	fmt.Fprintf(&b, `<g font-family="ui-monospace,'DejaVu Sans Mono','Noto Sans Mono CJK JP',Menlo,Consolas,monospace" font-size="14" xml:space="preserve">`+"\n")
	for y := range rows {
		drawRow(&b, t, y, cols)
	}
	if x, y, shown := t.Cursor(); shown {
		fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`+"\n", 12+float64(x)*cellWidth, 12+float64(y)*cellHeight+1, cellWidth, cellHeight-2, ink)
	}
	b.WriteString("</g>\n</svg>\n")
	return b.String()
}

// drawRow draws the runs of equal style of one row; every character that is not ASCII stands at its own place.
func drawRow(b *strings.Builder, t *screentest.Term, y, cols int) {
	for x := 0; x < cols; {
		c := t.Cell(x, y)
		words, width := c.Content, max(1, c.Width)
		ascii := words != "" && words[0] < 0x7f
		for next := x + width; ascii && next < cols; next++ {
			n := t.Cell(next, y)
			if n.Style != c.Style || n.Content == "" || n.Content[0] >= 0x7f {
				break
			}
			words += n.Content
			width++
		}
		drawRun(b, words, c.Style, x, y, width)
		x += width
	}
}

func drawRun(b *strings.Builder, words string, st uv.Style, x, y, width int) {
	fg, bg := hex(st.Fg, ink), hex(st.Bg, "")
	if st.Attrs&uv.AttrReverse != 0 {
		fg, bg = paper, fg
	}
	left, top := 12+float64(x)*cellWidth, 12+float64(y)*cellHeight
	if bg != "" {
		fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`+"\n", left, top, float64(width)*cellWidth, cellHeight, bg)
	}
	if strings.TrimSpace(words) == "" {
		return
	}
	extra := ""
	if st.Attrs&uv.AttrBold != 0 {
		extra += ` font-weight="bold"`
	}
	if st.Attrs&uv.AttrItalic != 0 {
		extra += ` font-style="italic"`
	}
	if st.Underline != 0 {
		extra += ` text-decoration="underline"`
	}
	left += float64(len(words)-len(strings.TrimLeft(words, " "))) * cellWidth
	words = strings.Trim(words, " ")
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" fill="%s" textLength="%.1f" lengthAdjust="spacingAndGlyphs"%s>%s</text>`+"\n",
		left, top+14, fg, float64(text.Width(words))*cellWidth, extra, html.EscapeString(words))
}

// hex is a colour as SVG writes it.
func hex(c color.Color, none string) string {
	switch c := c.(type) {
	case nil:
		return none
	case ansi.BasicColor:
		return palette[c&15]
	case ansi.IndexedColor:
		if c < 16 {
			return palette[c]
		}
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}
