package chat_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/chat"
	"parley/rooms"
	"parley/text"
)

// library is two rooms with messages of three days: the 20th, 21st and 22nd of November 2026, read in Tokyo.
type library struct {
	*place
	clock time.Time
	rooms map[string]rooms.ID
}

var tokyo = time.FixedZone("JST", 9*60*60)

func newLibrary(t *testing.T) *library {
	l := &library{place: newPlace(t, "ana", "bo"), rooms: map[string]rooms.ID{}, clock: time.Date(2026, 11, 20, 23, 0, 0, 0, tokyo)}
	l.place.clock(func() time.Time { return l.clock })
	for _, name := range []string{"#ops", "#random"} {
		reply := l.does("ana", "create "+name)
		l.rooms[name] = reply.Room
		l.does("bo", "join "+name)
	}
	for _, m := range []struct{ who, line string }{
		{"ana", "post #ops deploy is Green, see https://example.org/x"},
		{"bo", "post #ops @ana 検索できました"},
		{"ana", "post #random the green tea"},
		{"day", ""},
		{"bo", "post #random \"quoted words\" and error:5"},
		{"ana", "post #ops deploy is red"},
		{"day", ""},
		{"bo", "post #ops @ana look: deploy is ｸﾞﾘｰﾝ"},
	} {
		if m.who == "day" {
			l.clock = l.clock.Add(24 * time.Hour)
			continue
		}
		l.clock = l.clock.Add(time.Minute)
		l.does(m.who, m.line)
	}
	return l
}

func (l *library) ask(who, line string) (chat.Reply, error) {
	r := l.as(who, line)
	r.Zone = tokyo
	return l.run(r)
}

func (l *library) does(who, line string) chat.Reply {
	l.t.Helper()
	reply, err := l.ask(who, line)
	if err != nil {
		l.t.Fatalf("%s: %v", line, err)
	}
	return reply
}

func texts(events []*rooms.Event) (out []string) {
	for _, e := range events {
		out = append(out, e.Text.String())
	}
	return out
}

func TestSearchUnderstands(t *testing.T) {
	l := newLibrary(t)
	for line, want := range map[string][]string{
		"search deploy":                                {"@ana look: deploy is ｸﾞﾘｰﾝ", "deploy is red", "deploy is Green, see https://example.org/x"},
		"grep DEPLOY green":                            {"deploy is Green, see https://example.org/x"},
		"search グリーン":                                  {"@ana look: deploy is ｸﾞﾘｰﾝ"},
		"search 検索":                                    {"@ana 検索できました"},
		`search "is green"`:                            {"deploy is Green, see https://example.org/x"},
		`search green -deploy`:                         {"the green tea"},
		`search deploy -"is red" -look`:                {"deploy is Green, see https://example.org/x"},
		"search from:@bo deploy":                       {"@ana look: deploy is ｸﾞﾘｰﾝ"},
		"search from:me deploy":                        {"deploy is red", "deploy is Green, see https://example.org/x"},
		"search deploy -from:ana":                      {"@ana look: deploy is ｸﾞﾘｰﾝ"},
		"search in:#random green":                      {"the green tea"},
		"search in:random green":                       {"the green tea"},
		"search green -in:#random":                     {"deploy is Green, see https://example.org/x"},
		"search has:link":                              {"deploy is Green, see https://example.org/x"},
		"search deploy on:2026-11-20":                  {"deploy is Green, see https://example.org/x"},
		"search deploy before:2026-11-22":              {"deploy is red", "deploy is Green, see https://example.org/x"},
		"search deploy after:2026-11-20":               {"@ana look: deploy is ｸﾞﾘｰﾝ", "deploy is red"},
		"search deploy on:yesterday":                   {"deploy is red"},
		"search deploy on:saturday":                    {"deploy is red"},
		"search deploy on:2026年11月":                    {"@ana look: deploy is ｸﾞﾘｰﾝ", "deploy is red", "deploy is Green, see https://example.org/x"},
		"search deploy after:friday before:2026-11-22": {"deploy is red"},
		"search deploy before:tomorrow after:friday":   {"@ana look: deploy is ｸﾞﾘｰﾝ", "deploy is red"},
		"search deploy after:Tomorrow":                 nil,
		"search deploy before:明日 on:昨日":                {"deploy is red"},
		"search deploy on:明日":                          nil,
		"search “quoted words”":                        {`"quoted words" and error:5`},
		"search ＂quoted words＂ -“and nothing”":         {`"quoted words" and error:5`},
		"search “words quoted”":                        nil,
		"search words -“quoted words”":                 nil,
		`search error:5`:                               {`"quoted words" and error:5`},
		"search 12:30":                                 nil,
		"search bogus:x":                               nil,
		"search foo:green":                             nil,
		"search since:2026-11-01":                      nil,
		"search std::sort":                             nil,
		"search mailto:ana@example.org":                nil,
		"search :tada:":                                nil,
		`search https://example`:                       {"deploy is Green, see https://example.org/x"},
		"search deploy before:#ops:5":                  {"deploy is Green, see https://example.org/x"},
		"mentions":                                     {"@ana look: deploy is ｸﾞﾘｰﾝ", "@ana 検索できました"},
		"mentions on:today":                            {"@ana look: deploy is ｸﾞﾘｰﾝ"},
		"links":                                        {"deploy is Green, see https://example.org/x"},
		"links #random":                                nil,
	} {
		reply := l.does("ana", line)
		if got := texts(reply.Events); !slices.Equal(got, want) {
			t.Errorf("%s\nfinds %q\nwant  %q", line, got, want)
		}
		if reply.Do != chat.Results {
			t.Errorf("%s does not show a list", line)
		}
	}
}

