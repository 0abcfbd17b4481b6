package view

import (
	"fmt"
	"image/color"
	"strings"
	"testing"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"parley/rooms"
	"parley/view/screen/screentest"
)

// set changes a setting as another terminal of the person would.
func (f *fake) set(name, value string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	settings := map[string]string{name: value} // a new one each time, as from the manager: the view reads the one it was given
	for k, v := range f.person.Settings {
		if k != name {
			settings[k] = v
		}
	}
	f.person.Settings = settings
	f.signal(rooms.SettingsChanged)
}

// TestGoldenThemes shows each theme with its colours written out; the theme changes at once, without a new session.
func TestGoldenThemes(t *testing.T) {
	for _, theme := range []string{"auto", "dark", "light", "contrast", "mono"} {
		f := world()
		in(t, f, 80, 24, func(r *rig) {
			f.set("theme", theme)
			r.settle()
			golden(t, "theme-"+theme, coloured(r.term))
		}, func(o *Options) { o.Env["COLORTERM"] = "truecolor" })
	}
}

// coloured is the screen with the style of each run before it: {red bold}words{}.
func coloured(term *screentest.Term) string {
	cols, rows := term.Size()
	var b strings.Builder
	for y := range rows {
		var row strings.Builder
		was := ""
		for x := 0; x < cols; {
			c := term.Cell(x, y)
			if now := styleName(c.Style); now != was && strings.TrimSpace(c.Content) != "" {
				fmt.Fprintf(&row, "{%s}", now)
				was = now
			}
			row.WriteString(c.Content)
			x += max(1, c.Width)
		}
		b.WriteString(strings.TrimRight(row.String(), " ") + "\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

func styleName(st uv.Style) string {
	var parts []string
	for _, c := range []struct {
		sign  string
		color color.Color
	}{{"", st.Fg}, {"on ", st.Bg}} {
		switch n := c.color.(type) {
		case ansi.BasicColor:
			parts = append(parts, c.sign+fmt.Sprint("ansi", uint8(n)))
		case ansi.IndexedColor:
			parts = append(parts, c.sign+fmt.Sprint(uint8(n)))
		}
	}
	for _, a := range []struct {
		bit  uint8
		name string
	}{{uv.AttrBold, "bold"}, {uv.AttrFaint, "faint"}, {uv.AttrItalic, "italic"}, {uv.AttrReverse, "reverse"}, {uv.AttrStrikethrough, "strike"}} {
		if st.Attrs&a.bit != 0 {
			parts = append(parts, a.name)
		}
	}
	if st.Underline != 0 {
		parts = append(parts, "underline")
	}
	return strings.Join(parts, " ")
}

// TestGoldenJapanese shows the view in Japanese, to which it changes at once.
func TestGoldenJapanese(t *testing.T) {
	for _, size := range sizes[1:] {
		f := world()
		r := watch(t, f, size.cols, size.rows)
		r.sees("on it")
		f.set("lang", "ja")
		golden(t, fmt.Sprintf("japanese-%dx%d", size.cols, size.rows), r.sees("ここから新着"))
	}
	nowhere := watch(t, newFake("lea"), 80, 24, func(o *Options) { o.Env["LANG"] = "ja_JP.UTF-8" })
	golden(t, "japanese-nowhere", nowhere.sees("まだどのルームにも"))
	help := watch(t, world(), 80, 24, func(o *Options) { o.Env["LANG"] = "ja_JP.UTF-8" })
	help.sees("on it")
	help.types("\x1bOP")
	golden(t, "japanese-help", help.sees("Ctrl-G"))
	help.types("招待")
	golden(t, "japanese-help-found", help.sees("コマンド: 管理"))
}

// TestSettingsActAtOnce changes what is on the screen from another terminal.
func TestSettingsActAtOnce(t *testing.T) {
	f := world()
	r := watch(t, f, 80, 24)
	r.sees("12:02 ana")
	f.set("zone", "Asia/Tokyo")
	r.sees("21:02 ana")
	f.set("time", "12h")
	r.sees("9:02pm  ana")
	f.set("lang", "ja")
	r.sees("午後9:02  ana")
	f.set("zone", "../../etc/passwd") // not kept by /set; whatever stands there cannot hurt
	r.sees("午後0:02  ana")
	r.sees("Alt-u")
	f.set("hints", "off")
	r.gone("Alt-u")
	r.sees("#random")
	f.set("sidebar", "off")
	r.gone("a-room-wi")
	r.types("\x1b[18~") // F7
	r.sees("a-room-wi")
}

// TestTwoLanguagesOneServer: what the views of a server share is not shared between languages.
func TestTwoLanguagesOneServer(t *testing.T) {
	s := newServer(t)
	s.room("general", "ana", "bo")
	ana := s.enter("ana", 120, 30, func(o *Options) { o.Env["LC_ALL"] = "ja_JP.UTF-8" })
	bo := s.enter("bo", 120, 30)
	ana.sees("boさんが参加しました")
	bo.sees("bo joined")
	ana.sees("2人")
	bo.sees("2 people")
	ana.sees("オンライン 2/2")
	bo.sees("2 of 2 here")
	bo.types("/topic lunch\r")
	ana.sees("boさんがトピックを変更しました: lunch")
	bo.sees("bo set the topic: lunch")
	ana.types("/join #nowhere\r")
	ana.sees("という入れるルームはありません")
	bo.types("/invite #general nobody\r")
	bo.sees("nobody here is called nobody")
	ana.types("/set lang en\r")
	ana.sees("bo set the topic: lunch")
	ana.sees("Write to #general")
}
