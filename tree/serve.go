package tree

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/pkg/sftp"

	"parley/chat"
	"parley/lang"
	"parley/rooms"
	"parley/text"
)

// maxHandles is how many files and folders one session has open at once.
const maxHandles = 64

// Options say whose tree it is.
type Options struct {
	Rooms    *rooms.Manager
	Actor    rooms.Actor
	Settings chat.Settings // of the person
	Lang     lang.Tag
	Zone     *time.Location // for who has set none; nil is UTC
	Logs     *Logs          // of the server; shared by all sessions
	Log      *slog.Logger
}

// Serve answers the client's requests until its input or ctx ends. Sentences about what was refused go to errout: the status
// texts of the protocol are shown by no client that matters. An error says that what came is not the protocol, or is ErrUnposted.
// A panic in one of the goroutines that work the requests off ends the session, and is one of Serve.
func Serve(ctx context.Context, o Options, in io.Reader, out, errout io.Writer) error {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	t := &tree{Options: o, ctx: ctx, errout: errout, since: time.Now(), told: map[string]int64{}, sinks: map[string]*sink{}, moved: map[string]*sink{}, stamps: map[uint64]time.Time{}, owners: map[text.Name]uint32{}}
	p := newPipe(in, out)
	t.end = p.end
	defer context.AfterFunc(ctx, p.end)()
	err := sftp.NewRequestServer(p, sftp.Handlers{FileGet: t, FilePut: t, FileCmd: t, FileList: t}).Serve()
	p.end()
	unposted := t.settle()
	if t.panicked != nil {
		panic(t.panicked)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.ErrClosedPipe) || ctx.Err() != nil {
		return unposted
	}
	return err
}

// pipe is the client's two streams as pkg/sftp wants them: Close makes a Read return that waits for the client.
type pipe struct {
	*io.PipeReader
	out    io.Writer
	frames *frames
}

func newPipe(in io.Reader, out io.Writer) *pipe {
	r, w := io.Pipe()
	p := &pipe{r, out, newFrames()}
	go func() {
		_ = w.CloseWithError(p.frames.pass(w, in))
	}()
	return p
}

// Write is called by one goroutine at a time.
func (p *pipe) Write(b []byte) (int, error) {
	n, err := p.out.Write(b)
	p.frames.sent(b[:n])
	return n, err
}

// Close implements io.Closer for pkg/sftp, which closes when what comes is not the protocol.
func (p *pipe) Close() error {
	p.frames.end()
	return p.PipeReader.Close()
}

func (p *pipe) end() { _ = p.Close() }

// tree is one session. Its methods are called by several goroutines of pkg/sftp at once.
type tree struct {
	Options
	ctx    context.Context
	errout io.Writer
	since  time.Time
	end    func() // ends the session

	shelf shelf

	mu      sync.Mutex // guards the rest; a leaf
	handles int
	told    map[string]int64     // what stat said of unfinished files, by path: where their upload goes on
	sinks   map[string]*sink     // what this session writes, by path
	moved   map[string]*sink     // what got another name while it was being written, by the path that its handle was opened with
	stamps  map[uint64]time.Time // when this session has written files, by their ids
	owners  map[text.Name]uint32
	said    string // last

	panicked error // the first panic of a handler
}

// guard is deferred by all that pkg/sftp calls in goroutines of its own, where a panic would end the process. It ends the
// session, and Serve panics in their place.
func (t *tree) guard(err *error) {
	p := recover()
	if p == nil {
		return
	}
	*err = sftp.ErrSSHFxFailure
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.panicked == nil {
		t.panicked = fmt.Errorf("%v\n%s", p, debug.Stack())
	}
	t.end()
}

var errHandles = errors.New("too many files are open in this session: close some first")

// open counts a handle in.
func (t *tree) open() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.handles >= maxHandles {
		return errHandles
	}
	t.handles++
	return nil
}

func (t *tree) closed() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.handles--
}

// uid is a number for somebody, the same in the whole session: the protocol knows nothing else.
func (t *tree) uid(who text.Name) uint32 {
	t.mu.Lock()
	defer t.mu.Unlock()
	n, known := t.owners[who]
	if !known {
		n = firstUID + uint32(len(t.owners))
		t.owners[who] = n
	}
	return n
}
