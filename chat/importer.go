package chat

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"time"

	"parley/archive"
	"parley/keys"
	"parley/rooms"
	"parley/text"
)

// importer brings the records of one source into rooms.
type importer struct {
	in     *call
	format string
	only   string                     // the room that everything goes into, "" for those that the source names
	heads  map[string]*archive.Record // what the source says of its rooms
	rooms  map[string]*importRoom     // by what the source calls them
	order  []*importRoom

	skipped, older, future int         // records that were passed over
	personal               bool        // there was something about one person
	notes                  []text.Line // what is to be told beside what was added
}

// importRoom is one room that is filled.
type importRoom struct {
	rooms.Room
	have   map[string]uint64  // seqs of what was there before, by nonce
	seqs   map[string]uint64  // of messages, by what the source calls them
	erased map[string]*erased // messages without words
	placed []*erased          // those of them that something needed
	batch  []rooms.Entry
	ids    []string // of the batch
	added  int

	made       bool              // by this import
	properties map[string]string // as the source has them at its end
	oldest     time.Time         // of what was said and is not erased, zero for nothing
	peopled    bool              // the source says who was in it
	filed      bool              // the source names files
}

// erased is a message that was deleted or expired where it comes from. It is taken in only if something refers to it, as
// the messages of its thread do, and its deletion at the end.
type erased struct {
	entry rooms.Entry
	by    rooms.Entry // the deletion
	id    string
}

func (im *importer) take(ctx context.Context, records iter.Seq2[archive.Record, error]) error {
	for rec, err := range records {
		if err != nil {
			return errors.Join(im.end(ctx), im.in.refuse(ErrUsage, err))
		}
		switch rec.Type {
		case archive.Head:
			im.heads[rec.Room] = &rec
			continue
		case archive.Personal:
			im.personal = true
			continue
		}
		room, err := im.room(ctx, &rec)
		if err != nil {
			return errors.Join(im.end(ctx), err)
		}
		if err := im.add(ctx, room, &rec); err != nil {
			return err
		}
	}
	return im.end(ctx)
}

// fits looks, before anything is made, whether the records are of one room where one is named for them. A log of
// weechat has no more.
func (im *importer) fits(records iter.Seq2[archive.Record, error]) error {
	if im.only == "" || im.format == "weechat" {
		return nil
	}
	first := ""
	for rec, err := range records {
		switch {
		case err != nil:
			return nil // what comes before it is taken in
		case rec.Type == archive.Head, rec.Type == archive.Personal:
		case first == "":
			first = rec.Room
		case rec.Room != first:
			return im.in.wrong("that file has more rooms than one: leave the name out, and each becomes a room of its own")
		}
	}
	return nil
}

// end stores what waits, and that what was erased is.
func (im *importer) end(ctx context.Context) error {
	for _, r := range im.order {
		for _, er := range r.placed {
			if er.by.Ref = r.seqs[er.id]; er.by.Ref == 0 || r.have[er.by.Nonce] != 0 {
				continue
			}
			if err := im.put(ctx, r, er.by, ""); err != nil {
				return err
			}
		}
		r.placed = nil
		if err := im.flush(ctx, r); err != nil {
			return err
		}
		if err := im.restore(ctx, r); err != nil {
			return err
		}
	}
	im.leftOut()
	return nil
}

// room finds or makes the room that a record goes into.
func (im *importer) room(ctx context.Context, rec *archive.Record) (*importRoom, error) {
	if r := im.rooms[rec.Room]; r != nil {
		return r, nil
	}
	typed := im.only
	if typed == "" {
		typed = rec.Room
	}
	name, err := text.ParseRoomName(typed)
	if err != nil {
		return nil, im.in.fail(ErrUsage, "%s cannot be the name of a room here: name one after the format", text.Quote(typed))
	}
	r := &importRoom{have: map[string]uint64{}, seqs: map[string]uint64{}, erased: map[string]*erased{}, properties: map[string]string{}}
	if head := im.heads[rec.Room]; head != nil {
		maps.Copy(r.properties, head.Properties)
	}
	err = im.findRoom(ctx, r, name, rec)
	if errors.Is(err, rooms.ErrNotImported) && im.only == "" && im.format == "slack" { // as every workspace of Slack has a #general, and every server
		beside, e := text.ParseRoomName(name.String() + besideSuffix)
		if e != nil {
			return nil, im.in.fail(ErrUsage, "%s cannot be the name of a room here: name one after the format", text.Quote(typed+besideSuffix))
		}
		if err = im.findRoom(ctx, r, beside, rec); err == nil {
			im.say("%s is a room of this server in which people talk: what the file has of it is in %s", name, beside)
		}
	}
	if errors.Is(err, rooms.ErrNotImported) {
		err = im.in.refuse(ErrUsage, err)
	}
	if err != nil {
		return nil, err
	}
	im.rooms[rec.Room] = r
	im.order = append(im.order, r)
	return r, nil
}

