package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// TestFilesRunNothingInABrowser: a document, a drawing with script, and what is an image and a script at once are opened at
// their own addresses, put into the page as images, scripts and frames, and none of it runs with the person's session.
func TestFilesRunNothingInABrowser(t *testing.T) {
	if testing.Short() {
		return // a browser beside the race detector is for machines with more cores
	}
	t.Parallel()
	s := newSite(t, "", "ana")
	s.careless = true // what is refused here is said by the browser
	s.begin()
	s.ssh("ana", "create", "#ops")
	p := s.enter("ana", "/", 900, 600)
	script := "fetch('/files/ops/owned.txt', {method: 'POST', body: 'x'})"
	png, err := base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{
		"page.html": "<!doctype html><script>" + script + "</script><img src=x onerror=\"" + script + "\">",
		"draw.svg":  `<svg xmlns="http://www.w3.org/2000/svg" onload="` + script + `"><script>` + script + `</script></svg>`,
		"poly.gif":  "GIF89a\x01\x00\x01\x00\x00\x00\x00/*<html><script>" + script + "</script>*/=1;" + script,
		"code.js":   script,
		"pixel.png": string(png) + "<script>" + script + "</script>",
	}
	p.do("take downloads", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorDeny})
		return err
	}))
	for name, content := range files {
		var put struct {
			Seq  uint64
			File struct{ Name string }
		}
		p.eval(fmt.Sprintf("fetch('/files/ops/%s', {method: 'POST', body: Uint8Array.from(atob('%s'), c => c.charCodeAt(0))}).then(a => a.json())", name, base64.StdEncoding.EncodeToString([]byte(content))), &put)
		if put.File.Name != name {
			t.Fatalf("%s: the answer is %+v", name, put)
		}
		for _, path := range []string{fmt.Sprintf("/files/ops/%d/%s", put.Seq, name), fmt.Sprintf("/files/ops/%d/%s?view=1", put.Seq, name)} {
			ctx, cancel := p.bounded()
			_ = chromedp.Do(ctx, chromedp.Navigate(s.url(path))) // an attachment is no document: the browser says so
			cancel()
			var ran, where string
			p.eval("location.href", &where)
			if err := p.try("document.contentType", &ran); err == nil && where == s.url(path) && (ran == "text/html" || ran == "image/svg+xml") && name != "poly.gif" && name != "pixel.png" {
				t.Errorf("%s is shown as %s", path, ran)
			}
			p.do("go back", chromedp.Navigate(s.url("/")))
			var loaded []string
			p.eval(fmt.Sprintf(`Promise.all(['img', 'script', 'iframe', 'object', 'embed'].map(kind => new Promise(done => {
				const el = document.createElement(kind), say = what => () => done(kind + ' ' + what);
				el.onload = say('loaded'); el.onerror = say('failed'); setTimeout(say('silent'), 300);
				try { el[kind === 'object' ? 'data' : 'src'] = %s; } catch { done(kind + ' refused'); }
				document.body.append(el);
			})))`, quoted(path)), &loaded)
			if loaded[1] == "script loaded" {
				t.Errorf("%s runs as a script", path)
			}
		}
	}
	if got := s.ssh("ana", "files", "#ops"); !strings.Contains(got, "page.html") || strings.Contains(got, "owned") {
		t.Errorf("the files of the room are\n%s", got)
	}
	var status int
	p.eval("fetch('/files/ops/checked.txt', {method: 'POST', body: 'x'}).then(a => a.status)", &status)
	if status != 201 {
		t.Errorf("what the scripts would have done is answered %d for the person", status)
	}
}
