package chat

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"

	"parley/rooms"
	"parley/text"
)

// text is what the command was given to say: its words, or standard input.
func (in *call) text() string {
	if in.words != "" {
		return in.words
	}
	return strings.TrimRight(in.Body, "\r\n")
}

// me takes a #room only where there is no current one: elsewhere "/me #ops is
// down" says just that.
func me(ctx context.Context, in *call) (Reply, error) {
	return in.post(ctx, rooms.Action, in.words)
}

func post(ctx context.Context, in *call) (Reply, error) {
	if nonce, ok := in.value("--nonce"); ok {
		in.Nonce = nonce
	}
	if err := rooms.CheckNonce(in.Nonce); err != nil {
		return Reply{}, in.refuse(ErrUsage, err)
	}
	if err := in.wholeTitle(); err != nil {
		return Reply{}, err
	}
	p, err := in.place(ctx)
	if err != nil {
		return Reply{}, err
	}
	switch {
	case in.flag["--signed"] && in.flag["--file"]:
		return Reply{}, in.wrong("a signature belongs to a message, and a file has none")
	case in.flag["--signed"]:
		if err := in.readBody(); err != nil {
			return Reply{}, err
		}
		return in.postSigned(ctx, p)
	case in.words == "" && in.In != nil:
		return in.pour(ctx, p)
	case in.flag["--file"] && in.text() != "":
		in.In = strings.NewReader(in.text())
		return in.pour(ctx, p)
	}
	return in.send(ctx, p, in.dressed(in.text()))
}

// wholeTitle joins a title of several words whose quotes ssh has taken away: make | ssh HOST post '#builds' --title "Build 12". Only standard
// input tells it from a title of one word with a text behind it: where it has the text, nothing of it may be lost for words that look like one.
func (in *call) wholeTitle() error {
	if !in.bare || in.words == "" || in.In == nil || in.flag["--signed"] {
		return nil
	}
	source := bufio.NewReader(in.In)
	in.In = source
	if _, err := source.Peek(1); errors.Is(err, io.EOF) {
		return nil
	} else if err != nil {
		return in.brokeOff(err)
	}
	title, _ := in.value("--title")
	rest := in.words
	for rest != "" {
		word, after := cutWord(rest)
		if strings.HasPrefix(word, "--") || in.named == "" && in.isRoom(word) {
			break
		}
		title, rest = title+" "+word, after
	}
	in.setOption("--title", title)
	if err := in.parse(rest); err != nil {
		return err
	}
	if in.words != "" {
		return in.wrong("standard input has the text, so these words are none: %s; a title of several words takes quotes within quotes, as in --title \"'Build 12'\"", printable(in.words))
	}
	return nil
}

// place is where a message goes: into a room, in the thread that is open there if none was named, or with --reply behind a message.
func (in *call) place(ctx context.Context) (rooms.Post, error) {
	p := rooms.Post{Type: rooms.Message}
	ref, answers := in.value("--reply")
	if answers && in.named != "" && !strings.Contains(ref, ":") {
		ref = in.named + ":" + ref
	}
	var room rooms.Room
	var err error
	if !answers || in.named != "" {
		if room, err = in.inRoomToTalk(ctx); err != nil {
			return p, err
		}
		p.Room = room.ID
		if in.named == "" {
			p.Thread = in.Thread
		}
	}
	if !answers {
		return p, nil
	}
	m, err := in.message(ctx, ref)
	if err != nil {
		return p, err
	}
	if p.Room != 0 && p.Room != m.room.ID {
		return p, in.wrong("%s is in another room than %s", printable(ref), in.label(room))
	}
	return rooms.Post{Type: rooms.Message, Room: m.room.ID, Ref: m.event.Seq, Thread: m.event.Thread}, nil
}

// readBody reads standard input as the one text that a message holds.
func (in *call) readBody() error {
	if in.In == nil || in.Body != "" {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(in.In, text.MaxBody+1))
	switch {
	case err != nil:
		return in.brokeOff(err)
	case len(body) > text.MaxBody:
		return in.fail(ErrUsage, "that is longer than 16 KiB, the most a message can be, so nothing was sent: post takes longer ones, and makes a file of them")
	}
	in.Body = string(body)
	return nil
}

// msg says something to one or a few people, or opens the room in which that is done.
func msg(ctx context.Context, in *call) (Reply, error) {
	if in.named == "" {
		return Reply{}, in.wrong("name whom to write to")
	}
	room, err := in.inRoomToTalk(ctx)
	if err != nil {
		return Reply{}, err
	}
	if in.text() == "" {
		return in.show(ctx, room)
	}
	return in.post(ctx, rooms.Message, in.text())
}

// post says something in the room that the command is about: in the thread that
// is open there, if no room was named.
func (in *call) post(ctx context.Context, kind rooms.Type, words string) (Reply, error) {
	room, err := in.inRoomToTalk(ctx)
	if err != nil {
		return Reply{}, err
	}
	p := rooms.Post{Room: room.ID, Type: kind}
	if in.named == "" && kind != rooms.Poll {
		p.Thread = in.Thread
	}
	return in.send(ctx, p, words)
}

// send posts words as p says.
func (in *call) send(ctx context.Context, p rooms.Post, words string) (Reply, error) {
	body, err := text.ParseBody(words)
	if err != nil {
		return Reply{}, in.refuse(ErrUsage, err)
	}
	p.Text, p.Nonce = body, in.Nonce
	if text.Calls(body) != 0 && !in.Yes {
		room, err := in.chat.Rooms.Room(ctx, in.Actor, p.Room)
		if err != nil {
			return Reply{}, err
		}
		if question := AskBefore(in.Lang, &room, body); !question.IsZero() {
			return Reply{Ask: question}, nil
		}
	}
	e, err := in.chat.Rooms.Post(ctx, in.Actor, p)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Events: []*rooms.Event{e}, Made: true}, nil
}

// code posts a text as it is, in a block.
func code(ctx context.Context, in *call) (Reply, error) {
	words := in.text()
	if words == "" {
		return Reply{}, in.wrong("give the text")
	}
	lang := ""
	if word, rest := cutWord(words); rest != "" && (isLanguage(word) || strings.HasPrefix(words, word+"\n")) && len(word) <= maxLanguage {
		lang, words = word, strings.TrimPrefix(strings.TrimLeft(words[len(word):], " \t"), "\n")
	} else if in.Body != "" && isLanguage(words) && in.words != "" {
		lang, words = words, strings.TrimRight(in.Body, "\r\n") // ssh HOST code '#ops' go <main.go
	}
	return in.post(ctx, rooms.Message, fenced(lang, words))
}

// maxLanguage is the longest name of a language, in bytes.
const maxLanguage = 20

// languages are the names that may stand before the code in the same line.
const languages = " asm awk bash c clojure cpp cs css csv dart diff docker dockerfile elixir elm erlang fish go graphql groovy haskell hcl html http ini java javascript jinja js json jsx julia kotlin latex lisp log lua make makefile markdown md nginx nim nix ocaml patch perl php powershell proto python py r rb ruby rust rs scala sh shell sql svelte swift tcl terraform tex text toml ts tsx txt typescript vim vue xml yaml yml zig zsh "

func isLanguage(word string) bool {
	return word != "" && !strings.ContainsAny(word, " \n") && strings.Contains(languages, " "+strings.ToLower(word)+" ")
}

// shrug says something and that one does not know.
func shrug(ctx context.Context, in *call) (Reply, error) {
	return in.post(ctx, rooms.Message, strings.TrimSpace(in.words+" ¯\\_(ツ)_/¯"))
}
