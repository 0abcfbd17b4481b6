package view

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"parley/chat"
	"parley/lang"
	"parley/rooms"
	"parley/text"
)

// outbox is what was entered and is not done yet: one post or command is under
// way at a time, so that they happen in the order in which they were entered.
type outbox struct {
	queue []submission
	busy  bool
	// failed is what last came back into the input. Entered again unchanged it
	// keeps its nonce, so that it is never in the room twice.
	failed submission
	until  time.Time // a limit holds messages back until then
	slow   rooms.ID  // only those of this room, which is in slow mode; 0 for those of every room
	said   string    // the sentence that counts down, as it was shown last
}

// maxOutbox bounds what waits while the server does not answer.
const maxOutbox = 32

// submission is one line as it was entered.
type submission struct {
	room    rooms.ID
	thread  uint64 // the first message of the thread that it was entered in, 0 for none
	name    string
	line    string
	typed   string // what stood in the input, if that is not the line
	command bool
	yes     bool     // it was asked about and said yes to
	file    bool     // typed goes into a file
	about   *compose // for a reply or an edit
	page    string   // the answer is shown as a page of this name
	body    text.Body
	nonce   string
}

// submit takes the input.
func (v *View) submit() {
	line := v.ed.Text()
	if strings.TrimSpace(line) == "" {
		v.submitNothing()
		return
	}
	if v.heldHere(time.Now()) && !isCommand(line) {
		if !strings.HasSuffix(line, "\n") {
			v.ed.Insert("\n") // the next line is not to run into this one
			v.changed()
		}
		v.countDown(time.Now())
		return
	}
	if v.unchanged() {
		v.endCompose()
		return
	}
	s, err := v.submission(line)
	if err != nil {
		v.say(v.explain(err), true)
		return
	}
	if len(v.outbox.queue) >= maxOutbox {
		v.say("the server has not answered yet: your text is kept, try again in a moment", true)
		return
	}
	if s.about == nil && !s.command {
		if question := chat.AskBefore(v.st.lang, &v.st.room, s.body); !question.IsZero() {
			v.askYes(question.String(), func(v *View) { v.accept(s, line) })
			return
		}
	}
	v.accept(s, line)
}

// accept takes a submission out of the input and sends it.
func (v *View) accept(s submission, line string) {
	v.unsay()
	if s.about == nil || !s.about.edit {
		v.historyOf(s.room).Add(line)
		v.ed.SetText("")
	}
	if s.about != nil {
		v.endCompose()
	}
	v.changed()
	if !s.commands() && !v.outbox.busy {
		v.due.echo = time.Now().Add(echoTime)
	}
	v.send(s)
}

// errNowhere is what there is to say to who writes in no room.
var errNowhere = errors.New(lang.Key("you are in no room: /join #room enters one, /list shows which there are"))

// submission is what a line in the input asks for.
func (v *View) submission(line string) (submission, error) {
	var s submission
	var err error
	c := v.st.compose
	command := isCommand(line)
	switch {
	case c != nil && (c.edit || !command):
		s, err = v.composed(c, line)
	case command:
		s.line, s.command = line, true
	case v.st.room.ID == 0:
		err = errNowhere
	case chat.IsCorrection(line):
		s.line, s.command = "/correct "+line, true
	default:
		s.line = line
		s.body, err = text.ParseBody(chat.Literal(line))
	}
	s.room, s.thread, s.name, s.typed = v.st.room.ID, v.st.win.root, v.st.roomLabel(), line
	return s, err
}

// isCommand reports whether a line asks for something and says nothing. A command is not held back with messages:
// it may be the way out of a room in slow mode, and what it posts has limits of its own.
func isCommand(line string) bool {
	return strings.HasPrefix(line, "/") && !strings.HasPrefix(line, "//")
}

// commands reports whether the submission may change what is shown, so that typing waits for its answer.
func (s *submission) commands() bool { return s.command && s.about == nil }

// send puts a submission in line.
func (v *View) send(s submission) {
	if s.room == 0 {
		s.room, s.thread, s.name = v.st.room.ID, v.st.win.root, v.st.roomLabel()
	}
	if f := v.outbox.failed; f.line == s.line && f.room == s.room && f.thread == s.thread && f.nonce != "" {
		s.nonce = f.nonce
	} else {
		s.nonce = ulid.Make().String()
	}
	v.outbox.failed = submission{}
	if s.commands() {
		v.hold(answerTime)
	}
	v.outbox.queue = append(v.outbox.queue, s)
	v.nextSubmission()
}