// TestMentionsHaveOnesOwnWords: /mentions finds what others say with a word of /set highlight, beside what names one, once and in order.
func TestMentionsHaveOnesOwnWords(t *testing.T) {
	l := newLibrary(t)
	l.does("ana", "create #elsewhere")
	l.does("ana", "post #elsewhere green, where bo is not")
	l.does("ana", "post #ops @bo green again, and greenery")
	l.does("ana", "post #ops greenery alone")
	l.does("bo", "post #ops green, says bo")
	check := func(line string, want ...string) {
		t.Helper()
		if got := texts(l.does("bo", line).Events); !slices.Equal(got, want) {
			t.Errorf("/%s finds %q, want %q", line, got, want)
		}
	}
	check("mentions", "@bo green again, and greenery")
	l.does("bo", "set highlight Green,lunch")
	check("mentions", "@bo green again, and greenery", "the green tea", "deploy is Green, see https://example.org/x")
	check("mentions tea", "the green tea")
	if r := l.does("bo", "mentions tea"); !slices.Contains(r.Words, "Green") {
		t.Errorf("what was found is marked by %q", r.Words)
	}
	l.does("ana", "pin #random:^")
	check("mentions is:pinned")
	l.does("ana", "post #random green and pinned")
	l.does("ana", "pin #random:^")
	check("mentions is:pinned", "green and pinned")
}

func TestSearchRefusesWithASuggestion(t *testing.T) {
	l := newLibrary(t)
	for line, want := range map[string]string{
		"search":                  "what are you looking for?",
		"search frm:@ana deploy":  `did you mean from:? In quotes, "frm:@ana", it is looked for as it is`,
		"search form:@ana":        "did you mean from:?",
		"search befor:2026-11-01": "did you mean before:?",
		"search from:@bob":        "nobody here is called bob; did you mean @bo?",
		"search in:#opz":          "there is no room #opz that you can enter; did you mean #ops?",
		"search on:2026-13-01":    "cannot read 2026-13-01 as a day",
		"search from:nobody x":    "nobody here is called nobody",
		"search from:server":      "nobody here is called server",
		"search form:ana":         `there is no form: in a search; did you mean from:? In quotes, "form:ana", it is looked for as it is`,
		"search before:nonsense":  "cannot read nonsense as a day",
		"search has:picture":      "has: takes link or file, not picture",
		"search is:red":           "is: takes pinned",
		"search from: ana":        "from: needs something behind it, without a space between",
		"search -on:today":        "on: cannot stand behind a -",
		"search before:#ops:99":   "there is no message #ops:99",
		strings.Repeat("search a ", 1) + strings.Repeat("b ", 40): "more than 32 words",
	} {
		if _, err := l.ask("ana", line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s answers %v, want %q", line, err, want)
		}
	}
	if _, err := l.ask("ana", "search frm:x"); !errors.Is(err, chat.ErrUsage) {
		t.Errorf("a wrong prefix is no wrong usage: %v", err)
	}
	if reply := l.does("ana", `search "frm:@ana"`); len(reply.Events) != 0 || reply.Lines[0].String() != "nothing was found" {
		t.Errorf("in quotes it finds %+v", reply)
	}
}

