package chat

import (
	"archive/zip"
	"context"
	"io"
	"iter"
	"os"
	"time"

	"parley/archive"
	"parley/rooms"
	"parley/text"
)

// Bounds of an import.
const (
	importBatch = 500
	maxSpool    = 2 << 30 // bytes of what is kept in a file meanwhile, because it is read more than once
)

func importLog(ctx context.Context, in *call) (Reply, error) {
	format, rest := cutWord(in.words)
	if room, more := cutWord(rest); more == "" {
		rest = room
	}
	if in.In == nil || in.Session != nil {
		return in.answer("an import reads a file: ssh HOST import %s < FILE", in.words)
	}
	im := &importer{in: in, format: format, only: rest, rooms: map[string]*importRoom{}, heads: map[string]*archive.Record{}}
	var records iter.Seq2[archive.Record, error]
	switch format {
	case "jsonl":
		records = archive.JSONLines(in.In)
		if rest != "" {
			f, _, err := in.spool()
			if err != nil {
				return Reply{}, err
			}
			defer f.Close()
			records = again(f)
		}
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
		f, size, err := in.spool()
		if err != nil {
			return Reply{}, err
		}
		defer f.Close()
		z, err := zip.NewReader(f, size)
		if err != nil {
			return Reply{}, in.wrong("that is no zip file: give the one that Slack made, or pack its folder, with the folders of the channels, into one")
		}
		records = archive.Slack(z)
	default:
		return Reply{}, in.wrong("the format is jsonl, slack or weechat")
	}
	if err := im.fits(records); err != nil {
		return Reply{}, err
	}
	err := im.take(ctx, records)
	r := Reply{Lines: im.told()}
	for _, room := range im.order {
		if failed := in.record(ctx, "import", room.ID, room.Name.String(), format); err == nil {
			err = failed
		}
	}
	switch {
	case err != nil:
		return r, err
	case im.older > 0:
		return r, in.refuse(ErrUsage, rooms.ErrOlder)
	case len(im.order) == 0:
		return in.answer("there was nothing to import")
	}
	return r, nil
}

// told is what became of the records.
func (im *importer) told() (lines []text.Line) {
	in := im.in
	for _, room := range im.order {
		lines = append(lines, in.say("%s: %s", room.Name, in.count(room.added, "%d event is new", "%d events are new")))
	}
	if im.skipped > 0 {
		lines = append(lines, in.say("%s passed over: what they are about is not there or somebody else's, or this server has no such emoji", in.count(im.skipped, "%d event was", "%d events were")))
	}
	if im.future > 0 {
		lines = append(lines, in.say("%s passed over: they are said to happen later than now", in.count(im.future, "%d event was", "%d events were")))
	}
	if im.older > 0 {
		lines = append(lines, in.say("%s passed over: older than what is there already", in.count(im.older, "%d event was", "%d events were")))
	}
	return append(lines, im.notes...)
}

// spool keeps what is imported in a file without a name, for what is not read once from its beginning to its end.
func (in *call) spool() (f *os.File, size int64, err error) {
	if f, err = os.CreateTemp("", "parley-import-*"); err != nil {
		return nil, 0, err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
		}
	}()
	if err := os.Remove(f.Name()); err != nil {
		return nil, 0, err
	}
	if size, err = io.Copy(f, io.LimitReader(in.In, maxSpool+1)); err != nil {
		return nil, 0, err
	}
	if size > maxSpool {
		return nil, 0, in.wrong("what is imported at once has at most 2 GiB")
	}
	return f, size, nil
}

// again reads the records of a spooled file, as often as they are ranged over.
func again(f *os.File) iter.Seq2[archive.Record, error] {
	return func(yield func(archive.Record, error) bool) {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			yield(archive.Record{}, err)
			return
		}
		archive.JSONLines(f)(yield)
	}
}