// nextSubmission starts the first submission in line, if none is under way.
func (v *View) nextSubmission() {
	o := &v.outbox
	if o.busy || len(o.queue) == 0 {
		return
	}
	s := o.queue[0]
	o.queue = o.queue[1:]
	o.busy = true
	v.due.slow = time.Now().Add(slowTime)
	if s.command {
		v.later(postTime, func(ctx context.Context) func() {
			r := chat.Request{Room: s.room, Thread: s.thread, Line: s.line[1:], Nonce: s.nonce, Terminal: true, Yes: s.yes}
			if s.file {
				r.In = strings.NewReader(s.typed)
			}
			reply, err := v.talk.Run(ctx, r)
			return func() {
				v.arrivedAnswer()
				if s.commands() {
					v.release()
				}
				v.answered(s, reply, err)
				v.nextSubmission()
			}
		})
		return
	}
	v.later(postTime, func(ctx context.Context) func() {
		_, err := v.talk.Post(ctx, rooms.Post{Room: s.room, Thread: s.thread, Type: rooms.Message, Text: s.body, Nonce: s.nonce})
		return func() {
			v.arrivedAnswer()
			if err != nil {
				v.refused(s, err)
			} else if v.isHere(&s) {
				v.kept = false
				v.newest()
			}
			v.nextSubmission()
		}
	})
}

// sending is said while the server takes its time.
const sending = "sending … the server has not confirmed it yet"

// arrivedAnswer is called when a submission was answered.
func (v *View) arrivedAnswer() {
	v.outbox.busy = false
	v.due.slow, v.due.echo = time.Time{}, time.Time{}
	v.woken = true // the own message is there already, whether its wake was seen or not
	if v.st.said.words == v.words(sending) {
		v.unsay()
	}
}

// refused gives a submission that failed, and all that was entered after it, back to the input.
func (v *View) refused(s submission, err error) {
	o := &v.outbox
	lines := []string{s.line}
	var files []submission // the input cannot hold them: they are tried
	for _, next := range o.queue {
		if next.file {
			files = append(files, next)
			continue
		}
		lines = append(lines, next.line)
		if next.commands() {
			v.release()
		}
	}
	o.queue = files
	o.failed = s
	if len(lines) > 1 || !v.giveBackComposed(s) {
		v.giveBack(s, strings.Join(lines, "\n"))
	}
	var rate *rooms.RateError
	switch {
	case errors.As(err, &rate):
		v.heldBack(rate)
	case errors.Is(err, context.DeadlineExceeded):
		v.say(v.words("the server did not answer in %d s: your text is back in the input, and entering it again cannot send it twice", int(postTime/time.Second)), true)
	case s.room != v.st.room.ID:
		v.say(s.name+": "+v.explain(err), true)
	default:
		v.say(v.explain(err), true)
		v.st.said.shut = v.st.shut()
	}
}

// giveBack puts text before what has been typed since, or into the draft of the room that it was for.
func (v *View) giveBack(s submission, lines string) {
	if v.isHere(&s) {
		if typed := v.ed.Text(); typed != "" {
			lines += "\n" + typed
		}
		v.ed.SetText(lines)
		v.changed()
		return
	}
	if v.giveBackBeside(s, lines) {
		return
	}
	if m, ok := v.ses.Membership(s.room); ok {
		p := m.Place
		if p.Draft != "" {
			lines += "\n" + p.Draft
		}
		if len(lines) <= text.MaxBody {
			p.Draft = lines
			v.ses.SetPlace(s.room, p)
			return
		}
	}
	v.historyOf(s.room).Add(lines)
}

// heldBack counts down until a limit lets the input through.
func (v *View) heldBack(rate *rooms.RateError) {
	now := time.Now()
	v.outbox.until, v.outbox.slow = now.Add(rate.After), rate.Room
	v.countDown(now)
}

// heldHere reports whether a limit holds back what is written in the shown room. That a room is in slow mode holds
// nothing back in another one, and nothing any more once it has ended.
func (v *View) heldHere(now time.Time) bool {
	o := &v.outbox
	switch {
	case !now.Before(o.until):
		return false
	case o.slow == 0:
		return true
	}
	return o.slow == v.st.room.ID && v.st.room.Slow > 0
}

