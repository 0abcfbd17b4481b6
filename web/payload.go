package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"parley/rooms"
	"parley/text"
)

// payload is what a request to a hook says.
type payload struct {
	text  string // in our markup; "" for what nobody needs to know
	nonce string // of the delivery, the same when it is repeated; "" for none
}

// body is the message of a payload.
func (p payload) body() (text.Body, error) {
	return text.ParseBody(defuse(cut(p.text, text.MaxBody-maxNote, text.MaxBodyLines-2)))
}

// mediaError is a body of a kind that no hook takes.
type mediaError struct{ kind string }

func (e *mediaError) Error() string {
	return "a hook takes JSON, a form with a payload, or plain text in UTF-8, and not " + text.NewLine(e.kind, 60).String()
}

var (
	errForm  = errors.New("the payload of the form is not JSON")
	errJSON  = errors.New("the body is not JSON, though it says that it is")
	errShape = errors.New(`the JSON says nothing that a hook understands: send {"text": "words"}, or what Alertmanager, GitHub or Gitea send`)
	errUTF8  = errors.New("the body is not UTF-8")
	errLists = fmt.Errorf("the lists of the JSON have more than %d elements: send less at once", maxElements)
)

// maxElements bounds the elements of all lists of a body. One takes two bytes there and some hundred once it is read; GitHub's
// largest, a push of 2048 commits, have some thousand.
const maxElements = 20_000

// elements counts the elements of all lists in valid JSON; an empty list counts as one.
func elements(body []byte) (n int) {
	var open []byte // the brackets and braces around
	quoted := false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			if open = append(open, c); c == '[' {
				n++
			}
		case c == ']' || c == '}':
			open = open[:len(open)-1]
		case c == ',' && open[len(open)-1] == '[':
			n++
		}
	}
	return n
}

// read finds out what a body means, from its headers and its shape.
func read(h http.Header, body []byte) (payload, error) {
	if enc := h.Get("Content-Encoding"); enc != "" && !strings.EqualFold(enc, "identity") {
		return payload{}, &mediaError{"a body with Content-Encoding " + enc}
	}
	if !utf8.Valid(body) {
		return payload{}, errUTF8
	}
	kind, _, _ := mime.ParseMediaType(h.Get("Content-Type")) // what cannot be read is taken for text
	if top, _, _ := strings.Cut(kind, "/"); top == "multipart" || top == "image" || top == "audio" || top == "video" {
		return payload{}, &mediaError{kind}
	}
	isJSON := kind == "application/json" || strings.HasSuffix(kind, "+json")
	if kind == "application/x-www-form-urlencoded" {
		form, err := url.ParseQuery(string(body))
		switch {
		case err == nil && form.Has("payload"):
			if body, isJSON = []byte(form.Get("payload")), true; !json.Valid(body) {
				return payload{}, errForm
			}
		case err == nil && form.Has("text"):
			return payload{text: form.Get("text"), nonce: nonce(h)}, nil
		}
	}
	trimmed := bytes.TrimSpace(body)
	// curl -d says that it sends a form, whatever it sends.
	if isJSON || kind != "text/plain" && bytes.HasPrefix(trimmed, []byte("{")) && json.Valid(trimmed) {
		if !json.Valid(trimmed) {
			return payload{}, errJSON
		}
		words, err := readJSON(h, trimmed)
		return payload{text: words, nonce: nonce(h)}, err
	}
	return payload{text: string(body), nonce: nonce(h)}, nil
}

// readJSON reads what is valid JSON.
func readJSON(h http.Header, body []byte) (string, error) {
	if elements(body) > maxElements {
		return "", errLists
	}
	for _, name := range []string{"X-Forgejo-Event", "X-Gitea-Event", "X-Gogs-Event", "X-GitHub-Event"} { // Gitea sends GitHub's too
		if event := h.Get(name); event != "" {
			return readForge(event, body)
		}
	}
	var shape struct {
		Status, Text, Attachments, Blocks json.RawMessage
		Alerts                            []json.RawMessage
	}
	if err := json.Unmarshal(body, &shape); err != nil {
		return "", errShape
	}
	switch {
	case shape.Alerts != nil && shape.Status != nil:
		return readAlerts(body)
	case shape.Text != nil || shape.Attachments != nil || shape.Blocks != nil:
		return readSlack(body)
	}
	return "", errShape
}

// nonce is the number that a sender gives one delivery, however often it is sent.
func nonce(h http.Header) string {
	for _, name := range []string{"Idempotency-Key", "X-Forgejo-Delivery", "X-Gitea-Delivery", "X-Gogs-Delivery", "X-GitHub-Delivery"} {
		key := strings.TrimSpace(h.Get(name))
		if key == "" {
			continue
		}
		if rooms.CheckNonce(key) == nil && strings.IndexFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) < 0 {
			return key
		}
		sum := sha256.Sum256([]byte(key))
		return hex.EncodeToString(sum[:])
	}
	return ""
}
