// Package plain is the same conversation as the chat view, a line at a time:
// for pipes (ssh -T), dumb terminals, screen readers, serial consoles and nc.
//
// # The model
//
// Output is appended to, never moved over: no escape sequences, one message a
// line, "#ops 14:02 ana: text". What the server says begins with "-- ". Input is lines: a line
// is a message for the current room, or a command if it begins with a slash.
//
// One goroutine reads the input and hands over whole lines (a channel with
// one slot); the caller's goroutine does everything else and is the only
// writer. Lines are posted one after the other, and a line that a limit
// holds back is sent when the limit allows it: a pipe loses nothing.
package plain

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"time"

	"parley/chat"
	"parley/keys"
	"parley/rooms"
	"parley/text"
	"parley/view/screen"
)

// Options say who talks and how the other side wants its lines.
type Options struct {
	Chat     *chat.Chat
	Session  *rooms.Session
	Identity keys.Identity     // a guest has only a Name
	Zone     *time.Location    // where the person has set none
	Env      map[string]string // of the client
	// Echo is for a terminal that shows only what the server sends (a pty with
	// ECHO set): typed text is echoed and can be corrected, and rows end in "\r\n".
	Echo bool
	// CRLF ends rows in "\r\n" without echo.
	CRLF bool
	// Size is the terminal's, and Resize carries newer ones; zero and nil where there is none.
	Size    screen.Size
	Resize  <-chan screen.Size
	Welcome []text.Line // said once at the start
	Log     *slog.Logger
}

// Outcome is why a conversation ended.
type Outcome int

const (
	// InputEnded: the other side closed its input, and everything it sent is done.
	InputEnded Outcome = iota
	// SaidQuit: by /quit, or Ctrl-D.
	SaidQuit
	// WantsView: /view; only where Options.Echo says that there is a terminal.
	WantsView
	// Stopped: the context ended; its cause is for the caller to tell.
	Stopped
)

// backlog is how many messages are shown when a room is entered.
const backlog = 10

// Talk is one conversation. It belongs to the goroutine that calls Run.
type Talk struct {
	Options
	input   <-chan chunk
	out     io.Writer
	buf     []byte
	room    rooms.Room
	cursor  *rooms.Cursor
	manner  manner           // of its lines
	typed   *editor          // nil without Echo
	told    map[rooms.ID]int // unread counts of other rooms that were announced
	asked   *chat.Request    // waits for a yes
	onNo    string           // the line to run if it is a no; "" for none
	ignored []text.Name      // whom the person does not want to read
	thread  uint64           // the first message of the thread that is open in the room, 0 for none
	slowed  bool             // lines are held back, and that was said
	outcome Outcome
	done    bool
}

// New prepares a conversation; Run holds it.
func New(o Options) *Talk {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	t := &Talk{Options: o, manner: manner{eol: "\n", cols: o.Size.Cols}, told: map[rooms.ID]int{}}
	if o.Echo || o.CRLF {
		t.manner.eol = "\r\n"
	}
	if o.Echo {
		t.typed = &editor{}
	}
	t.readSettings()
	t.manner.day = t.manner.dayOf(o.Chat.Rooms.Now())
	return t
}

// readSettings takes in what the person has set.
func (t *Talk) readSettings() {
	own := chat.Settings(t.Session.Person().Settings)
	was := t.manner
	t.manner = mannerOf(own, own.Lang(t.Env), t.Zone, was.eol)
	t.manner.cols, t.manner.day = was.cols, was.day
	t.ignored = own.Ignored()
}

// Run holds the conversation until the input ends, the person quits or ctx
// ends. The error is that of writing, if the other side went away. Its
// goroutine that reads in ends when a Read returns after ctx has ended.
func (t *Talk) Run(ctx context.Context, in io.Reader, out io.Writer) (Outcome, error) {
	t.out = out
	t.input = read(ctx, in, t.Echo)
	for _, l := range t.Welcome {
		t.system(l.String())
	}
	t.start(ctx)
	for !t.done {
		if err := t.flush(); err != nil {
			return InputEnded, err
		}
		select {
		case <-ctx.Done():
			t.stopped()
		case <-t.Session.Wake():
			t.pull(ctx)
		case t.Size = <-t.Resize:
			t.manner.cols = t.Size.Cols
		case chunk, ok := <-t.input:
			if !ok {
				t.endOfInput(ctx)
				break
			}
			t.take(ctx, chunk)
		}
	}
	return t.outcome, t.flush()
}

