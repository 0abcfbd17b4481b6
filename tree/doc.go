// Package tree shows the rooms that somebody may read as a tree of files: what sftp, scp and sshfs work on.
//
// # The model
//
//	/                        the rooms that the person is in: general, @bo
//	/general                 the newest file of each name, and the logs of the newest days
//	/general/report.pdf      what somebody put there; putting it anew makes a newer version
//	/general/2026-11-22.txt  what was said on that day, as plain lines; read only
//
// Nothing here is a file of any system. A path is cut at its slashes, the first part is read as a room's name and the second as
// text.FileName or as a day; anything else is a file that is not there. So there is nothing to climb out of, and no link to follow.
// Whether the person may read is asked of package rooms at each use of a path, and whether they may write with the message that
// a file becomes: a file is posted when its handle is closed, as a message like any other.
//
// # Uploads
//
// Clients send many writes at once and pkg/sftp works them off with eight goroutines, so they come out of order: a sink
// holds what is ahead, up to a bound, and refuses what has a hole or goes back. What a lost connection leaves is kept for the
// person alone, who goes on with it where stat says that it ends (reput, sftp -a).
//
// # Names
//
// A file that is closed under a name which programs give to what they rename (temporary) is held back: whole and on disk, seen by its sender
// alone, and posted under the name that it is renamed to, or under its own when nobody renames it in time. A file of the room
// that is renamed to such a name is moved aside in its session alone. Other renames put a file anew and delete the old message.
//
// # Goroutines
//
// A timer posts what was held back for too long. Serve runs pkg/sftp's, which end with it, and one that reads the client's bytes: it ends when the client's input does.
package tree
