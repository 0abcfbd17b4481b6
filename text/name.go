package text

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/secure/bidirule"
	"golang.org/x/text/secure/precis"
	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// MaxName is the most graphemes, and the most columns, that a Name has.
const MaxName = 32

// Name is what an identity is called. It is folded (Alice is alice), safe to paint, and safe as the
// name of a file and as a user name on the command line of ssh. Names are equal when they are the same
// name, so they compare with == and serve as keys. The zero value is no name.
type Name struct{ s string }

// ParseName reads a name that somebody asks for or types. It folds case and width (PRECIS
// UsernameCaseMapped, RFC 8265, until nothing changes). A name has 1 to MaxName graphemes in at most
// MaxName columns, letters and digits with '.', '-' and '_' between them, of one script or of a mix
// that people write (Japanese, Korean, Chinese, each with Latin), and is not like a reserved name.
func ParseName(s string) (Name, error) {
	n, err := ReadName(s)
	if err == nil {
		err = checkReserved(n.s)
	}
	if err != nil {
		return Name{}, err
	}
	return n, nil
}

// ReadName reads a name back that was stored, with all the rules of ParseName but the reserved words:
// those may grow, and the names of guests are among them.
func ReadName(s string) (Name, error) {
	if isPlainName(s) {
		return Name{s}, nil
	}
	if err := checkInput(s); err != nil {
		return Name{}, err
	}
	f, err := foldName(s)
	if err != nil {
		return Name{}, err
	}
	if err := checkName(f); err != nil {
		return Name{}, err
	}
	return Name{f}, nil
}

// GuestName is the name of the nth guest: "guest-7". ParseName refuses it, ReadName reads it.
func GuestName(n uint64) Name { return Name{"guest-" + strconv.FormatUint(n, 10)} }

// OperatorName is the name of who works at the machine itself. ParseName refuses it, ReadName reads it.
func OperatorName() Name { return Name{"operator"} }

// String is the name as it is shown and stored; empty for the zero Name.
func (n Name) String() string { return n.s }

// IsZero reports whether n is no name.
func (n Name) IsZero() bool { return n.s == "" }

// IsGuest reports whether n is one of GuestName.
func (n Name) IsGuest() bool { return strings.HasPrefix(n.s, "guest-") }

// Skeleton is equal for two names that a reader may take for each other. It is for comparison only.
func (n Name) Skeleton() string { return skeleton(n.s) }

// Compare is the order of names in lists, by code points: -1, 0 or +1.
func (n Name) Compare(o Name) int { return strings.Compare(n.s, o.s) }

// isPlainName recognises most names at once: lower-case ASCII.
func isPlainName(s string) bool {
	if len(s) == 0 || len(s) > MaxName || isSeparator(s[0]) || isSeparator(s[len(s)-1]) {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && !isSeparator(c) {
			return false
		}
	}
	return true
}

func isSeparator(c byte) bool { return c == '.' || c == '-' || c == '_' }

// checkInput refuses what no folding can make a name of.
func checkInput(s string) error {
	switch {
	case s == "":
		return errors.New("the name is empty: choose one of 1 to 32 letters and digits")
	case len(s) > MaxName*maxGrapheme:
		return errTooLong
	case !utf8.ValidString(s):
		return errors.New("the name is not valid UTF-8: set your terminal to UTF-8 and type it again")
	}
	for _, r := range s {
		switch {
		case unicode.Is(unicode.White_Space, r):
			return errors.New("a name has no spaces: put '-', '.' or '_' between the words, as in ana-maria")
		case r == zwj || r == zwnj:
		case unicode.IsControl(r) || isDirection(r) || isDropped(r) || r == vs15 || r == vs16 || unicode.Is(unicode.Cf, r):
			return fmt.Errorf("the name holds a character that cannot be seen (U+%04X): type it again without", r)
		case unicode.In(r, unicode.P, unicode.S) && !isSeparatorRune(r) && norm.NFKC.String(string(r)) == string(r):
			return fmt.Errorf("a name cannot hold %s: use letters and digits, with '.', '-' or '_' between them", quoted(string(r)))
		}
	}
	return nil
}

var errTooLong = errors.New("the name is too long: choose one of at most 32 letters, or 16 where each takes two columns")

// isSeparatorRune reports the punctuation that PRECIS allows between the right letters: l·l in Catalan,
// geresh and gershayim in Hebrew, the numeral sign in Greek, the middle dot in Japanese.
func isSeparatorRune(r rune) bool { return strings.ContainsRune(".-_·͵׳״・", r) }

