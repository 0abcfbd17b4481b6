package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// hostile are texts that would run something if any of them became markup, an address or an attribute.
var hostile = []string{
	`<script>window.owned = 1</script>`,
	`<img src=x onerror="window.owned = 1">`,
	`"><svg onload="window.owned = 1">`,
	`' onmouseover='window.owned = 1' x='`,
	`javascript:window.owned=1//https://example.org/`,
	`https://example.org/"onclick="window.owned=1" x="`,
	`[words](javascript:window.owned=1) <javascript:window.owned=1> data:text/html,<script>window.owned=1</script>`,
	`<iframe srcdoc="<script>parent.owned = 1</script>"></iframe><object data="javascript:window.owned=1"></object><base href="https://evil.example/">`,
	"`<img src=x onerror=window.owned=1>` *<b onclick=window.owned=1>* ~<a href=javascript:window.owned=1>x</a>~",
	"```\"><script>window.owned=1</script>\n</code></pre><img src=x onerror=window.owned=1>\n```",
	"```html\n<script>window.owned = 1</script><img src=x onerror=window.owned=1>\n```",
	"> <img src=x onerror=window.owned=1>\n- <script>window.owned=1</script>",
	`${window.owned=1} {{constructor.constructor('window.owned=1')()}} __proto__ constructor toString`,
	"@<script>window.owned=1</script> #<img/src/onerror=window.owned=1> :<script>: :constructor: :__proto__:",
	"</title><script>window.owned=1</script><style>*{display:none}</style>",
	"\u202e<script>window.owned = 1</script>\u2066 \u0000\u001b]0;x\u0007",
}

// TestHostileTextRunsNothing: names of files, rooms' topics, messages, threads, polls, edits, statuses and what hooks are sent
// go through the page, and nothing of them runs: no script has left a mark, no element or attribute that could run one is in the document, every link
// leads where links may, and the browser has had nothing to block.
func TestHostileTextRunsNothing(t *testing.T) {
	if testing.Short() {
		return
	}
	t.Parallel()
	s := newRoom(t, "ana", "bo")
	hook := regexp.MustCompile(`/hook/\S+`).FindString(s.ssh("ana", "webhook", "add", "#ops"))
	if hook == "" {
		t.Fatal("there is no address of a hook")
	}
	ana := s.enter("ana", "/r/ops", 1600, 900)
	bo := s.converse("bo", "#ops")
	first := bo.does("post", "#ops", "the beginning").Events[0].Seq
	ana.choose("the beginning")
	ana.press("t")
	ana.until("the thread is open", "document.querySelector('aside.side article.msg')")
	for i, words := range hostile {
		bo.does("post", "#ops", words)
		bo.does("thread", fmt.Sprintf("#ops:%d", first), words)
		edited := bo.does("post", "#ops", "to be edited").Events[0].Seq
		bo.does("edit", fmt.Sprintf("#ops:%d", edited), words)
		bo.run("topic", "#ops "+strings.ReplaceAll(words, "\n", " "), "") // some are no topic
		bo.run("poll", "#ops "+strings.ReplaceAll(strings.ReplaceAll(words, "\n", " "), "|", "/")+"? "+strings.ReplaceAll(strings.ReplaceAll(words, "\n", " "), "|", "/")+" | other", "")
		bo.run("status", strings.ReplaceAll(words, "\n", " "), "")
		bo.run("away", strings.ReplaceAll(words, "\n", " "), "")
		bo.run("react", fmt.Sprintf("#ops:%d %s", first, words), "")
		s.post(hook, "text/plain", words)
		s.post(hook, "application/json", `{"username": `+quoted(words)+`, "text": `+quoted("<javascript:window.owned=1|"+words+">")+`, "attachments": [{"title": `+quoted(words)+`, "title_link": "javascript:window.owned=1"}]}`)
		name := strings.NewReplacer("/", "_", "\n", " ", "\x00", "", "\x1b", "", "\x07", "", "\u202e", "", "\u2066", "").Replace(words)
		name = string([]rune(name)[:min(90, len([]rune(name)))]) + fmt.Sprint(i, ".png")
		var status int
		ana.eval(fmt.Sprintf("fetch('/files/ops/' + encodeURIComponent(%s), {method: 'POST', body: Uint8Array.from(atob('%s'), c => c.charCodeAt(0))}).then(a => a.status)", quoted(name), pixel), &status)
		if status != 201 {
			t.Errorf("a file called %q is answered %d", name, status)
		}
	}
	bo.does("post", "#ops", "the end, seen in the page")
	ana.until("all is there", row("the end, seen in the page"))
	ana.harmless(t)
	ana.eval("[...document.querySelectorAll('main .rows *, aside .rows *')].forEach(e => { e.dispatchEvent(new MouseEvent('mouseover', {bubbles: true})); e.dispatchEvent(new PointerEvent('pointerenter', {bubbles: true})); })", nil)
	for _, command := range []string{"files", "threads", "pins", "search owned", "whois bo", "members #ops", "links"} {
		ana.say("/" + command)
		ana.until("it is answered", "document.querySelector('main textarea').value === ''")
		ana.harmless(t)
	}
	ana.do("come again", reload())
	ana.until("all is there again", row("the end, seen in the page"))
	ana.walk("x")
	ana.harmless(t)
	if n := s.metric("parley_web_csp_reports_total"); n != 0 {
		t.Errorf("browsers have reported %v violations", n)
	}
	// What the page's policy is for: a script that is in the page all the same, and a picture from elsewhere, are blocked, and reported.
	s.careless = true
	_ = ana.try("document.body.append(Object.assign(document.createElement('img'), {src: 'http://127.0.0.1:9/x.png'}))", nil)
	eventually(t, "the report has come", func() (bool, string) {
		n := s.metric("parley_web_csp_reports_total")
		return n > 0, fmt.Sprint(n)
	})
	refused := false
	ana.eval("(() => { try { document.body.innerHTML = '<img src=x onerror=\"window.owned = 1\">'; return false; } catch { return true; } })()", &refused)
	if !refused {
		t.Error("a script may make HTML of a text")
	}
}

