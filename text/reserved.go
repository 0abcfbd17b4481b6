package text

import (
	"fmt"
	"strings"
)

// reserved are the names that the program, or a reader, gives a meaning: nobody may have them,
// nor a name that looks like one of them.
const reserved = "abuse admin administrator admins all anonymous anyone bot channel console daemon deleted everybody everyone " +
	"guest guests help here host hostmaster info invite knock localhost login me mod moderator mods moderators " +
	"nobody none notice null official online op operator operators owner owners parley postmaster register " +
	"room root security server service staff staging superuser support sysadmin sysop system team undefined unknown " +
	"user users webmaster"

// reservedBy maps the skeleton of each reserved name to the name. It is never written again.
var reservedBy = func() map[string]string {
	m := map[string]string{}
	for w := range strings.FieldsSeq(reserved) {
		m[skeleton(w)] = w
	}
	return m
}()

// Reserved lists the reserved names as they are written here, for who looks for mentions and cannot know what looks like them.
func Reserved() []string { return strings.Fields(reserved) }

// checkReserved refuses reserved names and those of guests. The name ali is what many people are
// called: it may be had although it has the skeleton of all.
func checkReserved(s string) error {
	sk := skeleton(s)
	if rest, ok := strings.CutPrefix(sk, "guest"); ok && s != "guest" {
		sep := strings.HasPrefix(s, "guest") && strings.ContainsRune("-._", rune(s[len("guest")]))
		if sep || strings.Trim(rest, "ol2e4s6789") == "" && rest != "" {
			return fmt.Errorf("%s looks like the name of a guest who has no key: choose a name that does not start with guest", quoted(s))
		}
	}
	word, ok := reservedBy[sk]
	switch {
	case !ok || s == "ali":
		return nil
	case s == word:
		return fmt.Errorf("%s is a name that Parley keeps for itself: choose another, for example with your family name after it", quoted(s))
	}
	return fmt.Errorf("%s looks like %s, which Parley keeps for itself: choose a name that cannot be mistaken for it", quoted(s), quoted(word))
}
