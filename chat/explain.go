package chat

import (
	"errors"
	"time"

	"parley/lang"
	"parley/rooms"
	"parley/text"
)

// Explain is an error as a sentence in a language, for a face to show, with its times on the clock of a zone (nil is UTC): an
// Error of a command is in its caller's language already.
func Explain(t lang.Tag, zone *time.Location, err error) string {
	if zone == nil {
		zone = time.UTC
	}
	var own *Error
	var quiet *rooms.QuietError
	var ban *rooms.BanError
	var barred *rooms.BarredError
	var rate *rooms.RateError
	var size *rooms.SizeError
	switch {
	case errors.As(err, &own):
		return own.Sentence
	case errors.As(err, &quiet) && !quiet.Until.Equal(rooms.Forever):
		return t.Sprintf("a moderator of this room has silenced you until %s: you can read", quiet.Until.In(zone).Format(minuteForm))
	case errors.As(err, &ban):
		return banned(t, zone, ban)
	case errors.As(err, &barred):
		return barredWords(t, zone, barred)
	case t == lang.En:
		return err.Error()
	case errors.As(err, &rate) && rate.Room != 0:
		return t.Sprintf("this room is in slow mode: you can write in it again in %s", rate.After.Round(time.Second/10))
	case errors.As(err, &rate):
		return t.Sprintf("too many %s at once: wait %s and send it again", t.Text(rate.What), rate.After.Round(time.Second/10))
	case errors.As(err, &size):
		return t.Sprintf("that is %d bytes long, and this server takes at most %d in a message: send it in parts", size.Size, size.Most)
	}
	return t.Sentence(err.Error())
}

// banned is why somebody cannot enter a room, until when, and the reason that was given.
func banned(t lang.Tag, zone *time.Location, ban *rooms.BanError) string {
	words := t.Text(rooms.ErrBanned.Error())
	if !ban.Until.IsZero() {
		words = t.Sprintf("you are banned from that room until %s", ban.Until.In(zone).Format(minuteForm))
	}
	return withReason(words, ban.Reason, rooms.MaxTopic)
}

// barredWords is the same of the whole server.
func barredWords(t lang.Tag, zone *time.Location, ban *rooms.BarredError) string {
	until := ban.Until.In(zone).Format(minuteForm)
	var words string
	switch network, forever := ban.Network(), ban.Until.IsZero(); {
	case network && forever:
		words = t.Text("your network is banned from this server")
	case network:
		words = t.Sprintf("your network is banned from this server until %s", until)
	case forever:
		words = t.Text("you are banned from this server")
	default:
		words = t.Sprintf("you are banned from this server until %s", until)
	}
	return withReason(words, ban.Reason, rooms.MaxWhy)
}

// withReason puts the reason that somebody gave, on a line of at most so many columns, behind a sentence.
func withReason(words string, why text.Body, most int) string {
	if why.IsZero() {
		return words
	}
	return words + ": " + text.NewLine(why.String(), most).String()
}

// Noticed is a notice in a language, with its times on the clock of a zone; nil is UTC. What people wrote in it stays as it is.
func Noticed(t lang.Tag, zone *time.Location, n rooms.Notice) string {
	if zone == nil {
		zone = time.UTC
	}
	return n.In(t.Sentence, t.Sprintf, func(at time.Time) string { return at.In(zone).Format(minuteForm) })
}
