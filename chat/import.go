package chat

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"iter"
	"os"
	"strconv"
	"time"

	"parley/archive"
	"parley/rooms"
	"parley/text"
)

// Bounds of an import.
const (
	importBatch = 500
	maxZip      = 2 << 30 // bytes of a Slack export, which is kept in a file meanwhile
)

// importer brings the records of one source into rooms.
type importer struct {
	in      *call
	only    string // the room that everything goes into, "" for those that the source names
	rooms   map[string]*importRoom
	order   []*importRoom
	skipped int
}

// importRoom is one room that is filled.
type importRoom struct {
	rooms.Room
	source string
	seqs   map[string]uint64 // of messages, by what the source calls them
	batch  []rooms.Entry
	ids    []string // of the batch
	added  int
	n      int // records seen: what makes a nonce
}

func importLog(ctx context.Context, in *call) (Reply, error) {
	format, rest := cutWord(in.words)
	if in.In == nil || in.Session != nil {
		return in.answer("an import reads a file: ssh HOST import %s < FILE", in.words)
	}
	im := &importer{in: in, only: rest, rooms: map[string]*importRoom{}}
	var records iter.Seq2[archive.Record, error]
	switch format {
	case "jsonl":
		records = archive.JSONLines(in.In)
	case "weechat":
		if rest == "" {
			return Reply{}, in.wrong("name the room for the log")
		}
		zone := in.Zone
		if zone == nil {
			zone = time.UTC
		}
		records = archive.Weechat(in.In, zone)
	case "slack":
		z, done, err := in.spool()
		if err != nil {
			return Reply{}, err
		}
		defer done()
		records = archive.Slack(z)
	default:
		return Reply{}, in.wrong("the format is jsonl, slack or weechat")
	}
	err := im.take(ctx, records)
	var r Reply
	for _, room := range im.order {
		r.Lines = append(r.Lines, in.say("%s: %s", room.Name, in.count(room.added, "%d event is new", "%d events are new")))
		if failed := in.record(ctx, "import", room.ID, room.Name.String(), format); err == nil {
			err = failed
		}
	}
	if im.skipped > 0 {
		r.Lines = append(r.Lines, in.say("%s passed over: what they are about is not there, or is somebody else's", in.count(im.skipped, "%d event was", "%d events were")))
	}
	if err != nil {
		return r, err
	}
	if len(im.order) == 0 {
		return in.answer("there was nothing to import")
	}
	return r, nil
}

// spool keeps a zip file, which cannot be read from its beginning, in a file without a name.
func (in *call) spool() (z *zip.Reader, done func(), err error) {
	f, err := os.CreateTemp("", "parley-import-*")
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
		}
	}()
	if err := os.Remove(f.Name()); err != nil {
		return nil, nil, err
	}
	n, err := io.Copy(f, io.LimitReader(in.In, maxZip+1))
	if err != nil {
		return nil, nil, err
	}
	if n > maxZip {
		return nil, nil, in.wrong("an export of Slack has at most 2 GiB")
	}
	if z, err = zip.NewReader(f, n); err != nil {
		return nil, nil, in.wrong("that is no zip file")
	}
	return z, func() { _ = f.Close() }, nil
}

func (im *importer) take(ctx context.Context, records iter.Seq2[archive.Record, error]) error {
	for rec, err := range records {
		if err != nil {
			return errors.Join(im.flush(ctx), im.in.refuse(ErrUsage, err))
		}
		room, err := im.room(ctx, rec.Room)
		if err != nil {
			return errors.Join(im.flush(ctx), err)
		}
		if err := im.add(ctx, room, &rec); err != nil {
			return err
		}
	}
	return im.flush(ctx)
}

