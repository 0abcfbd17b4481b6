package rooms

import (
	"context"
	"time"

	"parley/text"
)

// Store keeps rooms, their logs, and what each person has read. It is the
// only truth: whatever is held in memory can be read from it again. Package
// rooms/storetest is the suite that every implementation passes.
//
// All methods may be called at once from many goroutines. Each returns when
// its work is durable (writes) or complete (reads), or when ctx ends. An
// error that is not one of this package's sentinels means that the store
// itself failed; the manager shows it as ErrUnavailable and tries again with
// the next request.
type Store interface {
	// Append commits a batch in one transaction, with fsync, and returns one
	// Result for each Entry, in order. It gives each event the next seq of
	// its room and keeps the projections (rooms, members, invitations,
	// mentions, counts of own messages) in the same transaction. An entry that
	// is refused (Result.Err) leaves no trace and takes no seq. If Append
	// returns an error, nothing of the batch was committed.
	//
	// Create makes the room, with its author as owner and member, and refuses
	// a name whose skeleton is taken (ErrNameTaken). A Direct room has all of
	// Room.Direct as members; one for the same people is Again. Join needs a
	// public room, an invitation or a place in Room.Direct (ErrNotInvited;
	// ErrNoRoom tells nothing else apart), and no ban (*BanError). Everything
	// else is what Allow allows. A name that a room has given up is free. A Guest entry is a Message or Action in a room
	// that takes guests, anything else is ErrForbidden. The entry of a Hook is a Message in the hook's own room
	// under its name (ErrNoHook), held to what Allow says of a member and to bans of its name; Hook.Used becomes the entry's time. Inviting a member is
	// ErrMember; inviting, reacting or pinning twice is Again, and so is a Set of what is so. A repeated nonce
	// is answered by the first event even when the entry would be refused by
	// now. A private room refuses to be found by those who may not see it: that
	// is the manager's work.
	//
	// Delete and Expire erase the texts of what they delete, edits included, and its files: nobody can read them from
	// then on, and SweepFiles removes what was in them.
	//
	// An entry with a File needs one that WriteFile has stored, of the author's in that room, of that size and without a message:
	// ErrNoFile. The file has the entry's name from then on. If the newest file of that name in the room is somebody else's, it is a *FileTakenError.
	//
	// When the last owner leaves, the room passes to the member of the highest
	// role, among equals to the one who joined first. A room whose last member
	// has left is kept, and whoever joins it next owns it.
	Append(ctx context.Context, batch []Entry) ([]Result, error)

	// Events returns up to limit events with seq > after, ascending.
	Events(ctx context.Context, room ID, after uint64, limit int) ([]Event, error)
	// EventsBefore returns the up to limit newest events with seq < before, ascending.
	EventsBefore(ctx context.Context, room ID, before uint64, limit int) ([]Event, error)

	// Referring returns, ascending, every event that changes the State of a message with lo ≤ seq ≤ hi,
	// those of threads without their text.
	Referring(ctx context.Context, room ID, lo, hi uint64) ([]Event, error)
	// Thread returns the up to limit newest messages of a thread with seq < before, ascending.
	Thread(ctx context.Context, room ID, root, before uint64, limit int) ([]Event, error)
	// Pins lists the seqs of what is pinned in a room, the newest pin first.
	Pins(ctx context.Context, room ID) ([]uint64, error)
	// Follows lists the threads that somebody follows, by room and root.
	Follows(ctx context.Context, who text.Name) ([]Follow, error)
	// Keeping lists the rooms that keep what is said for a time only (Room.Keep).
	Keeping(ctx context.Context) ([]Room, error)
	// FirstSince returns the seq of a room's first message with seq > after that is not older than since, 0 for none.
	FirstSince(ctx context.Context, room ID, after uint64, since time.Time) (uint64, error)
	// Sanctions lists who is kept out of a room or silent in it, also what has
	// ended; room 0 is the whole server.
	Sanctions(ctx context.Context, room ID) ([]Sanction, error)
	// Sanction keeps somebody out of the whole server, in place of an earlier one for the same,
	// notes it in the audit log, and returns its ID. Those that have ended are dropped.
	Sanction(ctx context.Context, s Sanction) (int64, error)
	// Lift takes back what keeps somebody out of the whole server, and notes it in the audit log: By, Made and Reason are of the lifting.
	Lift(ctx context.Context, s Sanction) error

	// Search returns up to limit of the messages that the viewer may read and
	// the query means, older than before unless that is zero, the newest first: what was edited as
	// it is now, what was deleted or has expired not at all. It never misses what was
	// committed before it began. See Found for when it stops early.
	Search(ctx context.Context, who Viewer, q Query, before Position, limit int) (Found, error)

	// Room returns one room, or ErrNoRoom.
	Room(ctx context.Context, room ID) (Room, error)
	// RoomByName returns the room of that name, or else the one that had it last, or ErrNoRoom.
	RoomByName(ctx context.Context, name text.RoomName) (Room, error)
	// Rooms lists by name every public room and the private ones that the
	// viewer is a member of or invited to. A zero viewer sees the public ones.
	Rooms(ctx context.Context, viewer text.Name) ([]Room, error)
	// Members lists the members of a room by name; none for a room that is not.
	Members(ctx context.Context, room ID) ([]Member, error)
	// Invited reports whether the person holds an unused invitation to the room.
	Invited(ctx context.Context, room ID, who text.Name) (bool, error)

	// Inbox lists the memberships of one person, in no order, all as of one moment. Invitations are
	// among them, with RoleNone and nothing unread. Of a room that is known to the caller only ID and Seq
	// are read, which is what makes a login cheap; a nil known knows none. It is called while the store
	// reads and must not wait.
	Inbox(ctx context.Context, who text.Name, known func(ID) bool) ([]Membership, error)
	// Save commits a batch of read marks, places and people in one
	// transaction. Of several for the same key the last one counts. What
	// names a membership that is no more is ignored.
	Save(ctx context.Context, batch []Update) error
	// Person returns what is kept of one person; a person never saved has all fields but Name zero.
	Person(ctx context.Context, who text.Name) (Person, error)

	// Record adds an entry to the audit log, with fsync. Time is the caller's, ID the store's.
	// Nothing changes or removes an entry; the store refuses it of every program.
	Record(ctx context.Context, d Deed) error
	// Audit returns a page of the audit log, newest first.
	Audit(ctx context.Context, q AuditQuery) ([]Deed, error)

	// SaveMessage keeps a message for somebody to find again; saving it twice changes nothing.
	SaveMessage(ctx context.Context, s Saved) error
	// DropSaved forgets a message that somebody saved, and reports whether they had.
	DropSaved(ctx context.Context, who text.Name, room ID, seq uint64) (bool, error)
	// Saved lists what somebody saved, the newest first, at most MaxSaved.
	Saved(ctx context.Context, who text.Name) ([]Saved, error)

	// AddJob keeps a job and returns its ID, which is never given out again.
	AddJob(ctx context.Context, j Job) (uint64, error)
	// HoldJob stores that a job waits for its person, with its Text; one that is not there any more is passed over.
	HoldJob(ctx context.Context, j Job) error
	// DropJob forgets a job, and reports whether it was there.
	DropJob(ctx context.Context, id uint64) (bool, error)
	// Jobs lists by time the jobs that somebody asked for, and the reminders that are for them.
	Jobs(ctx context.Context, who text.Name) ([]Job, error)
	// DueJobs lists by time up to limit jobs that do not wait and whose time is not after now. Next is when the
	// first one after now is, zero for none.
	DueJobs(ctx context.Context, now time.Time, limit int) (due []Job, next time.Time, err error)
	// WaitingJobs lists by time the jobs that wait.
	WaitingJobs(ctx context.Context) ([]Job, error)

	// AddHook keeps a hook and returns its ID, which is never given out again. ErrHooks if its room has MaxHooks,
	// ErrHookName if there is one of that name.
	AddHook(ctx context.Context, h Hook) (uint64, error)
	// Hook returns one hook; ErrNoHook.
	Hook(ctx context.Context, id uint64) (Hook, error)
	// Hooks lists the hooks of a room by name; room 0 is those of all.
	Hooks(ctx context.Context, room ID) ([]Hook, error)
	// SetHookSecret gives a hook another secret: the hash of a hook in, or that of a hook out; ErrNoHook.
	SetHookSecret(ctx context.Context, id uint64, hash [32]byte, secret string) error
	// SaveDelivery stores how far a hook out is, and when it was last delivered to; ErrNoHook.
	SaveDelivery(ctx context.Context, id uint64, d Delivery, used time.Time) error
	// DropHook forgets a hook: what it has not posted by then is refused; ErrNoHook.
	DropHook(ctx context.Context, id uint64) error

	// AddWebSession keeps a browser session and returns its ID, which is never given out again. Those whose time was over when
	// this one was made are forgotten.
	AddWebSession(ctx context.Context, s WebSession) (uint64, error)
	// WebSession returns the browser session with that hash, whether or not its time is over; ErrNoWebSession.
	WebSession(ctx context.Context, hash [32]byte) (WebSession, error)
	// WebSessions lists somebody's browser sessions by ID, or with a zero name everybody's.
	WebSessions(ctx context.Context, who text.Name) ([]WebSession, error)
	// SeeWebSession stores Addr, Seen and Expires of a browser session; one that is not there any more is passed over.
	SeeWebSession(ctx context.Context, s WebSession) error
	// DropWebSession forgets a browser session; ErrNoWebSession.
	DropWebSession(ctx context.Context, id uint64) error

	// WriteFile adds data, at most MaxPiece bytes, at the end of a file that has no message; with p.ID 0 it begins one. It
	// returns the file as it is then, of the name and whole as p is: then it may be without data. Errors: ErrNoFile if there is no such file any more or it does not have p.Size bytes,
	// because somebody else went on with it; *QuotaError, with nothing written.
	WriteFile(ctx context.Context, p Partial, data []byte, most Quota) (Partial, Usage, error)
	// ReadFile returns what stands in a file from an offset on, at most limit bytes and not always as many; none
	// at its end. ErrNoFile if there is no such file, or no more.
	ReadFile(ctx context.Context, id uint64, at int64, limit int) ([]byte, error)
	// CutFile takes away what stands in a file without a message after its first size bytes, a few MiB at most; it is whole no more. ErrNoFile as in WriteFile.
	CutFile(ctx context.Context, p Partial, size int64) (Partial, error)
	// DropFile forgets a file that has no message.
	DropFile(ctx context.Context, id uint64) error
	// Partial returns the one of somebody's unfinished files of that name in a room that was written to last, or ErrNoFile.
	Partial(ctx context.Context, who text.Name, room ID, name text.Line) (Partial, error)
	// WholeFiles lists the files without a message that are whole, those first that were touched first.
	WholeFiles(ctx context.Context) ([]Partial, error)
	// FileNamed returns the message of the newest file of that name in a room, or ErrNoFile: older ones stay replaced when it is deleted.
	FileNamed(ctx context.Context, room ID, name text.Line) (Event, error)
	// Files lists by name the messages of the newest file of each name in a room, those whose name sorts behind after, by its bytes.
	Files(ctx context.Context, room ID, after text.Line, limit int) ([]Event, error)
	// FileUsage returns how many bytes of files somebody and a room have.
	FileUsage(ctx context.Context, who text.Name, room ID) (Usage, error)
	// Space returns what is left for files.
	Space(ctx context.Context) (Space, error)
	// SweepFiles removes up to limit pieces of 64 KiB of files that were deleted, dropped or have expired, and forgets those
	// without a message to which nothing was added since before. More says that there is more to remove, next is when
	// something was added last to the oldest one that is left without a message, zero for none.
	SweepFiles(ctx context.Context, before time.Time, limit int) (more bool, next time.Time, err error)

	// AddReport keeps a report and returns its ID; that of the first one, where the same person has an open report of the same
	// event. At most MaxReports of one person and 500 in all are open: ErrReports.
	AddReport(ctx context.Context, r Report) (uint64, error)
	// Reports lists the open reports, oldest first, at most 500.
	Reports(ctx context.Context) ([]Report, error)
	// ResolveReport closes a report and returns it; ErrNoReport if none of that ID is open.
	ResolveReport(ctx context.Context, id uint64, by text.Name) (Report, error)

	// Heads returns the newest seq of each of the rooms asked for.
	Heads(ctx context.Context, rooms []ID) (map[ID]uint64, error)
	// Ping reports whether the store can commit now, by a small durable write.
	Ping(ctx context.Context) error
	// Backup writes a consistent copy of everything to a new file at path while the
	// store goes on working. An existing file is refused, never overwritten.
	Backup(ctx context.Context, path string) error
	// Close ends the store; what was committed stays.
	Close() error
}

