package chat

import (
	"errors"
	"time"

	"parley/lang"
	"parley/rooms"
)

// Explain is an error as a sentence in a language, for a face to show: an
// Error of a command is in its caller's language already.
func Explain(t lang.Tag, err error) string {
	var own *Error
	var rate *rooms.RateError
	var size *rooms.SizeError
	switch {
	case t == lang.En:
		return err.Error()
	case errors.As(err, &own):
		return own.Sentence
	case errors.As(err, &rate) && rate.Room != 0:
		return t.Sprintf("this room is in slow mode: you can write in it again in %s", rate.After.Round(time.Second/10))
	case errors.As(err, &rate):
		return t.Sprintf("too many %s at once: wait %s and send it again", t.Text(rate.What), rate.After.Round(time.Second/10))
	case errors.As(err, &size):
		return t.Sprintf("that is %d bytes long, and this server takes at most %d in a message: send it in parts", size.Size, size.Most)
	}
	return t.Sentence(err.Error())
}