// harmless looks for what hostile texts may not have become.
func (p *page) harmless(t *testing.T) {
	t.Helper()
	var found []string
	p.eval(`(() => {
		const out = [];
		if (window.owned !== undefined) out.push('a script has run');
		for (const e of document.querySelectorAll('*')) {
			for (const a of e.attributes) {
				if (/^on/i.test(a.name) || ['srcdoc', 'style', 'action', 'formaction'].includes(a.name) && !/^--share: [\d.]+%;$/.test(a.value)) out.push(e.tagName + ' ' + a.name + '=' + a.value.slice(0, 80));
				if (['href', 'src', 'data', 'xlink:href'].includes(a.name) && !/^(#|\/(?!\/)|https?:\/\/|mailto:)/.test(a.value)) out.push(e.tagName + ' ' + a.name + '=' + a.value.slice(0, 80));
			}
			if (['IFRAME', 'OBJECT', 'EMBED', 'BASE', 'STYLE'].includes(e.tagName) || e.tagName === 'SCRIPT' && !e.src.startsWith(location.origin + '/app/')) out.push(e.outerHTML.slice(0, 120));
			if (e.tagName === 'A' && e.protocol && !['http:', 'https:', 'mailto:'].includes(e.protocol)) out.push(e.outerHTML.slice(0, 120));
		}
		return [...new Set(out)].slice(0, 10);
	})()`, &found)
	for _, f := range found {
		t.Errorf("the page has %s", f)
	}
}

// post sends a body to a hook.
func (s *site) post(path, media, body string) {
	s.t.Helper()
	client := http.Client{Timeout: patience}
	defer client.CloseIdleConnections()
	resp, err := client.Post(s.url(path), media, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		s.t.Errorf("a hook is answered %s for %s", resp.Status, base64.StdEncoding.EncodeToString([]byte(body)))
	}
}

// TestHostileTextIsReadInTime: no message keeps a page from everything else. What takes time for each pair of its marks, and not for each mark, would be
// seconds for one of 16 KiB.
func TestHostileTextIsReadInTime(t *testing.T) {
	if testing.Short() {
		return
	}
	s := newSite(t, "", "ana")
	s.begin()
	p := s.open("a page", "/", 800, 600)
	for _, unit := range []string{"*(" + strings.Repeat(")*", 8000), strings.Repeat("*a ", 2700) + strings.Repeat("a* ", 2700), "```\na" + strings.Repeat(" ", 16000) + "b\n```",
		"*(" + strings.Repeat("(*", 8000), strings.Repeat("`a`\u0300", 3200), strings.Repeat("*a*\n", 4000), strings.Repeat("@a #b :c: ", 1600)} {
		body, _ := json.Marshal(unit[:min(len(unit), 16<<10)])
		var took float64
		p.eval(`(async text => {
			const at = document.querySelector('script[type=module]').src;
			const { parse } = await import(at), began = performance.now();
			if (parse(text).map(s => s.text).join('') !== text) throw new Error('something is lost');
			return performance.now() - began;
		})(`+string(body)+")", &took)
		t.Logf("%.0f ms for %.12q…", took, unit)
		if took > 5000 {
			t.Errorf("reading %.12q… took %.0f ms", unit, took)
		}
	}
}
