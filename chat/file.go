package chat

import (
	"bytes"
	"context"
	"io"
	"strings"
	"unicode/utf8"

	"parley/rooms"
	"parley/text"
)

const (
	// previewBytes and previewLines are how much of a text file is shown.
	previewBytes = 4 << 10
	previewLines = 20
	// sumShown is how many hexadecimal digits of a sum stand beside a file: enough to tell two apart.
	sumShown = 8
)

// fileCommands are about the files that messages bring with them.
func fileCommands() []*Command {
	return []*Command{
		{Name: "files", Group: "Files", Args: "[#room|@person] [WORDS…]", Short: "the files of a room",
			Long: "Newest first; words are looked for in their names and captions, as by /search with has:file. The room as a folder: sftp HOST.",
			who:  anybody, room: roomOrNow, pairs: true, args: []argKind{argQuery}, run: files},
		{Name: "upload", Group: "Files", Args: "[#room|@person]", Short: "how to put a file into a room",
			Long: "It shows the scp command to run on your computer. The file becomes a message. Putting the same name again makes a newer version of it; the older ones stay with their messages. To delete a file, delete its message. An upload that is cut off leaves nothing in the room; reput in sftp goes on with it for an hour.",
			who:  people, room: roomOrNow, pairs: true, args: []argKind{argRoom}, run: upload},
		{Name: "get", Group: "Files", Args: "[#room|@person] REF|NAME", Short: "get a file out of a room",
			Long: "Over ssh it writes the file: ssh HOST get '#general:12' > report.pdf. By its name it is the newest one of that name.",
			who:  people, room: roomOrNow, pairs: true, args: []argKind{argRef}, run: get},
		{Name: "preview", Group: "Files", Args: "[#room|@person] REF|NAME", Short: "the first lines of a file, or what is known of it",
			who: people, room: roomOrNow, pairs: true, args: []argKind{argRef}, run: preview},
	}
}

// FileFacts is what stands beside a file: "47.1 KiB, SHA-256 9f86d081".
func FileFacts(f *rooms.File) string {
	return text.Bytes(f.Size) + ", SHA-256 " + f.SHA256[:min(sumShown, len(f.SHA256))]
}

func files(ctx context.Context, in *call) (Reply, error) {
	q, upto, err := in.query(ctx, in.words)
	if err != nil {
		return Reply{}, err
	}
	return in.findWith(ctx, rooms.WithFile, q, upto)
}

// copyLine is the command that copies between a computer and a room, with what the server knows of how it is reached.
func (in *call) copyLine(room rooms.Room, name string, get bool) string {
	line := "scp "
	if port := in.chat.Port; port != "" && port != "22" {
		line += "-P " + port + " "
	}
	folder := strings.TrimPrefix(in.label(room), "#")
	remote := in.Actor.Name.String() + "@HOST:" + folder + "/"
	if get {
		return line + "'" + remote + strings.ReplaceAll(name, "'", `'\''`) + "' ."
	}
	return line + "FILE '" + remote + "'"
}

func upload(ctx context.Context, in *call) (Reply, error) {
	room, err := in.inRoom(ctx)
	if err == nil {
		err = in.mayRead(ctx, room)
	}
	if err != nil {
		return Reply{}, err
	}
	return Reply{Lines: []text.Line{
		in.say("on your computer: %s", in.copyLine(room, "", false)),
		in.say("HOST is what you gave to ssh; sftp and sshfs work as well"),
	}}, nil
}

// file finds the message of a file by its reference or name.
func (in *call) file(ctx context.Context) (message, error) {
	words := strings.TrimSpace(in.words)
	var m message
	var err error
	switch {
	case words == "":
		return m, in.wrong("name the file, or give the reference of its message")
	case in.named == "" && isRef(words):
		m, err = in.message(ctx, words)
	default:
		m, err = in.fileNamed(ctx, words)
	}
	if err == nil && (m.event.File == nil || m.gone()) {
		err = rooms.ErrNoFile
	}
	return m, err
}

func (in *call) fileNamed(ctx context.Context, words string) (message, error) {
	room, err := in.inRoom(ctx)
	if err != nil {
		return message{}, err
	}
	name, err := text.FileName(words)
	if err != nil {
		return message{}, in.refuse(ErrUsage, err)
	}
	e, err := in.chat.Rooms.FileNamed(ctx, in.Actor, room.ID, name)
	if err != nil {
		return message{}, err
	}
	return in.messageAt(ctx, room, e.Seq)
}

func get(ctx context.Context, in *call) (Reply, error) {
	m, err := in.file(ctx)
	if err != nil {
		return Reply{}, err
	}
	if in.Session == nil {
		f, err := in.chat.Rooms.Open(ctx, in.Actor, m.room.ID, m.event.Seq)
		if err != nil {
			return Reply{}, err
		}
		return Reply{Raw: io.NewSectionReader(f, 0, f.Size())}, nil
	}
	r := Reply{Lines: []text.Line{in.say("%s  %s", m.event.File.Name, FileFacts(m.event.File))}}
	newest, err := in.chat.Rooms.FileNamed(ctx, in.Actor, m.room.ID, m.event.File.Name)
	if err == nil && newest.Seq == m.event.Seq {
		r.Lines = append(r.Lines, in.say("on your computer: %s", in.copyLine(m.room, m.event.File.Name.String(), true)))
	}
	r.Lines = append(r.Lines, in.say("or: ssh HOST get '%s' > FILE", in.refOf(m.room, m.event.Seq)))
	return r, nil
}

func preview(ctx context.Context, in *call) (Reply, error) {
	m, err := in.file(ctx)
	if err != nil {
		return Reply{}, err
	}
	f, err := in.chat.Rooms.Open(ctx, in.Actor, m.room.ID, m.event.Seq)
	if err != nil {
		return Reply{}, err
	}
	head := make([]byte, min(f.Size(), previewBytes))
	if _, err := f.ReadAt(head, 0); err != nil {
		return Reply{}, err
	}
	r := Reply{Lines: []text.Line{in.say("%s  %s", m.event.File.Name, FileFacts(m.event.File))}}
	lines, all := textLines(head, f.Size() > int64(len(head)))
	switch {
	case lines == nil && len(head) > 0:
		r.Lines = append(r.Lines, in.say("it is no text, so there is nothing to show"))
	default:
		for _, l := range lines {
			r.Lines = append(r.Lines, text.NewLine("| "+l, 2*rooms.MaxTopic))
		}
		if !all {
			r.Lines = append(r.Lines, in.say("… and more: /get %s", in.refOf(m.room, m.event.Seq)))
		}
	}
	return r, nil
}

// textLines are the first lines of what a file begins with, and whether that is all of it; nil for what is no text.
func textLines(head []byte, more bool) (lines []string, all bool) {
	if more { // the last character may be cut
		for i := 0; i < utf8.UTFMax && len(head) > 0 && !utf8.Valid(head); i++ {
			head = head[:len(head)-1]
		}
	}
	if !utf8.Valid(head) || bytes.IndexByte(head, 0) >= 0 {
		return nil, false
	}
	lines = strings.Split(strings.TrimSuffix(text.NewBody(string(head)).String(), "\n"), "\n")
	if len(lines) > previewLines {
		return lines[:previewLines], false
	}
	return lines, !more
}
