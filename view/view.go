package view

import (
	"context"
	"io"
	"log/slog"
	"time"

	"parley/chat"
	"parley/keys"
	"parley/lang"
	"parley/rooms"
	"parley/text"
	"parley/view/input"
	"parley/view/screen"
)

// Options say who looks, at what, and on which terminal.
type Options struct {
	Chat     *chat.Chat
	Session  *rooms.Session
	Identity keys.Identity
	Size     screen.Size       // 0×0 means 80×24; at most 400×150 is used
	Term     string            // TERM of the pty request
	Env      map[string]string // LANG, LC_*, TZ, COLORTERM, NO_COLOR, TERM_PROGRAM as the client gave them
	Theme    string            // where the person has set none: auto, dark, light, contrast, mono; "" for auto
	Shared   *Shared           // of the whole server
	Server   string            // its name
	Log      *slog.Logger
	Clock    func() time.Time // nil for time.Now

	// Welcome is what is shown once at the start, in a language: it follows the person into another one. nil for nothing.
	Welcome func(lang.Tag) []text.Line
}

// Outcome is why a view ended.
type Outcome int

const (
	// InputEnded: the other side closed its input.
	InputEnded Outcome = iota
	// SaidQuit: by /quit or a key.
	SaidQuit
	// WantsPlain: /plain; the conversation goes on in plain lines.
	WantsPlain
	// Stopped: the context ended.
	Stopped
	// Gone: nothing can be written any more.
	Gone
)

// source is what a view asks of a rooms.Session. Tests give one that fails or hangs.
type source interface {
	Wake() <-chan struct{}
	Ring()
	Changes() rooms.Changes
	Counted() rooms.ID
	Person() rooms.Person
	SetLastRoom(rooms.ID)
	Inbox([]rooms.Membership) []rooms.Membership
	Membership(rooms.ID) (rooms.Membership, bool)
	Focus(ctx context.Context, room rooms.ID, presence bool) error
	Head() rooms.Room
	Recent(dst []*rooms.Event, room rooms.ID, after uint64) ([]*rooms.Event, bool)
	Events(ctx context.Context, room rooms.ID, after uint64, limit int) ([]*rooms.Event, error)
	EventsBefore(ctx context.Context, room rooms.ID, before uint64, limit int) ([]*rooms.Event, error)
	States(ctx context.Context, room rooms.ID, lo, hi uint64) (map[uint64]*rooms.State, error)
	ThreadsInMemory(rooms.ID) ([]rooms.Follow, bool)
	Threads(ctx context.Context, room rooms.ID) ([]rooms.Follow, error)
	Presence() *rooms.Presence
	Guests() int
	Mark(rooms.ID, uint64)
	SetPlace(rooms.ID, rooms.Place)
	Notices() []rooms.Notice
	News(dst []*rooms.Event, room rooms.ID, after uint64) []*rooms.Event
	Active()
	Typing(on bool)
	Typists(dst []text.Name) []text.Name
}

// speaker is what a view does in the person's name.
type speaker interface {
	Post(ctx context.Context, p rooms.Post) (*rooms.Event, error)
	Run(ctx context.Context, r chat.Request) (chat.Reply, error)
	Complete(ctx context.Context, r chat.Request, line string, cursor int) (int, []chat.Completion)
	Rooms(ctx context.Context) ([]rooms.Room, error)
	Manual(t lang.Tag) []chat.Entry
	Thread(ctx context.Context, room rooms.ID, root, before uint64, limit int) ([]*rooms.Event, error)
	ReadThread(ctx context.Context, mark rooms.ThreadMark) error
}

