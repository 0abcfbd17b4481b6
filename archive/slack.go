package archive

import (
	"archive/zip"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"iter"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxFile is the largest file within an export of Slack that is read, in bytes: one day of one channel.
const maxFile = 64 << 20

// maxEntry is the largest entry of such a file that is read, in bytes: a message with its reactions.
const maxEntry = 1 << 20

// slackUser is a line of users.json.
type slackUser struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// slackChannel is a line of channels.json, groups.json or mpims.json.
type slackChannel struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Archived bool   `json:"is_archived"`
	Topic    struct {
		Value string `json:"value"`
	} `json:"topic"`

	public bool // it is in channels.json
}

// slackNames is what an export calls people and channels.
type slackNames struct {
	users    map[string]string       // names by ID
	channels map[string]slackChannel // by name
	called   map[string]string       // names of channels by ID
}

// head is what the export says of a channel; none of conversations.
func (n slackNames) head(channel string) (Record, bool) {
	c, ok := n.channels[channel]
	h := Record{Room: channel, Type: Head, Detail: "private", Text: slackText(c.Topic.Value, n), Properties: map[string]string{}}
	if c.public {
		h.Detail = "public"
	}
	if c.Archived {
		h.Properties["archive"] = "on"
	}
	return h, ok
}

// slackMessage is an entry of CHANNEL/2022-11-22.json.
type slackMessage struct {
	Type     string `json:"type"`
	Subtype  string `json:"subtype"`
	User     string `json:"user"`
	Username string `json:"username"`
	Text     string `json:"text"`
	TS       string `json:"ts"`
	ThreadTS string `json:"thread_ts"`
	Files    []struct {
		Name string `json:"name"`
	} `json:"files"`
	Reactions []struct {
		Name  string   `json:"name"`
		Users []string `json:"users"`
	} `json:"reactions"`
}

