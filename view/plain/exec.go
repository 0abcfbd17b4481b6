package plain

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"parley/chat"
	"parley/keys"
	"parley/rooms"
	"parley/text"
	"parley/wire"
)

// ExecOptions say who runs a command over ssh exec.
type ExecOptions struct {
	Chat     *chat.Chat
	Identity keys.Identity
	Actor    rooms.Actor
	Zone     *time.Location
	Env      map[string]string // of the client
	Settings chat.Settings     // of the person
	Info     rooms.SessionInfo // of the connection
	Raw      bool              // In is a terminal in raw mode, in which Ctrl-C is a byte
}

// Exec runs one command of the table, as "ssh HOST COMMAND" gives it, and
// returns the exit status. --json asks for JSON lines, --yes answers its question. Standard input is read only by commands
// that take their text from it.
func Exec(ctx context.Context, o ExecOptions, command string, in io.Reader, out, errout io.Writer) int {
	x, reply, status := o.start(ctx, command, in, out, errout)
	switch {
	case reply == nil:
		return status
	case reply.Do == chat.Converse:
		return x.converse(ctx, reply.Follow, in, out, errout)
	}
	return x.stream(ctx, reply.Stream, in, out, errout)
}

// start runs the command, and returns its answer if that goes on. What comes before it is not in the frame of the function that waits:
// that one may wait for as long as there is a connection.
//
//go:noinline
func (o ExecOptions) start(ctx context.Context, command string, in io.Reader, out, errout io.Writer) (*execution, *chat.Reply, int) {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	line, said := o.Chat.Switches(command)
	r := chat.Request{Who: o.Identity, Actor: o.Actor, Info: o.Info, Env: o.Env, Zone: o.Settings.Clock(o.Zone), Line: line, Terminal: o.Raw && !said.JSON, Yes: said.Yes, Log: said.JSON}
	if said.JSON {
		r.Zone = time.UTC // programs are told in English, and in UTC
	} else {
		r.Lang = o.Settings.Lang(o.Env)
	}
	x := &execution{ExecOptions: o, json: said.JSON, manner: mannerOf(o.Settings, r.Lang, o.Zone, "\n")}
	x.manner.day = x.manner.dayOf(o.Chat.Rooms.Now())
	if o.Chat.WantsBody(r.Line) {
		body, err := io.ReadAll(io.LimitReader(in, text.MaxBody+1))
		switch {
		case errors.Is(err, io.ErrUnexpectedEOF):
			return x, nil, complain(errout, r.Lang.Text("standard input broke off, and nothing was posted"), wire.Data)
		case err != nil:
			return x, nil, complain(errout, r.Lang.Sprintf("standard input could not be read: %s", err), wire.Software)
		case len(body) > text.MaxBody:
			return x, nil, complain(errout, r.Lang.Text("that is longer than 16 KiB, the most a message can be, so nothing was sent: post takes longer ones, and makes a file of them"), wire.Usage)
		}
		r.Body = string(body)
	}
	if o.Chat.Streams(r.Line) {
		r.In = in
	}
	reply, err := o.Chat.Run(ctx, r)
	if err != nil {
		for _, l := range reply.Lines { // what was done before
			_ = complain(errout, l.String(), wire.OK)
		}
		return x, nil, x.refuse(errout, err)
	}
	if reply.No != "" && !said.JSON {
		var answered bool
		if r, answered = x.ask(r, reply, in, errout); answered {
			reply, err = o.Chat.Run(ctx, r)
		}
		if err != nil {
			return x, nil, x.refuse(errout, err)
		}
	}
	if !reply.Ask.IsZero() {
		return x, nil, complain(errout, r.Lang.Sprintf("%s: add --yes after the command's name to do it", reply.Ask), wire.Usage)
	}
	if reply.Do == chat.PlainMode || reply.Do == chat.ViewMode || reply.Do == chat.Clear || reply.Do == chat.Press {
		return x, nil, complain(errout, r.Lang.Text("that command changes what a terminal shows: enter with ssh and without a command to use it"), wire.Usage)
	}
	if reply.Do == chat.Converse {
		if !x.json {
			return x, nil, complain(errout, r.Lang.Text("attach speaks JSON lines: add --json"), wire.Usage)
		}
		x.request = r
		return x, &reply, wire.OK
	}
	if reply.Raw != nil {
		if b, ok := out.(interface{ Bulk() }); ok { // of a face that writes in small packets otherwise
			b.Bulk()
		}
		if _, err := io.Copy(out, reply.Raw); err != nil && ctx.Err() == nil {
			return x, nil, x.refuse(errout, err)
		}
		return x, nil, wire.OK
	}
	if _, err := out.Write(x.render(ctx, reply)); err != nil {
		return x, nil, wire.Software
	}
	if reply.Stream == nil {
		return x, nil, wire.OK
	}
	return x, &reply, wire.OK
}

// maxAnswer is the longest answer to a question, in bytes.
const maxAnswer = 256

// ask puts a question that has an answer of no as well, and reads a line, or of a terminal in raw mode a key. It returns the request
// with the answer; without one, because the input has ended, the request as it was.
func (x *execution) ask(r chat.Request, reply chat.Reply, in io.Reader, errout io.Writer) (answered chat.Request, ok bool) {
	_, _ = io.WriteString(errout, r.Lang.Sprintf("%s (y/n)", reply.Ask)+" ")
	var line []byte
	for c := make([]byte, 1); len(line) < maxAnswer; {
		n, err := in.Read(c)
		if n > 0 && c[0] != '\n' && c[0] != '\r' {
			line = append(line, c[0])
		}
		if n > 0 && (c[0] == '\n' || c[0] == '\r' || x.Raw) {
			break
		}
		if err != nil {
			_, _ = io.WriteString(errout, "\n")
			return r, false // half a line is no answer
		}
	}
	if x.Raw {
		_, _ = io.WriteString(errout, "\n")
	}
	switch strings.ToLower(strings.TrimSpace(string(line))) {
	case "y", "yes":
		r.Yes = true
	default:
		r.Line = reply.No
	}
	return r, true
}

// refuse says why a command did not do what it should, and returns the exit status.
func (x *execution) refuse(errout io.Writer, err error) int {
	if said := chat.Explain(x.manner.lang, x.manner.zone, err); said != "" {
		return complain(errout, said, wire.Status(err))
	}
	return wire.Status(err)
}

// execution is one command on its way.
type execution struct {
	ExecOptions
	json    bool
	manner  manner
	request chat.Request // of a conversation: who holds it
}

func (x execution) render(ctx context.Context, reply chat.Reply) []byte {
	var out []byte
	if x.json && reply.Now != nil {
		for _, m := range wire.FromNow(&reply) {
			m.AsOf = max(m.AsOf, reply.Now.AsOf) // each line says it by itself
			out, _ = wire.AppendLine(out, m)
		}
		return out
	}
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
	if x.json && reply.Facts != nil {
		for _, f := range reply.Facts {
			out, _ = wire.AppendLine(out, wire.FromFacts(f))
		}
		return out
	}
	heading := true
	for _, l := range reply.Lines {
		switch {
		case x.json:
			out, _ = wire.AppendLine(out, wire.FromLine(l.String()))
			continue
		case reply.Page && !heading && !l.IsZero():
			out = append(out, pageIndent...)
		}
		out = append(append(out, l.String()...), '\n')
		heading = l.IsZero()
	}
	return out
}

// pageIndent stands before what is under the headings of a manual page.
const pageIndent = "    "

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