// View is the chat view of one terminal. It belongs to the goroutine that calls Run.
type View struct {
	o     Options
	sh    *Shared
	ses   source
	talk  speaker
	clock func() time.Time

	st      state
	ed      input.Editor
	dec     input.Decoder
	painter screen.Painter
	history []*sent // by room, that which was entered first first

	queue   []input.Event // decoded and not yet handled
	pump    *pump
	ctx     context.Context
	out     io.Writer
	sizes   <-chan screen.Size // new ones of the terminal
	results chan func()        // answers of goroutines; capacity 1, they wait with ctx
	woken   bool               // the session has something to say
	changes rooms.Changes

	due      deadlines
	alarm    alarm
	dirty    bool               // the next paint may differ from the last one
	grown    int                // items that came at the bottom since the last paint: all that changed, unless dirty
	paid     time.Time          // up to here the time of a frame each is used up by the paints so far
	opening  int                // grows with each room that is entered: answers for an older one are dropped
	giveUp   context.CancelFunc // ends the reading of the first page
	focus    focus
	asked    int               // answers on their way
	progress                   // of reading the log of the pane
	home     rooms.ID          // where Alt-a began
	last     rooms.ID          // the room before this one
	wanted   rooms.ID          // the room to show as soon as it is in the inbox
	thread   talkID            // the thread to open as soon as its room is shown
	drafts   map[talkID]string // what was not sent in threads
	aim      aim               // the message to go to there
	trail    *trail            // the way back from the message that was gone to, nil for none
	place    rooms.Place
	outbox   outbox
	bells    ringer
	typer    typer
	waits    int // answers that typing waits for, see hold

	taken    bool // the terminal is the view's
	mouseOn  bool // the terminal reports clicks and the wheel
	mouseSet bool // what the person's setting said last
	margins  bool // the terminal scrolls between left and right margins, as it says

	done    bool
	outcome Outcome
	err     error
}

// progress is how far the reading of a pane's log is.
type progress struct {
	epoch   int     // grows whenever pages that were asked for are to be dropped: the window is emptied, somebody jumps
	loading bool    // a page of events is on its way
	thin    bool    // the last older page was, see chunk
	owed    int     // rows to scroll up when older events have arrived
	pin     pin     // where the person scrolled to
	held    []*note // lines for this person that wait while the window is in the middle of the log
	failed  bool    // the last page could not be read
	marked  uint64  // the read mark, as far as this view moved it
	kept    bool    // the person put it there: it moves on only when they say so
}

// New makes the view of one session. Run shows it.
func New(o Options) *View {
	v := &View{ses: o.Session}
	v.talk = voice{&v.o}
	v.init(o)
	return v
}

func (v *View) init(o Options) {
	v.o, v.sh, v.clock = o, o.Shared, o.Clock
	if v.clock == nil {
		v.clock = time.Now
	}
	if v.o.Log == nil {
		v.o.Log = slog.New(slog.DiscardHandler)
	}
	v.results = make(chan func(), 1)
	st := &v.st
	st.me, st.server, st.size = o.Identity.Name, o.Server, clampSize(o.Size)
	st.anchor.follow = true
	st.now = v.clock()
	v.readSettings()
}

// voice speaks for the person of some Options.
type voice struct{ o *Options }

func (s voice) Post(ctx context.Context, p rooms.Post) (*rooms.Event, error) {
	return s.o.Chat.Rooms.Post(ctx, s.o.Session.Who(), p)
}

func (s voice) Run(ctx context.Context, r chat.Request) (chat.Reply, error) {
	return s.o.Chat.Run(ctx, s.complete(r))
}

func (s voice) Complete(ctx context.Context, r chat.Request, line string, cursor int) (int, []chat.Completion) {
	return s.o.Chat.Complete(ctx, s.complete(r), line, cursor)
}

func (s voice) Rooms(ctx context.Context) ([]rooms.Room, error) {
	return s.o.Chat.Rooms.Rooms(ctx, s.o.Session.Who())
}

func (s voice) Manual(t lang.Tag) []chat.Entry {
	r := s.complete(chat.Request{})
	r.Lang = t
	return s.o.Chat.Manual(r)
}

func (s voice) Thread(ctx context.Context, room rooms.ID, root, before uint64, limit int) ([]*rooms.Event, error) {
	return s.o.Chat.Rooms.Thread(ctx, s.o.Session.Who(), room, root, before, limit)
}

func (s voice) ReadThread(ctx context.Context, mark rooms.ThreadMark) error {
	return s.o.Chat.Rooms.ReadThread(ctx, s.o.Session.Who(), mark)
}

// complete puts into a request who asks.
func (s voice) complete(r chat.Request) chat.Request {
	r.Who, r.Actor, r.Session = s.o.Identity, s.o.Session.Who(), s.o.Session
	r.Env = s.o.Env
	own := chat.Settings(s.o.Session.Person().Settings)
	r.Lang, r.Zone = own.Lang(s.o.Env), own.Clock(s.o.Shared.Zone(s.o.Env["TZ"]))
	return r
}
