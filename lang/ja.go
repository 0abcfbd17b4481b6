package lang

import "maps"

// japanese maps each English sentence, as it is in the source, to Japanese. A
// test names what is missing and what nothing says any more.
var japanese = func() map[string]string {
	all := map[string]string{}
	for _, part := range jaParts() {
		maps.Copy(all, part)
	}
	return all
}()

// jaParts are the files of the catalogue. No sentence is in two of them.
func jaParts() []map[string]string {
	return []map[string]string{
		jaAnswers,
		jaCommands,
		jaDoor,
		jaErrors,
		jaHappened,
		jaEvents,
		jaFind,
		jaFiles,
		jaHelp,
		jaHooks,
		jaKeys,
		jaNames,
		jaPresence,
		jaPrograms, jaBrowser,
		jaRemind,
		jaRooms,
		jaStaff,
		jaTalk,
		jaView,
	}
}
