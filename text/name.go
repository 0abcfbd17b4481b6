package text

import (
	"errors"
	"strconv"
	"strings"

	"golang.org/x/text/secure/precis"
)

// Name is the name of an identity, folded and safe to print. The zero value is no name.
type Name struct{ s string }

// ParseName reads a name that somebody asks for.
func ParseName(s string) (Name, error) {
	n, err := ReadName(s)
	if err != nil {
		return Name{}, err
	}
	if strings.HasPrefix(n.s, "guest-") {
		return Name{}, errors.New("names that start with guest- are for guests: choose another name")
	}
	return n, nil
}

// ReadName reads a name that was stored earlier: what ParseName or GuestName made.
func ReadName(s string) (Name, error) {
	f, err := precis.UsernameCaseMapped.String(s)
	if err != nil || f == "" || len(f) > 128 || strings.ContainsAny(f, "@#/:,*?!\"'\\~ ") {
		return Name{}, errors.New("a name has letters, digits, '-', '_' and '.' only: choose another name")
	}
	return Name{f}, nil
}

// GuestName is the name of the nth guest, "guest-n".
func GuestName(n uint64) Name { return Name{"guest-" + strconv.FormatUint(n, 10)} }

// String is the name as it is shown and stored; empty for the zero Name.
func (n Name) String() string { return n.s }

// IsZero reports whether this is no name.
func (n Name) IsZero() bool { return n.s == "" }

// Skeleton is equal for two names that a reader may take for each other.
func (n Name) Skeleton() string { return skeleton(n.s) }

// Compare orders names by their code points: -1, 0, +1.
func (n Name) Compare(o Name) int { return strings.Compare(n.s, o.s) }

func skeleton(s string) string {
	return strings.NewReplacer("1", "l", "i", "l", "0", "o", "5", "s", "3", "e", "rn", "m", "vv", "w", ".", "", "-", "", "_", "").Replace(s)
}
