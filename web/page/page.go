// Package page is what a browser is given: one document, its style and its
// modules of JavaScript, written by hand. There is no build step: the files are
// embedded as they stand here. What a browser has no use for, comments and the
// long names of variables, is left out when the program starts, and their hash is in
// their addresses.
package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io/fs"
	"math"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/js"

	"parley/text"
)

//go:embed index.html *.css *.js *.svg *.json *.webmanifest
var files embed.FS

// Asset is one file as it is sent. It is never changed.
type Asset struct {
	Type string // the media type
	ETag string // strong, with its quotes
	Body []byte
	Gzip []byte // Body compressed; nil where that gains nothing
}

// Page is the document and all that it loads. It is never changed.
type Page struct {
	Document *Asset
	Assets   map[string]*Asset // by name, "main.js"
	// Hash changes whenever any file does: /app/HASH/NAME may be kept for ever.
	Hash string
}

var mediaTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".svg": "image/svg+xml", ".json": "application/json", ".webmanifest": "application/manifest+json",
}

// Load makes the page of a server of that name.
func Load(server string) (*Page, error) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, fmt.Errorf("the page that is built into the program cannot be read: %w", err)
	}
	p := &Page{Assets: map[string]*Asset{}}
	short := minify.New()
	short.AddFunc(".css", css.Minify)
	short.AddFunc(".js", js.Minify)
	sum := sha256.New()
	var document []byte
	var modules []string
	for _, e := range entries {
		body, err := files.ReadFile(e.Name())
		if err != nil {
			return nil, fmt.Errorf("the page that is built into the program cannot be read: %w", err)
		}
		if e.Name() == "index.html" {
			document = body
			_, _ = sum.Write(body)
			continue
		}
		if path.Ext(e.Name()) == ".js" {
			if body, err = shorten(short, body); err != nil {
				return nil, fmt.Errorf("%s of the page is not what its name says: %w", e.Name(), err)
			}
		} else if small, err := short.Bytes(path.Ext(e.Name()), body); err == nil {
			body = small
		} else if !errors.Is(err, minify.ErrNotExist) {
			return nil, fmt.Errorf("%s of the page is not what its name says: %w", e.Name(), err)
		}
		_, _ = fmt.Fprintf(sum, "%s %d\n%s", e.Name(), len(body), body) // as it is sent; a hash never fails
		p.Assets[e.Name()] = newAsset(e.Name(), body)
		if path.Ext(e.Name()) == ".js" {
			modules = append(modules, e.Name())
		}
	}
	names, err := nameTable()
	if err != nil {
		return nil, err
	}
	_, _ = sum.Write(names)
	p.Assets["names.json"] = newAsset("names.json", names)
	p.Hash = base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:9])

	var preload strings.Builder
	for _, m := range modules { // or each module would be asked for only after the one that imports it
		fmt.Fprintf(&preload, "<link rel=\"modulepreload\" href=\"/app/HASH/%s\">\n", m)
	}
	document = bytes.Replace(document, []byte("<!-- modules -->\n"), []byte(preload.String()), 1)
	document = bytes.ReplaceAll(document, []byte("SERVER"), []byte(html.EscapeString(server)))
	document = bytes.ReplaceAll(document, []byte("/app/HASH/"), []byte("/app/"+p.Hash+"/"))
	p.Document = newAsset("index.html", document)
	return p, nil
}

// exported is what a module declares for others.
var exported = regexp.MustCompile(`(?m)^export (?:async )?(?:const|function|class) (\w+)`)

// shorten leaves out of a module what a browser has no use for. The names that it declares at its top are shortened,
// too: they are made those of a function, which the minifier shortens, and what others import keeps its name.
func shorten(short *minify.M, module []byte) ([]byte, error) {
	at := bytes.LastIndex(module, []byte("\nimport ")) + 1
	if at > 0 || bytes.HasPrefix(module, []byte("import ")) {
		at += bytes.IndexByte(module[at:], '\n') + 1
	}
	imports, err := short.Bytes(".js", module[:at])
	if err != nil {
		return nil, err
	}
	var names []string
	for _, m := range exported.FindAllSubmatch(module[at:], -1) {
		names = append(names, string(m[1]))
	}
	body := bytes.ReplaceAll(module[at:], []byte("\nexport "), []byte("\n"))
	body, err = short.Bytes(".js", slices.Concat([]byte("(function(){\n"), body, []byte("\nEXPORTS({"+strings.Join(names, ",")+"})})()")))
	if err != nil {
		return nil, err
	}
	body, opens := bytes.CutPrefix(body, []byte("(function(){"))
	body, exports, calls := bytes.Cut(body, []byte("EXPORTS({"))
	exports, closes := bytes.CutSuffix(bytes.TrimSuffix(exports, []byte(";")), []byte("})})()"))
	if !opens || !calls || !closes {
		return nil, fmt.Errorf("it does not end as it has to: %.40q", exports)
	}
	var kept []string
	for _, pair := range strings.Split(string(exports), ",") {
		if name, short, renamed := strings.Cut(pair, ":"); renamed {
			pair = short + " as " + name
		}
		kept = append(kept, pair)
	}
	out := slices.Concat(imports, []byte(";"), bytes.TrimRight(body, ",;"), []byte(";")) // calls in a row become one statement, with commas
	if len(names) > 0 {
		out = append(out, "export{"+strings.Join(kept, ",")+"}"...)
	}
	return out, nil
}

func newAsset(name string, body []byte) *Asset {
	sum := sha256.Sum256(body)
	a := &Asset{Type: mediaTypes[path.Ext(name)], Body: body, ETag: `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`}
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // a level that there is
	_, _ = z.Write(body)                                  // into memory
	_ = z.Close()
	if b.Len() < len(body) {
		a.Gzip = b.Bytes()
	}
	return a
}

// nameTable is every name of an emoji with its picture, the names that reactions are stored by, and the names that nobody has.
func nameTable() ([]byte, error) {
	table := struct {
		Glyphs   map[string]string `json:"glyphs"`
		Names    []string          `json:"names"`
		Reserved []string          `json:"reserved"`
	}{Glyphs: map[string]string{}, Reserved: text.Reserved()}
	for _, name := range text.EmojiNames("", math.MaxInt) {
		e, err := text.ParseEmoji(name)
		if err != nil {
			return nil, fmt.Errorf("the name of an emoji cannot be read back: %w", err)
		}
		table.Glyphs[name] = e.Glyph()
		if !slices.Contains(table.Names, e.String()) {
			table.Names = append(table.Names, e.String())
		}
	}
	return json.Marshal(table)
}
