// Package chat is the command table: what people can do, the same for every
// face. One entry holds a command's name, aliases, arguments, who may run it,
// its help, its completion and its one function. "/topic new words" in the
// chat view, "ssh host topic '#room' new words" and, later, the browser all
// run that entry, and help, completion and the manual are printed from it.
package chat