// username is the profile UsernameCaseMapped of RFC 8265 but for its directionality rule, which the
// ready-made profile applies to names without right-to-left letters too: it would refuse 2日 and 7ñ.
var username = precis.NewIdentifier(precis.FoldWidth, precis.LowerCase(), precis.Norm(norm.NFC))

// pairs are letters of daily use that Unicode defines as a pair of others, which PRECIS therefore refuses:
// Thai and Lao am, Lao ho no and ho mo, Armenian ew. Names hold the pair, which looks the same.
var pairs = strings.NewReplacer("\u0e33", "\u0e4d\u0e32", "\u0eb3", "\u0ecd\u0eb2", "\u0edc", "\u0eab\u0e99", "\u0edd", "\u0eab\u0ea1",
	"\u0587", "\u0565\u0582")

// foldName applies the profile until nothing changes.
func foldName(s string) (string, error) {
	s = pairs.Replace(s)
	for range 4 {
		f, err := username.String(s)
		switch {
		case err != nil:
			return "", explain(s)
		case bidirule.DirectionString(f) == bidi.RightToLeft && !bidirule.ValidString(f):
			return "", errors.New("the name mixes letters that run left to right with letters that run right to left: use one direction only")
		case f == s:
			return f, nil
		}
		s = f
	}
	return "", fmt.Errorf("%s changes each time it is folded to lower case: choose another name", quoted(s))
}

// explain finds the character for which PRECIS refuses s.
func explain(s string) error {
	for _, r := range s {
		f, err := username.String(string(r))
		switch k := norm.NFKC.String(string(r)); {
		case isSeparatorRune(r), r == zwj, r == zwnj, err == nil && !unicode.In(r, unicode.P, unicode.S):
			continue
		case k != string(r) && f == "" && !strings.ContainsFunc(k, func(r rune) bool { return !unicode.In(r, unicode.L, unicode.N) }):
			return fmt.Errorf("%s is a special form of %s, and names have plain letters only: write %s", quoted(string(r)), quoted(k), quoted(k))
		}
		return fmt.Errorf("a name cannot hold %s (U+%04X): use letters and digits, with '.', '-' or '_' between them", quoted(string(r)), r)
	}
	if i := strings.IndexAny(s, string(zwj)+string(zwnj)); i >= 0 {
		return errors.New("the name holds a joiner, which cannot be seen, where no script needs it: type it again without")
	}
	return fmt.Errorf("%s has a sign where its script does not allow it: use letters and digits only", quoted(s))
}

// checkName checks the folded name f.
func checkName(f string) error {
	if clean(f) != f {
		return fmt.Errorf("%s puts more marks on one letter than any language does: use at most four", quoted(f))
	}
	count := 0
	for range Graphemes(f) {
		count++
	}
	if count > MaxName || Width(f) > MaxName {
		return errTooLong
	}
	if err := checkScripts(f); err != nil {
		return err
	}
	first, _ := utf8.DecodeRuneInString(f)
	last, _ := utf8.DecodeLastRuneInString(f)
	switch {
	case !strings.ContainsFunc(f, func(r rune) bool { return unicode.In(r, unicode.L, unicode.Nd) }):
		return errors.New("a name needs at least one letter or digit: add one")
	case unicode.IsPunct(first):
		return fmt.Errorf("a name starts with a letter or a digit: leave out the %s before it", quoted(string(first)))
	case unicode.IsPunct(last):
		return fmt.Errorf("a name ends with a letter or a digit: leave out the %s after it", quoted(string(last)))
	}
	return nil
}

// checkScripts refuses letters of scripts that are not in use and of two scripts that people do not mix.
func checkScripts(f string) error {
	var found []string
	for _, r := range f {
		name, ok := scriptOf(r)
		if unicode.In(r, unicode.P, unicode.S) && !isSeparatorRune(r) {
			return fmt.Errorf("a name cannot hold %s: use letters and digits, with '.', '-' or '_' between them", quoted(string(r)))
		}
		if !ok {
			return fmt.Errorf("a name cannot hold %s (U+%04X), which no language in daily use writes: choose another letter", quoted(string(r)), r)
		}
		if name != "" && !slices.Contains(found, name) {
			found = append(found, name)
		}
	}
	if !mixable(found) {
		return fmt.Errorf("the name mixes %s letters, some of which look alike: use the letters of one script",
			strings.Join(found[:len(found)-1], ", ")+" and "+found[len(found)-1])
	}
	return nil
}

// quoted is a piece of what somebody typed, for a sentence. The quotes are ASCII because ssh shows others as octal
// numbers where its locale is C.
func quoted(s string) string { return `"` + NewLine(s, 40).String() + `"` }