// start shows the room that was asked for, the last one, or the first one.
func (t *Talk) start(ctx context.Context) {
	if id := t.firstRoom(ctx); id != 0 {
		t.enter(ctx, id, false)
	} else {
		t.system("you are in no room yet: /list shows the rooms, /join #room enters one, /help tells the rest")
	}
	t.invited()
}

// maxInvited is how many invitations are named; the others are counted.
const maxInvited = 5

// invited tells once, in one line, of the invitations that wait. One that comes later brings a notice.
func (t *Talk) invited() {
	var names []string
	for _, m := range t.Session.Inbox(nil) {
		if m.Role == rooms.RoleNone {
			names = append(names, m.Room.Name.String())
		}
	}
	switch n := len(names); {
	case n == 0:
		return
	case n == 1:
		t.system(t.words("you are invited to %s: /accept %s or /decline %s", names[0], names[0], names[0]))
		return
	case n > maxInvited:
		names = append(names[:maxInvited], t.words("+%d more", n-maxInvited))
	}
	t.system(t.words("you are invited to %s: /accept or /decline each by its name", strings.Join(names, ", ")))
}

func (t *Talk) firstRoom(ctx context.Context) rooms.ID {
	if t.Session.Who().Guest { // a guest has no rooms of its own: the first that takes guests
		list, err := t.Chat.Rooms.Rooms(ctx, t.Session.Who())
		if err != nil || len(list) == 0 {
			return 0
		}
		return list[0].ID
	}
	last, first := t.Session.Person().LastRoom, rooms.ID(0)
	for _, m := range t.Session.Inbox(nil) {
		switch {
		case m.Role == rooms.RoleNone:
		case m.Room.ID == last:
			return last
		case first == 0:
			first = m.Room.ID
		}
	}
	return first
}

// enter shows a room: its topic, unless an answer has said where one is, and its newest messages.
func (t *Talk) enter(ctx context.Context, id rooms.ID, said bool) {
	t.thread = 0
	if err := t.Session.Focus(ctx, id, false); err != nil {
		t.system(t.explain(err))
		return
	}
	t.room = t.Session.Head()
	t.Session.SetLastRoom(id)
	switch {
	case said:
	case t.room.Topic.IsZero():
		t.system(t.words("in %s", t.label(&t.room)))
	default:
		t.system(t.words("in %s: %s", t.label(&t.room), t.room.Topic))
	}
	if other, err := text.ReadName(strings.TrimPrefix(t.label(&t.room), "@")); err == nil && t.room.Kind == rooms.Direct {
		if here, _ := t.Chat.Rooms.Status(other); here != rooms.Here {
			t.system(t.Chat.Presence(t.manner.lang, other).String())
		}
	}
	list, err := t.Chat.Newest(ctx, t.Session.Who(), id, t.room.Seq+1, backlog)
	if err != nil {
		t.system(t.words("older messages cannot be read right now: %s", t.explain(err)))
	}
	after := t.room.Seq
	member, isMember := t.Session.Membership(id)
	told := !isMember || member.Unread() == 0
	for _, e := range list.Events {
		if !told && e.Seq > member.Read {
			t.system("new")
			told = true
		}
		t.show(ctx, &t.room, e, list.States[e])
	}
	t.cursor = t.Session.Cursor(id, after)
	if isMember {
		t.Session.Mark(id, after)
	}
	delete(t.told, id)
}