// besideSuffix ends the name of a room for what cannot go into the one that is called so already.
const besideSuffix = "-imported"

// findRoom finds the room of a name, or makes it: an ErrNotImported if people talk in it.
func (im *importer) findRoom(ctx context.Context, r *importRoom, name text.RoomName, rec *archive.Record) (err error) {
	r.Room, err = im.in.chat.Rooms.Find(ctx, im.in.Actor, name)
	switch {
	case isNoRoom(err):
		r.Room, err = im.in.chat.Rooms.CreateForImport(ctx, im.in.Actor, im.made(name, rec.Room), rec.Time)
		r.made = true
	case err == nil:
		err = im.look(ctx, r)
	}
	return err
}

// made is the room that is to be made: private, unless the source says that it was public.
func (im *importer) made(name text.RoomName, source string) rooms.Room {
	room := rooms.Room{Name: name, Kind: rooms.Private}
	if head := im.heads[source]; head != nil {
		room.Topic = text.NewLine(head.Text, rooms.MaxTopic)
		if head.Detail == string(rooms.Public) {
			room.Kind = rooms.Public
		}
	}
	return room
}

// look notes what a room has already, also what was said in it since: an export of the room itself says that again.
func (im *importer) look(ctx context.Context, r *importRoom) error {
	if _, err := im.in.chat.Rooms.Import(ctx, im.in.Actor, r.ID, nil); err != nil {
		return err
	}
	for after := uint64(0); after < r.Seq; {
		list, err := im.in.chat.Rooms.Events(ctx, im.in.Actor, r.ID, after, exportPage)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, e := range list {
			after = e.Seq
			nonce := e.Nonce
			if !e.Imported() {
				nonce = importNonce("jsonl", archive.LineKey(e.Seq, e.Time, string(e.Type), e.Author.String()))
			}
			r.have[nonce] = e.Seq
		}
	}
	return nil
}

// importNonce is the nonce of what a source of some format calls key.
func importNonce(format, key string) string {
	sum := sha256.Sum256([]byte(format + "\n" + key))
	return "import:" + hex.EncodeToString(sum[:16])
}

// importedNonce is what importNonce makes.
var importedNonce = regexp.MustCompile("^import:[0-9a-f]{32}$")

// nonce is what a record is known by. What was imported before it was exported is known by what it had then.
func (im *importer) nonce(rec *archive.Record) string {
	if importedNonce.MatchString(rec.Nonce) {
		return rec.Nonce
	}
	return importNonce(im.format, rec.Key)
}

