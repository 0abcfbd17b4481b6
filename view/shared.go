package view

import (
	"sync"

	"parley/lang"
	"parley/rooms"
	"parley/text"
	"parley/view/screen"
)

// Shared is what all views of a server have in common: the layouts of messages
// and other finished segments, each made once and shown by many. It is bounded
// and safe for concurrent use.
type Shared struct {
	looks    []look
	zones    zones
	keys     keymap
	code     *highlighter
	letters  []letter
	layouts  *cache[layoutKey, *layout]
	segments *cache[segmentKey, *screen.Segment]
	columns  *cache[columnKey, []screen.Segment]
	strips   *cache[stripKey, *screen.Strip]
	tags     *cache[roomTag, *roomTag]

	builders [screen.TrueColor + 1]sync.Pool // *screen.Builder, by depth
	frames   sync.Pool                       // *screen.Frame
	buffers  sync.Pool                       // *[]byte
	events   sync.Pool                       // *[]*rooms.Event
	inboxes  sync.Pool                       // *[]rooms.Membership
}

// DefaultCache is how many bytes of layouts a Shared keeps if nothing else is said.
const DefaultCache = 32 << 20

// NewShared makes the store of layouts of one server, of about the given size
// in bytes; 0 means [DefaultCache].
func NewShared(bytes int) *Shared {
	if bytes <= 0 {
		bytes = DefaultCache
	}
	return &Shared{
		looks:    looks(),
		keys:     newKeymap(),
		letters:  letters(),
		code:     newHighlighter(bytes / 8),
		layouts:  newCache[layoutKey](bytes/8*5, func(l *layout) int { return l.size() }),
		segments: newCache[segmentKey](bytes/8, func(s *screen.Segment) int { return s.Len() }),
		columns: newCache[columnKey](bytes/8, func(c []screen.Segment) int {
			n := 0
			for i := range c {
				n += 32 + c[i].Len()
			}
			return n
		}),
		strips:  newCache[stripKey](bytes/64, (*screen.Strip).Size),
		tags:    newCache[roomTag](bytes/32, func(t *roomTag) int { return len(t.direct) + 64 }),
		events:  sync.Pool{New: func() any { return new([]*rooms.Event) }},
		inboxes: sync.Pool{New: func() any { return new([]rooms.Membership) }},
		frames:  sync.Pool{New: func() any { return new(screen.Frame) }},
		buffers: sync.Pool{New: func() any { return new([]byte) }},
	}
}

// segmentKind tells segments of equal words apart.
type segmentKind uint8

const (
	segRoom segmentKind = iota
	segRule
	segNewRule
	segTitle
	segHead
	segEmpty
	segChosen
)

// segmentKey is everything that a small segment depends on.
type segmentKey struct {
	kind  segmentKind
	look  uint8
	lang  lang.Tag // of what holds more than b
	flags uint8
	width uint16
	n, m  uint32
	o     uint32
	a     text.RoomName
	b     string
}

// columnKey is everything that the list of people depends on.
type columnKey struct {
	room    int64
	version uint64
	total   int
	rows    uint16
	width   uint16
	look    uint8
	lang    lang.Tag
}

// stripKey is everything that the strip of a message depends on. The layout has the width of its rows.
type stripKey struct {
	lay                          *layout
	cols, rows, top, height, col uint16
	margins                      bool
}

// segment returns a segment from the cache, or makes it.
func (s *Shared) segment(l *look, k segmentKey, build func(b *screen.Builder)) screen.Segment {
	return *s.shared(l, k, build)
}

// shared is segment for who keeps many, all of which others keep too.
func (s *Shared) shared(l *look, k segmentKey, build func(b *screen.Builder)) *screen.Segment {
	k.look = l.id
	if seg, ok := s.segments.get(k); ok {
		return seg
	}
	b := s.builder(l)
	build(b.Width(int(k.width)))
	seg := b.Segment()
	s.release(l, b)
	s.segments.put(k, &seg)
	return &seg
}

// builder lends a builder for a look; release takes it back.
func (s *Shared) builder(l *look) *screen.Builder {
	if b, ok := s.builders[l.depth].Get().(*screen.Builder); ok {
		return b
	}
	return screen.NewBuilder(l.depth, 0)
}

func (s *Shared) release(l *look, b *screen.Builder) { s.builders[l.depth].Put(b) }

// giveEvents takes a lent slice of events back.
func (s *Shared) giveEvents(list *[]*rooms.Event) {
	clear(*list)
	s.events.Put(list)
}

// giveInbox takes a lent inbox back.
func (s *Shared) giveInbox(list *[]rooms.Membership) {
	clear(*list)
	s.inboxes.Put(list)
}
