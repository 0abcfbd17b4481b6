package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// What Slack's incoming webhooks take, as far as it has words:
// docs.slack.dev/messaging/sending-messages-using-incoming-webhooks, its blocks, and its older attachments.

type slackMessage struct {
	Text        string
	Attachments []slackAttachment
	Blocks      []slackBlock
}

type slackAttachment struct {
	Fallback, Pretext, Text, Footer string
	AuthorName                      string `json:"author_name"`
	Title                           string
	TitleLink                       string `json:"title_link"`
	ImageURL                        string `json:"image_url"`
	Fields                          []struct{ Title, Value any }
	Blocks                          []slackBlock
}

// slackBlock is a block, an element of one, or a text object: they are told apart by Type, and their text is an
// object in some and a string in others.
type slackBlock struct {
	Type     string
	Text     json.RawMessage
	Fields   []slackBlock
	Elements []slackBlock
	Title    json.RawMessage
	AltText  string `json:"alt_text"`
	ImageURL string `json:"image_url"`
	URL      string
	Name     string // of an emoji
	UserID   string `json:"user_id"`
	Range    string // of a broadcast
	Style    json.RawMessage
	Indent   int
}

// maxDepth bounds how deep blocks may lie in one another; Slack's go four deep.
const maxDepth = 8

var errSlack = errors.New(`"text" is a text, "attachments" and "blocks" are lists of objects: that is not so here`)

// readSlack makes a message of a body as Slack's incoming webhooks take it. Where there are blocks, Text is only what
// Slack shows in their place where it cannot show them.
func readSlack(body []byte) (string, error) {
	var m slackMessage
	if err := json.Unmarshal(body, &m); err != nil {
		return "", errSlack
	}
	var parts []string
	if blocks := joinBlocks(m.Blocks, "\n", 0); blocks != "" {
		parts = append(parts, blocks)
	} else if m.Text != "" {
		parts = append(parts, unslack(m.Text))
	}
	for _, a := range m.Attachments {
		if s := a.words(); s != "" {
			parts = append(parts, s)
		}
	}
	if len(parts) == 0 {
		return "", errors.New("the message is empty: it has no text that can be shown")
	}
	return strings.Join(parts, "\n"), nil
}

// words is an attachment, each part on a line of its own.
func (a *slackAttachment) words() string {
	var lines []string
	add := func(s string) {
		if s = strings.TrimSpace(s); s != "" {
			lines = append(lines, s)
		}
	}
	add(unslack(a.Pretext))
	add(unslack(a.AuthorName))
	if a.Title != "" || a.TitleLink != "" {
		add(strings.TrimSpace(unslack(a.Title) + link(a.TitleLink)))
	}
	add(unslack(a.Text))
	add(joinBlocks(a.Blocks, "\n", 0))
	for _, f := range a.Fields {
		title, value := unslack(scalar(f.Title)), unslack(scalar(f.Value))
		if title != "" && value != "" {
			title += ": "
		}
		add(title + value)
	}
	if len(lines) == 0 {
		add(unslack(a.Fallback))
	}
	add(strings.TrimSpace(link(a.ImageURL)))
	add(unslack(a.Footer))
	return strings.Join(lines, "\n")
}

// scalar is a text, a number or a truth value as a text.
func scalar(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64, bool:
		return fmt.Sprint(v)
	}
	return ""
}

func joinBlocks(blocks []slackBlock, between string, depth int) string {
	if depth > maxDepth {
		return ""
	}
	var parts []string
	for i := range blocks {
		if s := blocks[i].words(depth + 1); s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, between)
}