// Slack reads an export of a Slack workspace: a zip file with users.json and a
// folder of days for each channel. Rooms come one after the other, by name.
// Files that were shared are named, and not in the export.
func Slack(z *zip.Reader) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		names := slackNames{map[string]string{}, map[string]slackChannel{}, map[string]string{}}
		days := map[string][]*zip.File{}
		var channels []string
		for _, f := range z.File {
			dir, file := path.Split(path.Clean(strings.ReplaceAll(f.Name, `\`, "/")))
			dir = path.Base(strings.TrimSuffix(dir, "/"))
			switch {
			case file == "users.json":
				if _, err := slackEach(f, func(u slackUser) bool { names.users[u.ID] = u.Name; return true }); err != nil {
					yield(Record{}, err)
					return
				}
			case file == "channels.json" || file == "groups.json" || file == "mpims.json":
				if _, err := slackEach(f, func(c slackChannel) bool {
					c.public = file == "channels.json"
					names.channels[c.Name], names.called[c.ID] = c, c.Name
					return true
				}); err != nil {
					yield(Record{}, err)
					return
				}
			case dir != "." && isDay(file):
				if days[dir] == nil {
					channels = append(channels, dir)
				}
				days[dir] = append(days[dir], f)
			}
		}
		if len(channels) == 0 {
			yield(Record{}, fmt.Errorf("this is no export of Slack: it has no folder of a channel with files like 2022-11-22.json"))
			return
		}
		slices.Sort(channels)
		for _, channel := range channels {
			if head, ok := names.head(channel); ok && !yield(head, nil) {
				return
			}
			list := days[channel]
			slices.SortFunc(list, func(a, b *zip.File) int { return strings.Compare(path.Base(a.Name), path.Base(b.Name)) })
			for _, f := range list {
				if !slackDay(f, channel, names, yield) {
					return
				}
			}
		}
	}
}

func isDay(file string) bool {
	_, err := time.Parse("2006-01-02.json", file)
	return err == nil
}

// slackEach reads a file of Slack, a list, an entry at a time: what is packed
// small may be large. It stops when take returns false, and reports whether it went to the end.
func slackEach[T any](f *zip.File, take func(T) bool) (all bool, err error) {
	if f.UncompressedSize64 > maxFile {
		return false, fmt.Errorf("%s is larger than %d MiB: that is more than a day of talk", f.Name, maxFile>>20)
	}
	r, err := f.Open()
	if err != nil {
		return false, fmt.Errorf("%s cannot be read: %w", f.Name, err)
	}
	defer r.Close()
	in := json.NewDecoder(io.LimitReader(r, maxFile))
	begin, err := in.Token()
	if err == nil && begin != json.Delim('[') {
		err = errors.New("it is no list")
	}
	for err == nil && in.More() {
		var raw json.RawMessage
		if err = in.Decode(&raw); err != nil {
			break
		}
		if len(raw) > maxEntry {
			err = fmt.Errorf("an entry is larger than %d MiB", maxEntry>>20)
			break
		}
		var one T
		if err = json.Unmarshal(raw, &one); err == nil && !take(one) {
			return false, nil
		}
	}
	if err == nil {
		_, err = in.Token()
	}
	if err != nil {
		return false, fmt.Errorf("%s is not as Slack writes it: %w", f.Name, err)
	}
	return true, nil
}

// slackDay yields what was said in a channel on one day; false to stop.
func slackDay(f *zip.File, channel string, names slackNames, yield func(Record, error) bool) bool {
	all, err := slackEach(f, func(m slackMessage) bool { return slackYield(&m, channel, names, yield) })
	if err != nil {
		yield(Record{}, err)
	}
	return all
}

// slackYield yields a message and its reactions; false to stop.
func slackYield(m *slackMessage, channel string, names slackNames, yield func(Record, error) bool) bool {
	rec, said := slackRecord(m, channel, names)
	if !said {
		return true
	}
	if !yield(rec, nil) {
		return false
	}
	for _, r := range m.Reactions {
		for _, u := range r.Users {
			emoji, _, _ := strings.Cut(r.Name, "::") // the colour of a skin
			by := Record{Room: channel, Time: rec.Time, Type: "react", Author: nameOf(names.users, u), Detail: emoji, Ref: rec.ID, Key: rec.ID + " " + r.Name + " " + u}
			if !yield(by, nil) {
				return false
			}
		}
	}
	return true
}

func slackRecord(m *slackMessage, channel string, names slackNames) (rec Record, said bool) {
	if m.Type != "message" || m.TS == "" {
		return rec, false
	}
	// A channel may be renamed between two exports; its ID stays, where the export has it.
	in := cmp.Or(names.channels[channel].ID, channel)
	rec = Record{Room: channel, ID: in + " " + m.TS, Key: in + " " + m.TS, Time: slackTime(m.TS), Type: "message", Author: nameOf(names.users, m.User), Text: slackText(m.Text, names)}
	switch m.Subtype {
	case "", "thread_broadcast", "file_share":
	case "bot_message":
		rec.Author, rec.Bot = m.Username, true
	case "me_message":
		rec.Type = "action"
	default:
		return rec, false // joins, topics and the like
	}
	if m.ThreadTS != "" && m.ThreadTS != m.TS {
		rec.Thread = in + " " + m.ThreadTS
	}
	for _, f := range m.Files {
		rec.Text += "\n[file: " + f.Name + "]"
	}
	rec.Text = strings.TrimLeft(rec.Text, "\n")
	return rec, rec.Author != "" && strings.TrimSpace(rec.Text) != ""
}

// slackTime reads "1669125723.000200".
func slackTime(ts string) time.Time {
	whole, frac, _ := strings.Cut(ts, ".")
	sec, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return time.Time{}
	}
	micro, _ := strconv.ParseInt((frac + "000000")[:6], 10, 64)
	return time.Unix(sec, micro*1000).UTC()
}

func nameOf(names map[string]string, id string) string {
	if n := names[id]; n != "" {
		return n
	}
	return strings.ToLower(id)
}

// slackText makes plain text of what Slack keeps: <@U1>, <#C1|name>, <URL|words>, &amp;.
func slackText(s string, names slackNames) string {
	mark := regexp.MustCompile(`<([^<>]*)>`)
	s = mark.ReplaceAllStringFunc(s, func(m string) string {
		target, words, named := strings.Cut(m[1:len(m)-1], "|")
		switch {
		case strings.HasPrefix(target, "@"):
			return "@" + Name(nameOf(names.users, target[1:])).String()
		case strings.HasPrefix(target, "#"):
			return "#" + cmp.Or(words, names.called[target[1:]], strings.ToLower(target[1:]))
		case strings.HasPrefix(target, "!"):
			return "@" + strings.TrimPrefix(target, "!") + map[bool]string{true: " " + words}[named && words != ""]
		case named && words != target && words != strings.TrimPrefix(target, "mailto:"):
			return words + " (" + target + ")"
		}
		return strings.TrimPrefix(target, "mailto:")
	})
	return html.UnescapeString(s)
}
