// Package page is what a browser is given: one document, its style and its
// modules of JavaScript, written by hand. There is no build step: the files are
// embedded as they stand here. When a browser first asks for the page the modules are made
// one script, without what it has no use for, and a hash of all is in their addresses.
package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"

	"fmt"
	"html"
	"io/fs"
	"math"
	"path"
	"slices"

	"github.com/evanw/esbuild/pkg/api"

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
	sum := sha256.New()
	var document []byte
	for _, e := range entries {
		body, err := files.ReadFile(e.Name())
		if err != nil {
			return nil, fmt.Errorf("the page that is built into the program cannot be read: %w", err)
		}
		_, _ = fmt.Fprintf(sum, "%s %d\n%s", e.Name(), len(body), body) // a hash never fails
		if e.Name() == "index.html" {
			document = body
			continue
		}
		switch path.Ext(e.Name()) {
		case ".js", ".css": // see bundle
		default:
			p.Assets[e.Name()] = newAsset(e.Name(), body)
		}
	}
	for _, name := range []string{"main.js", "style.css"} {
		body, err := bundle(name)
		if err != nil {
			return nil, err
		}
		_, _ = sum.Write(body) // another bundler sends other bytes
		p.Assets[name] = newAsset(name, body)
	}
	names, err := nameTable()
	if err != nil {
		return nil, err
	}
	_, _ = sum.Write(names)
	p.Assets["names.json"] = newAsset("names.json", names)
	p.Hash = base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:9])

	document = bytes.ReplaceAll(document, []byte("SERVER"), []byte(html.EscapeString(server)))
	document = bytes.ReplaceAll(document, []byte("/app/HASH/"), []byte("/app/"+p.Hash+"/"))
	p.Document = newAsset("index.html", document)
	return p, nil
}

// bundle is a file with all that it imports in it, without what a browser has no use for: comments, and the long names of
// variables. One request brings what would be one for each module, the deepest only after those that import it.
func bundle(name string) ([]byte, error) {
	embedded := api.Plugin{Name: "embedded", Setup: func(b api.PluginBuild) {
		b.OnResolve(api.OnResolveOptions{Filter: "."}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			return api.OnResolveResult{Path: path.Base(a.Path), Namespace: "page"}, nil
		})
		b.OnLoad(api.OnLoadOptions{Filter: ".", Namespace: "page"}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
			body, err := files.ReadFile(a.Path)
			text := string(body)
			loader := api.LoaderJS
			if path.Ext(a.Path) == ".css" {
				loader = api.LoaderCSS
			}
			return api.OnLoadResult{Contents: &text, Loader: loader}, err
		})
	}}
	r := api.Build(api.BuildOptions{
		EntryPoints: []string{name}, Bundle: true, Format: api.FormatESModule, Target: api.ES2022, Charset: api.CharsetUTF8,
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true, LegalComments: api.LegalCommentsNone,
		Plugins: []api.Plugin{embedded}, LogLevel: api.LogLevelSilent,
	})
	if len(r.Errors) > 0 {
		return nil, fmt.Errorf("%s of the page is not what its name says: %s", name, r.Errors[0].Text)
	}
	if len(r.OutputFiles) != 1 {
		return nil, fmt.Errorf("%s of the page became %d files", name, len(r.OutputFiles))
	}
	return r.OutputFiles[0].Contents, nil
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