// add puts a record into the batch of its room. What it refers to must be
// stored first, so that its seq is known.
func (im *importer) add(ctx context.Context, r *importRoom, rec *archive.Record) error {
	e := rooms.Entry{Type: rooms.Type(rec.Type), Author: archive.Name(rec.Author), Text: text.NewBody(rec.Text), Time: rec.Time.UTC(), Nonce: im.nonce(rec), Bot: rec.Bot}
	if !e.Type.Talk() && !e.Type.Changes() && e.Type != rooms.Topic {
		r.aside(rec)
		return nil // who came and went is of there and then
	}
	seq := r.have[e.Nonce]
	if e.Type.Talk() && e.Text.IsZero() {
		er := &erased{entry: e, id: rec.ID, by: im.deletion(rec)}
		if seq != 0 {
			r.seqs[rec.ID], r.placed = seq, append(r.placed, er)
		}
		r.erased[rec.ID] = er
		return nil
	}
	if er := r.erased[rec.Ref]; er != nil && e.Type.Changes() {
		if e.Type == rooms.Delete {
			er.by = e
		}
		return nil // it went with what it was about
	}
	if seq != 0 {
		if e.Type.Talk() {
			r.seqs[rec.ID] = seq
		}
		return nil
	}
	var ok bool
	if e.Detail, ok = importDetail(e.Type, rec.Detail); !ok || e.Type == rooms.Poll && !importPoll(e.Text) {
		im.skipped++
		return nil
	}
	im.addFile(&e, rec)
	r.filed = r.filed || rec.File != ""
	im.sign(&e, rec)
	var err error
	if e.Ref, err = im.find(ctx, r, rec.Ref); err != nil {
		return err
	}
	if e.Type.Talk() { // whose thread is not there is said in the room: it is not lost
		if e.Thread, err = im.find(ctx, r, rec.Thread); err != nil {
			return err
		}
	} else if e.Type.Changes() && e.Ref == 0 {
		im.skipped++
		return nil
	}
	return im.put(ctx, r, e, rec.ID)
}

// deletion is what takes away a message without words of which nothing says who deleted it: it expired.
func (im *importer) deletion(rec *archive.Record) rooms.Entry {
	return rooms.Entry{
		Type: rooms.Delete, Author: im.in.Actor.Name, Text: text.NewBody(im.in.sentence("erased where it comes from")), Time: rec.Time.UTC(),
		Nonce: importNonce(im.format, rec.Key+" erased"),
	}
}

// find returns the seq of what the source calls id, 0 for nothing that is there.
func (im *importer) find(ctx context.Context, r *importRoom, id string) (uint64, error) {
	if id == "" {
		return 0, nil
	}
	if seq := r.seqs[id]; seq != 0 {
		return seq, nil
	}
	if er := r.erased[id]; er != nil {
		if err := im.put(ctx, r, er.entry, id); err != nil {
			return 0, err
		}
		r.placed = append(r.placed, er)
	}
	if slices.Contains(r.ids, id) {
		if err := im.flush(ctx, r); err != nil {
			return 0, err
		}
	}
	if seq := r.seqs[id]; seq != 0 {
		return seq, nil
	}
	return r.have[importNonce(im.format, id)], nil // from an earlier file, where IDs are keys
}

// addFile names the file that a message brought with it: what was in it is not in the source.
func (im *importer) addFile(e *rooms.Entry, rec *archive.Record) {
	if rec.File == "" {
		return
	}
	words := "[file: " + rec.File + "]"
	if rec.Text != rec.File {
		words = rec.Text + "\n" + words
	}
	e.Text = text.NewBody(words)
}

// sign keeps the signature of a message if it proves here what it says: that a key which its author has now signed these words.
func (im *importer) sign(e *rooms.Entry, rec *archive.Record) {
	if rec.Signature == "" || e.Type != rooms.Message || e.Text.String() != rec.Text {
		return
	}
	if kept, err := im.in.chat.Keys.VerifySignature(keys.Identity{Name: e.Author}, rec.Text+"\n", rec.Signature); err == nil {
		e.Signature = kept
	}
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

// put puts an entry into the batch, which is stored when it is full.
func (im *importer) put(ctx context.Context, r *importRoom, e rooms.Entry, id string) error {
	if e.Type.Talk() && !e.Text.IsZero() && (r.oldest.IsZero() || e.Time.Before(r.oldest)) {
		r.oldest = e.Time
	}
	r.batch, r.ids = append(r.batch, e), append(r.ids, id)
	if len(r.batch) == importBatch {
		return im.flush(ctx, r)
	}
	return nil
}

func (im *importer) flush(ctx context.Context, r *importRoom) error {
	if len(r.batch) == 0 {
		return nil
	}
	results, err := im.in.chat.Rooms.Import(ctx, im.in.Actor, r.ID, r.batch)
	for i, res := range results {
		switch {
		case errors.Is(res.Err, rooms.ErrOlder):
			im.older++
		case errors.Is(res.Err, rooms.ErrFuture):
			im.future++
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
