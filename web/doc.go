// Package web is the HTTP face of the server: a page for people in browsers, and for programs elsewhere hooks
// through which they post to a room, and hooks by which a room posts to them.
//
// # Who is let in
//
// A Door lets browsers in: one that shows a code is admitted by the person who types it over ssh, and one that follows a link was
// sent by whoever asked for it. Each has a session then, proven by a token in a cookie, of which the store has the SHA-256 only. A
// session stands on the key or the certificate of its person, with each request anew; who ends it, or revokes the key, closes the
// channel that its connections wait for. What changes something is done only for this server's own pages: cookies are SameSite=Strict,
// and requests say where they come from.
//
// # The page
//
// GET / and /r/ROOM are one document, whose files ([parley/web/page]) stand under /app. It holds no state of the server: it asks who it
// is for, and holds a conversation over /ws.
//
// # In
//
// POST /hook/ID/SECRET posts what the body says into the one room of the hook,
// in the hook's name. The ID finds the hook, the SECRET, of which the store has
// the SHA-256 only, proves that the sender was given its URL. What a body means
// is found from its headers and its shape: Slack's incoming webhooks, plain
// text, Alertmanager, GitHub, Gitea. Whatever it is, it becomes a text.Body
// like anything that people write, and the room's own rules decide whether it
// may be said.
//
// Whoever is not let in is told so in the same words, whether the ID or the SECRET is wrong.
//
// # Out
//
// A hook out is a reader of its room's log with a cursor in the store, like every
// other reader: what is not delivered yet is the log behind the cursor, and no
// queue. One goroutine for each such hook reads on, posts each event that the
// hook is for to its URL, and moves the cursor when the answer is 2xx.
// Addresses are checked when they are connected to, after the name was looked up: a
// hook leads to public addresses, and elsewhere only where the operator allows it by name.
//
// # Files
//
// A browser puts a file into a room by POST /files/ROOM/NAME and takes it out by GET /files/ROOM/SEQ/NAME: a stream into
// [rooms.Manager.Upload], and ranges of a [rooms.FileReader]. Whether its person may is asked with each request. What comes out
// is something to be saved, or, where its content is an image, an image; never a document.
//
// # TLS
//
// Certificates come from two files, from an authority by ACME, or there are none and a proxy in front of the listener brings TLS.
package web
