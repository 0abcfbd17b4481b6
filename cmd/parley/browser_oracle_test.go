package main

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// serialised is what the page shows of the room, a line for each row, without what belongs to the moment: what has the focus, what was found, and the
// rule above what is new; the colours of code, which come when it is on the screen; and the count of what is new in a thread, which is asked for a moment later.
const serialised = `[...document.querySelectorAll('main .rows > *, aside.side .rows > *')].filter(e => !e.matches('.rule.new')).map(e => {
	const c = e.cloneNode(true);
	for (const x of [c, ...c.querySelectorAll('*')]) {
		x.classList.remove('found', 'chosen');
		if (!x.className) x.removeAttribute('class');
		if (x.matches('.tools, .replies .badge')) x.remove();
		if (x.matches('pre code')) x.textContent = x.textContent;
	}
	return c.outerHTML;
})`

// TestLiveEventsShowWhatAFreshPageShows: for a random history of messages, answers, threads, edits, reactions, deletions, pins, polls and topics, a page
// that was there all the time shows the same as one that has just been loaded.
func TestLiveEventsShowWhatAFreshPageShows(t *testing.T) {
	if testing.Short() {
		return
	}
	t.Parallel()
	s := newRoom(t, "ana", "bo", "cy")
	root := s.converse("cy", "#ops").does("post", "#ops", "the first message of a thread").Events[0].Seq
	ana := s.enter("ana", "/r/ops", 1600, 900)
	ana.choose("the first message of a thread")
	ana.press("t")
	ana.until("the thread is open", "document.querySelector('aside.side article.msg')")
	seed := uint64(time.Now().UnixNano())
	t.Logf("the history has the seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	people := []*talk{s.converse("ana", "#ops"), s.converse("bo", "#ops"), s.converse("cy", "#ops")}
	var said, replies []uint64 // of what is in the room, and in its threads: the first message of the thread stays
	for i := range 150 {
		who, at := people[random.IntN(len(people))], root
		if len(said) > 0 {
			at = said[random.IntN(len(said))]
		}
		ref := fmt.Sprintf("#ops:%d", at)
		switch n := random.IntN(20); {
		case n < 7 || len(said) < 5:
			said = append(said, who.does("post", "#ops", fmt.Sprintf([]string{"message %d, *strong* and `code`", "message %d\nin two lines", "> message %d\nthat quotes", "```go\nmessage(%d)\nreturn\n```"}[random.IntN(4)], i)).Events[0].Seq)
		case n < 8:
			said = append(said, who.does("poll", fmt.Sprintf("#ops question %d? yes | no", i), "").Events[0].Seq)
		case n < 9:
			who.run("vote", fmt.Sprintf("%s %d", ref, 1+random.IntN(2)), "") // some are no poll
		case n < 10:
			if a := who.run("reply", fmt.Sprintf("%s an answer %d", ref, i), ""); a.OK { // what is deleted has no answer
				said = append(said, a.Events[0].Seq)
			}
		case n < 12:
			if a := who.run("thread", fmt.Sprintf("#ops:%d in the thread %d", []uint64{root, at}[random.IntN(2)], i), ""); a.OK {
				replies = append(replies, a.Events[0].Seq)
			}
		case n < 14:
			who.run("edit", fmt.Sprintf("%s changed %d", ref, i), "")
		case n < 16:
			who.run("react", fmt.Sprintf("%s :%s:", ref, []string{"tada", "heart", "+1"}[random.IntN(3)]), "")
		case n < 17:
			who.run("unreact", fmt.Sprintf("%s :%s:", ref, []string{"tada", "heart", "+1"}[random.IntN(3)]), "")
		case n < 18:
			who.run([]string{"pin", "unpin"}[random.IntN(2)], ref, "")
		case n < 19:
			if len(replies) > 0 && random.IntN(2) == 0 {
				ref = fmt.Sprintf("#ops:%d", replies[random.IntN(len(replies))])
			}
			who.run("delete", ref, "")
		default:
			who.run("topic", fmt.Sprintf("#ops topic %d", i), "")
		}
	}
	people[0].does("post", "#ops", "that was all of it")
	ana.until("all is there", row("that was all of it"))
	fresh := s.enter("ana", "/r/ops", 1600, 900)
	fresh.until("all is there", row("that was all of it"))
	fresh.eval(`(async () => { const log = document.querySelector('main .log'); for (let i = 0; i < 40 && !`+row("the first message of a thread")+`; i++) { log.scrollTop = log.scrollTop ? 0 : 1; await new Promise(r => setTimeout(r, 50)); } })()`, nil)
	fresh.choose("the first message of a thread")
	fresh.press("t")
	fresh.until("the thread is open", "document.querySelectorAll('aside.side article.msg').length === "+fmt.Sprint(ana.count("aside.side article.msg")))
	var live, loaded []string
	fresh.until("it is at rest", "!document.querySelector('main .rows .system')?.innerText.includes('reading')")
	ana.eval(serialised, &live)
	fresh.eval(serialised, &loaded)
	if len(live) != len(loaded) {
		t.Errorf("the page that was there all the time has %d rows, and a fresh one %d", len(live), len(loaded))
	}
	for i := range min(len(live), len(loaded)) {
		if same := common(live[i], loaded[i]); live[i] != loaded[i] {
			from := max(0, same-300)
			t.Errorf("row %d is live\n…%s\nand loaded\n…%s", i, live[i][from:min(len(live[i]), same+300)], loaded[i][from:min(len(loaded[i]), same+300)])
		}
	}
}

// common is how many bytes are the same at the beginning.
func common(a, b string) (n int) {
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// count is how many elements match a selector.
func (p *page) count(selector string) (n int) {
	p.t.Helper()
	p.eval("document.querySelectorAll("+quoted(selector)+").length", &n)
	return n
}