// countDown shows how long a limit still holds, and sends the input when it does not any more and nothing was
// changed in it.
func (v *View) countDown(now time.Time) {
	o := &v.outbox
	if v.heldHere(now) {
		seconds := int((o.until.Sub(now) + time.Second - 1) / time.Second)
		words := v.words("%d s: too much at once. It goes by itself then, if you leave it as it is.", seconds)
		if o.slow != 0 {
			words = v.words("%d s: this room is in slow mode. It goes by itself then, if you leave it as it is.", seconds)
		}
		v.say(words, false)
		o.said = words
		v.due.count = o.until.Add(-time.Duration(seconds-1) * time.Second)
		v.due.said = time.Time{}
		return
	}
	if o.slow != 0 && o.slow != v.st.room.ID {
		if v.st.said.words == o.said {
			v.unsay()
		}
		if now.Before(o.until) {
			v.due.count = o.until
			return
		}
		o.until, o.slow = time.Time{}, 0 // nothing goes by itself once they are elsewhere
		return
	}
	o.until, o.slow = time.Time{}, 0
	v.unsay()
	if o.failed.line != "" && o.failed.room == v.st.room.ID && v.ed.Text() == o.failed.typed {
		v.submit()
		return
	}
	v.say("you can send it now", false)
}

// askAbout puts the question of a command, which is run again with the answer.
func (v *View) askAbout(s submission, r chat.Reply) {
	var no func(*View)
	if r.No != "" {
		no = func(v *View) {
			s.line = "/" + r.No
			v.send(s)
		}
	}
	v.askYesOr(r.Ask.String(), func(v *View) {
		s.yes = true
		v.send(s)
	}, no)
}

// answered shows what a command answered and does what it asks for.
func (v *View) answered(s submission, r chat.Reply, err error) {
	var rate *rooms.RateError
	switch {
	case err != nil && s.file:
		v.refusedFile(s, err)
		return
	case errors.As(err, &rate), errors.Is(err, rooms.ErrUnavailable), errors.Is(err, rooms.ErrClosed), errors.Is(err, context.DeadlineExceeded):
		v.refused(s, err)
		return
	case err != nil:
		if s.about != nil && !v.giveBackComposed(s) {
			v.giveBack(s, s.line)
		}
		v.say(v.explain(err), true)
		return
	case !r.Ask.IsZero():
		v.askAbout(s, r)
		return
	}
	v.changes |= changedHere // what this session changed itself it is not told of
	if (s.file || s.about != nil && !s.about.edit) && s.room == v.st.room.ID {
		v.kept = false
		v.newest()
	}
	switch r.Do {
	case chat.Switch:
		v.open(r.Room)
	case chat.Quit:
		v.end(SaidQuit)
	case chat.PlainMode:
		v.end(WantsPlain)
	case chat.ViewMode:
		v.say("this is the chat view", false)
	case chat.Press:
		v.press(r.Key)
	case chat.Thread:
		if r.Seq == 0 {
			v.closeThread()
			break
		}
		v.enterThread(r.Room, r.Seq)
	case chat.Clear:
		v.clear()
	case chat.Manual:
		v.openHelp()
		return
	case chat.Results:
		v.openFound(s, r)
		return
	case chat.List:
		v.openListing(s, r)
		return
	case chat.Jump:
		v.jump(v.newTrail(nil), r.Room, r.Labels[r.Room], r.Seq, r.Thread)
	}
	v.readInbox() // who has left the shown room reads the answer in the next one
	if len(r.Lines) > 0 {
		v.unsayLost()
	}
	v.tell(s, r)
}

// tell shows the lines of an answer: a few among the messages, many as a page.
func (v *View) tell(s submission, r chat.Reply) {
	switch n := len(r.Lines); {
	case n == 0:
		v.tellElsewhere(r)
		return
	case r.Log != 0 && r.Log == v.st.room.ID && v.seen():
		return // it is on the screen
	case s.page != "":
		v.openPage(s.page, r.Lines)
		return
	case v.st.sel != nil && n == 1:
		v.say(r.Lines[0].String(), false) // the screen stands still
		return
	case n > max(3, v.st.geo.height/2) || v.st.sel != nil:
		name, _, _ := strings.Cut(strings.TrimPrefix(s.line, "/"), " ")
		v.openPage(name, r.Lines)
		return
	}
	v.newest()
	for _, l := range r.Lines {
		v.note(l)
	}
}

// tellElsewhere names what was said in a room that is not shown: nothing else shows that it was.
func (v *View) tellElsewhere(r chat.Reply) {
	for _, e := range r.Events {
		m, ok := v.ses.Membership(e.Room)
		if !r.Made || !ok || e.Room == v.st.room.ID {
			continue
		}
		label := m.Room.Label(v.st.me)
		if ref := chat.Ref(label, e.Seq); e.Type.Talk() {
			v.say(v.words("sent to %s as %s: /switch %s goes there", label, ref, label), false)
		} else {
			v.say(v.words("done: %s", ref), false)
		}
	}
}

// clear takes away what only this person sees and paints the screen anew.
func (v *View) clear() {
	v.st.win.dropNotes(v.st.setting())
	v.held = nil
	v.unsay()
	v.settle()
	v.redraw()
}
