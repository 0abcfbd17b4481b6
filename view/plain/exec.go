package plain

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"parley/chat"
	"parley/keys"
	"parley/lang"
	"parley/rooms"
	"parley/text"
	"parley/wire"
)

// Exit statuses, as sysexits.h has them.
const (
	exitOK       = 0
	exitUsage    = 64
	exitNoUser   = 67
	exitNoRoom   = 68 // EX_NOHOST: the thing addressed does not exist
	exitDown     = 69
	exitSoftware = 70
	exitTempFail = 75
	exitNoPerm   = 77
)

// ExecOptions say who runs a command over ssh exec.
type ExecOptions struct {
	Chat     *chat.Chat
	Identity keys.Identity
	Actor    rooms.Actor
	Zone     *time.Location
	Env      map[string]string // of the client
	Settings chat.Settings     // of the person
}

// Exec runs one command of the table, as "ssh HOST COMMAND" gives it, and
// returns the exit status. --json asks for JSON lines, --yes answers its question. Standard input is read only by commands
// that take their text from it.
func Exec(ctx context.Context, o ExecOptions, command string, in io.Reader, out, errout io.Writer) int {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	r := chat.Request{Who: o.Identity, Actor: o.Actor, Env: o.Env, Zone: o.Settings.Clock(o.Zone)}
	var asJSON bool
	r.Line, asJSON, r.Yes = o.flags(command)
	r.Log = asJSON
	if !asJSON { // programs are told in English
		r.Lang = o.Settings.Lang(o.Env)
	}
	if o.Chat.WantsBody(r.Line) {
		body, err := io.ReadAll(io.LimitReader(in, text.MaxBody+1))
		if err != nil {
			return complain(errout, r.Lang.Sprintf("standard input could not be read: %s", err), exitSoftware)
		}
		if len(body) > text.MaxBody {
			return complain(errout, r.Lang.Text("that is longer than 16 KiB, the most a message can be, so nothing was sent"), exitUsage)
		}
		r.Body = string(body)
	}
	if o.Chat.Streams(r.Line) {
		r.In = in
	}
	reply, err := o.Chat.Run(ctx, r)
	if err != nil {
		for _, l := range reply.Lines { // what was done before
			_ = complain(errout, l.String(), exitOK)
		}
		return complain(errout, chat.Explain(r.Lang, err), status(err))
	}
	if !reply.Ask.IsZero() {
		return complain(errout, r.Lang.Sprintf("%s: add --yes after the command's name to do it", reply.Ask), exitUsage)
	}
	if reply.Do == chat.PlainMode || reply.Do == chat.ViewMode || reply.Do == chat.Clear || reply.Do == chat.Press {
		return complain(errout, r.Lang.Text("that command changes what a terminal shows: enter with ssh and without a command to use it"), exitUsage)
	}
	x := execution{ExecOptions: o, json: asJSON, manner: mannerOf(o.Settings, r.Lang, o.Zone, "\n")}
	if _, err := out.Write(x.render(ctx, reply)); err != nil {
		return exitSoftware
	}
	if reply.Stream != nil {
		return stream(ctx, reply.Stream, r.Lang, out, errout)
	}
	return exitOK
}

// stream writes a long answer as JSON lines, each when it is there.
func stream(ctx context.Context, s chat.Stream, t lang.Tag, out, errout io.Writer) int {
	buf := bufio.NewWriterSize(out, 32<<10)
	var line []byte
	var written error
	err := s(ctx, func(it chat.Item) (err error) {
		var v any = it.Facts
		if it.Event != nil {
			v = wire.FromEvent(it.Event, it.Room)
		}
		if line, err = wire.AppendLine(line[:0], v); err == nil {
			_, err = buf.Write(line)
			written = err
		}
		return err
	})
	if written == nil {
		written = buf.Flush()
	}
	switch {
	case written != nil:
		return exitSoftware
	case err != nil:
		return complain(errout, chat.Explain(t, err), status(err))
	}
	return exitOK
}