// pull shows whatever the wake was about.
func (t *Talk) pull(ctx context.Context) {
	changes := t.Session.Changes()
	if changes&rooms.RoomChanged != 0 {
		if head := t.Session.Head(); head.ID == t.room.ID {
			t.room = head // a guest has no inbox that tells of it
		}
		t.catchUp(ctx)
	}
	if changes&rooms.NoticePending != 0 {
		for _, n := range t.Session.Notices() {
			t.system(chat.Noticed(t.manner.lang, t.manner.zone, n))
		}
	}
	if changes&rooms.SettingsChanged != 0 {
		t.readSettings()
	}
	if changes&(rooms.InboxChanged|rooms.CountsChanged) != 0 {
		t.Session.Counted()
		t.announce()
	}
}

// catchUp shows the events that follow, a page at a time so that a slow
// reader never has more than a page in memory.
func (t *Talk) catchUp(ctx context.Context) {
	for t.cursor != nil {
		events, err := t.cursor.Next(ctx, 100)
		if err != nil {
			if ctx.Err() == nil {
				t.system(t.words("new messages cannot be read right now: %s", t.explain(err)))
			}
			return
		}
		if len(events) == 0 {
			return
		}
		for _, e := range events {
			t.event(ctx, e)
		}
		if t.flush() != nil {
			return // the loop finds the same error at its next write
		}
		t.Session.Mark(t.room.ID, t.cursor.Seq())
	}
}

// announce tells once of a room that has something new, and again only when
// it has been read in between or when the person was mentioned.
func (t *Talk) announce() {
	for _, m := range t.Session.Inbox(nil) {
		id := m.Room.ID
		switch {
		case id == t.room.ID:
			t.room = m.Room
		case m.Role == rooms.RoleNone: // invited has told of it, or a notice has said by whom
		case m.Unread() == 0:
			delete(t.told, id)
		case m.Mentions > t.told[id]:
			t.told[id] = m.Mentions
			t.system(t.words("%s mentions you", t.label(&m.Room)))
		default:
			if _, told := t.told[id]; !told {
				t.told[id] = m.Mentions
				t.system(t.words("%s has new messages", t.label(&m.Room)))
			}
		}
	}
}

// endOfInput finishes what the input began, shows what that did, and ends.
func (t *Talk) endOfInput(ctx context.Context) {
	t.pull(ctx)
	t.outcome, t.done = InputEnded, true
}

// stopped keeps what was typed. Who ended the context says why.
func (t *Talk) stopped() {
	t.saveDraft()
	t.outcome, t.done = Stopped, true
}

// label is how a room is called here: "#ops", or "@bo" for a direct room.
func (t *Talk) label(room *rooms.Room) string { return room.Label(t.Session.Who().Name) }

func (t *Talk) event(ctx context.Context, e *rooms.Event) { t.show(ctx, &t.room, e, nil) }

// show shows an event of any room, with what has become of it where that is known.
func (t *Talk) show(ctx context.Context, room *rooms.Room, e *rooms.Event, state *rooms.State) {
	if chat.Ignores(t.ignored, e) {
		return
	}
	about := quoted(e, func(seq uint64) (*rooms.Event, *rooms.State, error) {
		return t.Chat.Rooms.Event(ctx, t.Session.Who(), room.ID, seq)
	})
	t.hideTyped()
	t.buf = t.manner.appendEvent(t.buf, t.label(room), e, about, state)
	t.showTyped()
}

// system says a sentence of the server: one without arguments in English, or what words made.
func (t *Talk) system(s string) {
	t.hideTyped()
	t.buf = t.manner.appendRows(t.buf, systemMark+flat(t.manner.lang.Text(s)))
	t.showTyped()
}

// words formats a sentence in the language of the person.
func (t *Talk) words(format string, args ...any) string {
	return t.manner.lang.Sprintf(format, args...)
}

// explain is an error as a sentence in the language of the person.
func (t *Talk) explain(err error) string { return chat.Explain(t.manner.lang, t.manner.zone, err) }

// flush writes what was gathered, in one write.
func (t *Talk) flush() error {
	if len(t.buf) == 0 {
		return nil
	}
	_, err := t.out.Write(t.buf)
	t.buf = t.buf[:0]
	if cap(t.buf) > 1<<14 {
		t.buf = nil
	}
	return err
}
