package tree

import (
	"errors"
	"fmt"
	"io"

	"github.com/pkg/sftp"

	"parley/chat"
	"parley/rooms"
	"parley/text"
)

// What a tree refuses by itself.
var (
	errNone    = errors.New("there is no such file or folder")
	errFolders = errors.New("folders are rooms: make one with /create, and leave it with /leave")
	errFlat    = errors.New("rooms have no folders in them: put the files themselves there, as in scp FOLDER/* HOST:general/")
	errOpen    = errors.New("a file that is being written stays in its room: close it first, then move it")
	errLinks   = errors.New("there are no links here")
	errCut     = errors.New("files here cannot be cut: put it anew")
	errDay     = errors.New("the logs of days are made of what was said: they can only be read")
	errDot     = errors.New("names that begin with a dot are for a computer's own files, so it was not put into the room")
	errPlace   = errors.New("files are put into rooms: name one, as in general/")
	errTalk    = errors.New("there is no conversation of that name: begin it with ssh HOST msg @name TEXT, and put the file there again")
	errHole    = errors.New("a part of the file never came, so it was not put into the room: put it anew")
	errBack    = errors.New("files here are written from their beginning to their end, so it was not put into the room: put it anew")
	errExists  = errors.New("a file of that name is there already")
)

// othersError says that a file is not the person's to rename.
type othersError struct {
	name  text.Line
	owner text.Name
}

func (e *othersError) Error() string {
	return fmt.Sprintf("%s was put there by %s: only they can rename it", e.name, e.owner)
}

// refuse makes what the protocol says of an error, and tells the person in a sentence where it is news.
func (t *tree) refuse(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.EOF):
		return io.EOF
	case errors.Is(err, sftp.ErrSSHFxBadMessage):
		return sftp.ErrSSHFxBadMessage
	case err == sftp.ErrSSHFxFailure: // which needs no sentence
		return err
	case errors.Is(err, errNone), errors.Is(err, rooms.ErrNoFile), errors.Is(err, rooms.ErrNoRoom), errors.Is(err, rooms.ErrNoEvent):
		return sftp.ErrSSHFxNoSuchFile
	case t.ctx.Err() != nil:
		return sftp.ErrSSHFxConnectionLost
	}
	t.say(err)
	switch {
	case errors.Is(err, errLinks):
		return sftp.ErrSSHFxOpUnsupported
	case errors.Is(err, rooms.ErrUnavailable), errors.Is(err, rooms.ErrClosed), errors.Is(err, errHandles), errors.Is(err, errHole), errors.Is(err, errBack), errors.Is(err, errExists):
		return sftp.ErrSSHFxFailure
	}
	return sftp.ErrSSHFxPermissionDenied
}

// say tells the person why something was refused, once in a row.
func (t *tree) say(err error) {
	sentence := "parley: " + chat.Explain(t.Lang, t.zone(), err) + "\n"
	t.mu.Lock()
	again := t.said == sentence
	t.said = sentence
	t.mu.Unlock()
	if !again {
		_, _ = io.WriteString(t.errout, sentence) // whoever does not read it still gets the status
	}
}