// flags takes --json and --yes out of a command line. They may stand anywhere,
// but for commands that take free text only before the text begins.
func (o ExecOptions) flags(command string) (line string, asJSON, yes bool) {
	var kept []string
	rest := strings.TrimSpace(command)
	for rest != "" {
		word, after, _ := strings.Cut(rest, " ")
		switch word {
		case "--json":
			asJSON = true
		case "--yes":
			yes = true
		default:
			named := len(kept) > 0
			if named && word[0] != '#' && word[0] != '@' && o.Chat.TakesText(kept[0]) {
				return strings.Join(append(kept, rest), " "), asJSON, yes
			}
			if !named {
				word = strings.TrimPrefix(word, "/")
			}
			kept = append(kept, word)
		}
		rest = strings.TrimLeft(after, " ")
	}
	return strings.Join(kept, " "), asJSON, yes
}

type execution struct {
	ExecOptions
	json   bool
	manner manner
}

func (x execution) render(ctx context.Context, reply chat.Reply) []byte {
	var out []byte
	found := reply.Do == chat.Results || reply.Do == chat.Jump
	if !found {
		out = x.lines(out, reply)
	}
	viewer := x.Actor.Name
	if x.json {
		viewer = text.Name{} // programs of everybody read the same name
	}
	names := map[rooms.ID]string{}
	for _, e := range reply.Events {
		name, ok := names[e.Room]
		if !ok {
			if room, err := x.Chat.Rooms.Room(ctx, x.Actor, e.Room); err == nil {
				name = room.Label(viewer)
			}
			names[e.Room] = name
		}
		switch {
		case x.json:
			out, _ = wire.AppendLine(out, wire.FromEvent(e, name))
		case found:
			out = x.manner.appendFound(out, name, e, reply.States[e])
		case reply.Made:
			out = append(append(out, chat.Ref(name, e.Seq)...), '\n')
		default:
			out = x.manner.appendEvent(out, name, e, quoted(e, x.reader(ctx, e.Room, reply)), reply.States[e])
		}
	}
	if found { // how far the search came
		out = x.lines(out, reply)
	}
	return out
}

func (x execution) lines(out []byte, reply chat.Reply) []byte {
	for _, l := range reply.Lines {
		if x.json {
			out, _ = wire.AppendLine(out, wire.FromLine(l.String()))
		} else {
			out = append(append(out, l.String()...), '\n')
		}
	}
	return out
}

// reader reads messages of a room: those that are listed anyhow without asking for them.
func (x execution) reader(ctx context.Context, room rooms.ID, listed chat.Reply) func(uint64) (*rooms.Event, *rooms.State, error) {
	return func(seq uint64) (*rooms.Event, *rooms.State, error) {
		for _, e := range listed.Events {
			if e.Room == room && e.Seq == seq {
				return e, listed.States[e], nil
			}
		}
		return x.Chat.Rooms.Event(ctx, x.Actor, room, seq)
	}
}

func complain(w io.Writer, sentence string, status int) int {
	_, _ = io.WriteString(w, "parley: "+sentence+"\n") // whoever does not read it still gets the status
	return status
}

// status maps an error to what sysexits.h calls its kind.
func status(err error) int {
	var rate *rooms.RateError
	var name *keys.NameError
	var size *rooms.SizeError
	var quiet *rooms.QuietError
	switch {
	case errors.As(err, &rate):
		return exitTempFail
	case errors.Is(err, chat.ErrUsage), errors.Is(err, chat.ErrUnknown), errors.As(err, &name), errors.As(err, &size):
		return exitUsage
	case errors.Is(err, rooms.ErrNoRoom), errors.Is(err, rooms.ErrNoEvent), errors.Is(err, rooms.ErrNoJob):
		return exitNoRoom
	case errors.Is(err, rooms.ErrNoPerson):
		return exitNoUser
	case errors.Is(err, rooms.ErrUnavailable), errors.Is(err, rooms.ErrClosed):
		return exitDown
	case errors.Is(err, rooms.ErrNotMember), errors.Is(err, rooms.ErrNotInvited), errors.Is(err, rooms.ErrForbidden),
		errors.Is(err, rooms.ErrRefused), errors.Is(err, rooms.ErrLocked), errors.Is(err, rooms.ErrArchived), errors.Is(err, rooms.ErrBanned), errors.As(err, &quiet):
		return exitNoPerm
	}
	return exitSoftware
}