// words is one block, or one element of one.
func (b *slackBlock) words(depth int) string {
	switch b.Type {
	case "divider":
		return ""
	case "header":
		return "*" + strings.TrimSpace(textObject(b.Text)) + "*"
	case "section":
		return strings.Trim(textObject(b.Text)+"\n"+joinBlocks(b.Fields, "\n", depth), "\n")
	case "context", "actions":
		return joinBlocks(b.Elements, " ", depth)
	case "image":
		return strings.TrimSpace(firstOf(textObject(b.Title), b.AltText) + link(b.ImageURL))
	case "rich_text":
		return joinBlocks(b.Elements, "\n", depth)
	case "rich_text_section":
		return joinBlocks(b.Elements, "", depth)
	case "rich_text_list":
		var lines []string
		for i := range b.Elements {
			lines = append(lines, strings.Repeat("  ", min(max(b.Indent, 0), maxDepth))+"- "+b.Elements[i].words(depth+1))
		}
		return strings.Join(lines, "\n")
	case "rich_text_quote":
		return "> " + strings.ReplaceAll(joinBlocks(b.Elements, "", depth), "\n", "\n> ")
	case "rich_text_preformatted":
		return "```\n" + strings.ReplaceAll(joinBlocks(b.Elements, "", depth), "```", "'''") + "\n```"
	case "plain_text", "mrkdwn":
		return b.plain()
	case "text":
		return b.plainRaw()
	case "link":
		return labelled(b.plainRaw(), b.URL)
	case "emoji":
		return ":" + b.Name + ":"
	case "user":
		return b.UserID
	case "broadcast":
		return "@ " + b.Range
	case "button":
		return strings.TrimSpace(textObject(b.Text) + link(b.URL))
	}
	return textObject(b.Text)
}

// plain is the text of a text object.
func (b *slackBlock) plain() string {
	if b.Type == "plain_text" {
		return entities.Replace(b.plainRaw())
	}
	return unslack(b.plainRaw())
}

func (b *slackBlock) plainRaw() string {
	var s string
	if json.Unmarshal(b.Text, &s) != nil {
		return ""
	}
	return s
}

// textObject is the text of what holds a text object, or a text.
func textObject(raw json.RawMessage) string {
	if len(raw) == 0 {
		return ""
	}
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return unslack(s)
	}
	var b slackBlock
	if json.Unmarshal(raw, &b) != nil {
		return ""
	}
	return b.plain()
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// brackets is what Slack puts into angle brackets: <url|label>, <@user>, <#channel|name>, <!here>.
var brackets = regexp.MustCompile(`<([^<>\n]*)>`)

// entities are the three characters that Slack writes otherwise.
var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// unslack turns Slack's mrkdwn into ours, which differs in links and in the three characters.
func unslack(s string) string {
	var b strings.Builder
	at := 0
	for _, m := range brackets.FindAllStringSubmatchIndex(s, -1) {
		b.WriteString(entities.Replace(s[at:m[0]]))
		b.WriteString(unbracket(s[m[2]:m[3]]))
		at = m[1]
	}
	b.WriteString(entities.Replace(s[at:]))
	return b.String()
}

// unbracket is what stands between angle brackets as a reader wants it.
func unbracket(s string) string {
	target, label, has := strings.Cut(s, "|")
	target, label = entities.Replace(target), entities.Replace(label)
	switch {
	case target == "":
		return label
	case target[0] == '@':
		if has {
			return "@" + strings.TrimPrefix(label, "@")
		}
		return target[1:] // a number of Slack's, which is nobody here
	case target[0] == '#':
		if has {
			return "#" + strings.TrimPrefix(label, "#")
		}
		return target[1:]
	case target[0] == '!':
		if has {
			return label
		}
		return "@ " + target[1:]
	case strings.HasPrefix(target, "mailto:"):
		return firstOf(label, strings.TrimPrefix(target, "mailto:"))
	case webAddress(target) == "":
		return "<" + s + ">" // no link: as it was written
	}
	return labelled(label, target)
}

// labelled is a link with its label: readers see where it leads.
func labelled(label, target string) string {
	label = strings.TrimSpace(label)
	if label == "" || label == target || webAddress(target) == "" {
		return firstOf(webAddress(target), label)
	}
	return label + " (" + target + ")"
}