func TestSearchGoesOn(t *testing.T) {
	l := newLibrary(t)
	for range 120 {
		l.clock = l.clock.Add(time.Second)
		l.does("bo", "post #ops many of them")
	}
	var seqs []uint64
	r := l.as("ana", "search many")
	for range 10 {
		reply, err := l.run(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range reply.Events {
			seqs = append(seqs, e.Seq)
		}
		if reply.Next.IsZero() {
			break
		}
		if len(reply.Lines) != 1 || !strings.Contains(reply.Lines[0].String(), "there is more") {
			t.Errorf("a page says %q", reply.Lines)
		}
		r.After = reply.Next
	}
	if len(seqs) != 120 || !slices.IsSortedFunc(seqs, func(a, b uint64) int { return int(b) - int(a) }) || seqs[119]+119 != seqs[0] {
		t.Errorf("the pages have %d messages: %v", len(seqs), seqs)
	}
}

func TestSearchLeavesOutWhomOneIgnores(t *testing.T) {
	l := newLibrary(t)
	l.does("ana", "ignore @bo")
	for line, want := range map[string]int{"search deploy": 2, "mentions": 0, "search deploy from:@bo": 1} {
		if reply := l.does("ana", line); len(reply.Events) != want {
			t.Errorf("%s finds %q, want %d", line, texts(reply.Events), want)
		}
	}
}

func TestJump(t *testing.T) {
	l := newLibrary(t)
	for line, want := range map[string]string{
		"jump #ops:4":             "@ana 検索できました",
		"jump #ops today":         "@ana look: deploy is ｸﾞﾘｰﾝ",
		"jump #ops yesterday":     "deploy is red",
		"jump #random 2026-11-21": `"quoted words" and error:5`,
		"jump #random 2026-11":    "",
	} {
		reply := l.does("ana", line)
		at := slices.IndexFunc(reply.Events, func(e *rooms.Event) bool { return e.Seq == reply.Seq })
		if reply.Do != chat.Jump || reply.Room == 0 || at < 0 || reply.Events[at].Text != text.NewBody(want) {
			t.Errorf("%s goes to %+v", line, reply)
		}
	}
	for line, want := range map[string]string{
		"jump":                    "where to?",
		"jump #ops:99":            "there is no message #ops:99",
		"jump #ops soon":          "cannot read soon as a day",
		"jump #random 2026-11-22": "nothing happened in #random that day or later",
		"jump yesterday":          "you are in no room here",
	} {
		if _, err := l.ask("ana", line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s answers %v, want %q", line, err, want)
		}
	}
}

func TestSearchIsCompleted(t *testing.T) {
	l := newLibrary(t)
	for typed, want := range map[string][]string{
		"/search f":               {"from:"},
		"/search deploy -f":       {"-from:"},
		"/search -b":              nil,
		"/search from:b":          {"from:@bo "},
		"/search deploy -from:@b": {"-from:@bo "},
		"/search in:#o":           {"in:#ops "},
		"/grep has:":              {"has:link ", "has:file "},
		"/search is:":             {"is:pinned "},
		"/search a b c d on:y":    {"on:yesterday "},
		"/mentions before:to":     {"before:today "},
		"/links #ops fr":          {"from:"},
		"/links #o":               {"#ops "},
	} {
		_, list := l.chat.Complete(t.Context(), l.as("ana", ""), typed, len(typed))
		var got []string
		for _, c := range list {
			got = append(got, c.Insert)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q is completed to %q, want %q", typed, got, want)
		}
	}
}