// room finds or makes the room that a record goes into.
func (im *importer) room(ctx context.Context, source string) (*importRoom, error) {
	if r := im.rooms[source]; r != nil {
		return r, nil
	}
	typed := im.only
	if typed == "" {
		typed = source
	}
	name, err := text.ParseRoomName(typed)
	if err != nil {
		return nil, im.in.fail(ErrUsage, "%s cannot be the name of a room here: name one after the format", text.Quote(typed))
	}
	room, err := im.in.chat.Rooms.Find(ctx, im.in.Actor, name)
	if isNoRoom(err) {
		room, err = im.in.chat.Rooms.Create(ctx, im.in.Actor, rooms.Room{Name: name, Kind: rooms.Private})
	}
	if err != nil {
		return nil, err
	}
	r := &importRoom{Room: room, source: source, seqs: map[string]uint64{}}
	im.rooms[source] = r
	im.order = append(im.order, r)
	return r, nil
}

// add puts a record into the batch of its room. What it refers to must be
// stored first, so that its seq is known.
func (im *importer) add(ctx context.Context, r *importRoom, rec *archive.Record) error {
	r.n++
	e := rooms.Entry{
		Type: rooms.Type(rec.Type), Author: archive.Name(rec.Author), Text: text.NewBody(rec.Text), Time: rec.Time.UTC(),
		Nonce: fmt.Sprintf("import:%08x:%d", crc32.ChecksumIEEE([]byte(r.source)), r.n),
	}
	if !e.Type.Talk() && !e.Type.Changes() && e.Type != rooms.Topic || e.Type.Talk() && e.Text.IsZero() {
		return nil // who came and went, and what was deleted, is of there and then
	}
	var ok bool
	if e.Detail, ok = importDetail(e.Type, rec.Detail); !ok || e.Type == rooms.Poll && !importPoll(e.Text) {
		im.skipped++
		return nil
	}
	if rec.Ref != "" || rec.Thread != "" {
		if r.seqs[rec.Ref] == 0 && r.seqs[rec.Thread] == 0 { // it may be in the batch
			if err := im.flushRoom(ctx, r); err != nil {
				return err
			}
		}
		e.Ref, e.Thread = r.seqs[rec.Ref], r.seqs[rec.Thread]
		if e.Type == rooms.Delete && e.Ref == 0 {
			return nil // what was deleted is not in an export
		}
		if rec.Thread != "" && e.Thread == 0 || e.Type.Changes() && e.Ref == 0 {
			im.skipped++
			return nil
		}
	}
	r.batch, r.ids = append(r.batch, e), append(r.ids, rec.ID)
	if len(r.batch) == importBatch {
		return im.flushRoom(ctx, r)
	}
	return nil
}

// importDetail is the detail of an event as events of its type have it here: what a file says is shown to people.
// ok is false where it is none.
func importDetail(t rooms.Type, said string) (detail string, ok bool) {
	switch t {
	case rooms.React, rooms.Unreact:
		emoji, err := text.ParseEmoji(said)
		return emoji.String(), err == nil
	case rooms.Vote:
		if said == "" {
			return "", true // a vote that was taken back
		}
		n, err := strconv.Atoi(said)
		return strconv.Itoa(n), err == nil && n >= 1 && n <= rooms.MaxOptions
	}
	return "", true
}

// importPoll reports whether a poll has as many options as polls have here.
func importPoll(body text.Body) bool {
	_, options := rooms.PollOptions(body)
	return len(options) >= 2 && len(options) <= rooms.MaxOptions
}

func (im *importer) flush(ctx context.Context) error {
	for _, r := range im.order {
		if err := im.flushRoom(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

func (im *importer) flushRoom(ctx context.Context, r *importRoom) error {
	if len(r.batch) == 0 {
		return nil
	}
	results, err := im.in.chat.Rooms.Import(ctx, im.in.Actor, r.ID, r.batch)
	for i, res := range results {
		switch {
		case res.Err != nil:
			im.skipped++
		default:
			if !res.Again {
				r.added++
			}
			if r.ids[i] != "" && res.Event.Type.Talk() {
				r.seqs[r.ids[i]] = res.Event.Seq
			}
		}
	}
	r.batch, r.ids = r.batch[:0], r.ids[:0]
	return err
}
