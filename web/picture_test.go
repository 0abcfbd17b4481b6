package web

import (
	"bytes"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"

	"parley/rooms"
)

func encoded(t *testing.T, encode func(io.Writer, image.Image) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b, image.NewGray(image.Rect(0, 0, 3, 2))); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// webps are the smallest file of each kind: one pixel.
var webps = map[string]string{
	"lossy":    "RIFF\x24\x00\x00\x00WEBPVP8 \x18\x00\x00\x00\x30\x01\x00\x9d\x01\x2a\x01\x00\x01\x00\x02\x00\x34\x25\xa4\x00\x03\x70\x00\xfe\xfb\xfd\x50\x00",
	"lossless": "RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00",
	"extended": "RIFF\x1a\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00",
}

func TestImagesAreShownAsWhatTheyAre(t *testing.T) {
	p := newFilePlace(t, rooms.Limits{})
	for _, c := range []struct{ name, content, media string }{
		{"a.png", encoded(t, png.Encode), "image/png"},
		{"a.jpg", encoded(t, func(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, nil) }), "image/jpeg"},
		{"a.gif", encoded(t, func(w io.Writer, m image.Image) error { return gif.Encode(w, m, nil) }), "image/gif"},
		{"a.webp", webps["lossy"], "image/webp"}, {"b.webp", webps["lossless"], "image/webp"}, {"c.webp", webps["extended"], "image/webp"},
		{"page.html", encoded(t, png.Encode), "image/png"}, // the content says it, not the name
	} {
		path := p.put(c.name, c.content)
		w := p.ask("ana", "GET", path+"?view=1", nil)
		if h := w.Header(); w.Code != 200 || h.Get("Content-Type") != c.media || w.Body.String() != c.content || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Security-Policy") != "default-src 'none'; sandbox" {
			t.Errorf("%s: %d %v", c.name, w.Code, h)
		}
		if w := p.ask("ana", "GET", path, nil); w.Code != 200 || w.Header().Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment; ") {
			t.Errorf("%s, not to be shown: %d %v", c.name, w.Code, w.Header())
		}
	}
}

// TestNothingThatRunsIsShown: documents, drawings with script in them, what is an image for its first bytes only, and
// images that take more memory than a browser has.
func TestNothingThatRunsIsShown(t *testing.T) {
	p := newFilePlace(t, rooms.Limits{})
	big := []byte(encoded(t, png.Encode))
	copy(big[16:], "\x7f\xff\xff\xff\x7f\xff\xff\xff") // its width and height; the checksum is that of others
	for name, content := range map[string]string{
		"page.html": "<!doctype html><script>alert(1)</script>", "a.svg": `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, "page.png": "<script>alert(1)</script>",
		"cut.png": encoded(t, png.Encode)[:20], "half.gif": "GIF89a", "poly.jpg": "\xff\xd8\xff\xe0<script>alert(1)</script>", "riff.webp": "RIFF\x24\x00\x00\x00WAVEfmt <script>alert(1)</script>",
		"vp9.webp": "RIFF\x24\x00\x00\x00WEBPVP9 \x18\x00\x00\x00<script>alert(1)</script>", "huge.png": string(big), "wide.gif": "GIF89a\xff\xff\x01\x00\x00\x00\x00", "empty.png": "", "a.pdf": "%PDF-1.7",
		"huge.webp": "RIFF\x1a\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x10\x00\x00\x00\xff\xff\xff\xff\xff\xff",
	} {
		path := p.put(name, content)
		if w := p.ask("ana", "GET", path+"?view=1", nil); w.Code != 415 || strings.Contains(w.Body.String(), "script") || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") {
			t.Errorf("%s: %d %v %s", name, w.Code, w.Header(), w.Body)
		}
		if w := p.ask("ana", "GET", path, nil); w.Code != 200 || w.Header().Get("Content-Type") != "application/octet-stream" || w.Body.String() != content {
			t.Errorf("%s is not sent as it is: %d %v", name, w.Code, w.Header())
		}
	}
	poly := "GIF89a\x01\x00\x01\x00\x00\x00\x00/*<html><script>alert(1)</script>*/"
	if w := p.ask("ana", "GET", p.put("poly.html", poly)+"?view=1", nil); w.Code == 200 && (w.Header().Get("Content-Type") != "image/gif" || w.Header().Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(w.Header().Get("Content-Security-Policy"), "sandbox")) {
		t.Errorf("what is an image and a document: %d %v", w.Code, w.Header())
	}
}
