package main

import (
	"regexp"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestBrowsersAreLetInThroughSSH: by the code on the page, over ssh and in the chat view, where somebody is asked first; and by a link, once. Who is refused is told so,
// and a session that is ended is over on the page.
func TestBrowsersAreLetInThroughSSH(t *testing.T) {
	if testing.Short() {
		return
	}
	t.Parallel()
	s := newSite(t, "", "ana", "bo")
	s.begin()
	ana := s.open("ana", "/", 900, 700)
	ana.until("it shows a code", codeShown+" !== ''")
	var code string
	ana.eval(codeShown, &code)
	began := time.Now()
	s.ssh("ana", "login", code, "--yes")
	ana.until("it is in", inside)
	s.took("from the yes to the room", began)

	term := s.terminal("bo", 100, 30)
	term.see("#general")
	bo := s.open("bo", "/", 900, 700)
	bo.until("it shows a code", codeShown+" !== ''")
	bo.eval(codeShown, &code)
	term.say("/login " + code)
	term.see(`Chrome.*127\.0\.0\.1`)
	term.run("send-keys", "-t", "t", "y")
	bo.until("it is in", inside)

	eve := s.open("eve", "/", 900, 700)
	eve.until("it shows a code", codeShown+" !== ''")
	eve.eval(codeShown, &code)
	s.ssh("ana", "login", "--refuse", code)
	eve.until("it says that it was refused", "document.querySelector('#login [role=alert]')?.innerText.includes('no')")

	link := regexp.MustCompile(`http://\S+/login/\S+`).FindString(s.ssh("ana", "web"))
	if link == "" {
		t.Fatalf("ssh HOST web prints no link: %s", s.ssh("ana", "web"))
	}
	path := regexp.MustCompile(`/login/\S+`).FindString(link)
	second := s.open("ana2", path, 900, 700)
	second.sees("ana")
	second.shot("link")
	second.do("enter", chromedp.Click(chromedp.CSS("button")))
	second.until("it is in", inside)
	late := s.open("late", path, 900, 700)
	late.until("the link is used up", "!document.querySelector('form button') && location.pathname.startsWith('/login/')")

	s.ssh("ana", "sessions", "end", "all")
	for _, p := range []*page{ana, second} {
		p.until("its session is over", codeShown+" !== ''")
	}
}