// MaxPiece is the most bytes that WriteFile takes, and with it what a post may have to wait for.
const MaxPiece = 256 << 10

// Update is one thing that Save writes: exactly one field is set.
type Update struct {
	Mark   *Mark
	Place  *PlaceUpdate
	Person *Person
	Thread *ThreadMark
	Prefs  *PrefsUpdate
}

// Follow is a thread as somebody who follows it has it.
type Follow struct {
	Room   ID
	Root   uint64 // seq of the first message
	Read   uint64 // seq
	Unread int    // messages of others after Read
}

// ThreadMark moves a person's read mark in a thread that they follow to Seq.
type ThreadMark struct {
	Room   ID
	Name   text.Name
	Root   uint64
	Seq    uint64
	Follow bool // and lets a member follow it who did not
	Drop   bool // or lets them follow it no more
}

// PrefsUpdate stores how a person wants a room to be treated.
type PrefsUpdate struct {
	Room  ID
	Name  text.Name
	Prefs Prefs
}

// Mark moves a person's read mark in a room to Seq, forward or back ("unread
// from here"). The store works out ReadMessages and Own.
type Mark struct {
	Room ID
	Name text.Name
	Seq  uint64
}

// PlaceUpdate stores where a person is in a room.
type PlaceUpdate struct {
	Room  ID
	Name  text.Name
	Place Place
}

// Clock tells the time; tests give their own.
type Clock func() time.Time
