package chat

import (
	"parley/lang"
	"parley/rooms"
)

// Language is the one that a person reads: the setting lang, or else what
// the environment of their client asks for.
func Language(p rooms.Person, env map[string]string) lang.Tag {
	if t, ok := lang.Parse(p.Settings["lang"]); ok {
		return t
	}
	return lang.Of(env)
}
