package rooms

import (
	"encoding/json"
	"fmt"
	"time"

	"parley/text"
)

// Notice is a sentence for people who are here: who shows it puts it into their language and its times on their
// clock. Without values, Format is a finished sentence in English.
type Notice struct {
	Format string // in English, with a %s or a %d for each value
	Values []any  // what people wrote stays as it is; a time.Time is told to the minute; a Notice is a sentence within this one
}

// NewNotice is a notice: its format is written where it is used, as a literal, so that the catalogue has it.
func NewNotice(format string, values ...any) Notice { return Notice{format, values} }

// String is the notice in English and UTC, on one line.
func (n Notice) String() string {
	return n.In(func(sentence string) string { return sentence }, fmt.Sprintf, Minute)
}

// In is the notice on one line, in the words of a language: of sentences and of formats, and with times as minute writes them.
func (n Notice) In(sentence func(string) string, sprintf func(string, ...any) string, minute func(time.Time) string) string {
	if len(n.Values) == 0 {
		return sentence(n.Format)
	}
	values := make([]any, len(n.Values))
	for i, v := range n.Values {
		switch v := v.(type) {
		case time.Time:
			values[i] = minute(v)
		case Notice:
			values[i] = v.In(sentence, sprintf, minute)
		default:
			values[i] = v
		}
	}
	return text.NewLine(sprintf(n.Format, values...), maxNotice).String()
}

// maxNotice is the widest notice, in columns.
const maxNotice = 600

// storedNotice is a notice as it is kept for who is not here.
type storedNotice struct {
	Format string        `json:"format"`
	Values []storedValue `json:"values,omitempty"`
}

// storedValue is one of them: exactly one is set.
type storedValue struct {
	Words  *string    `json:"words,omitempty"`
	Time   *time.Time `json:"time,omitempty"`
	Notice *Notice    `json:"notice,omitempty"`
}

// MarshalJSON keeps values that are neither times nor notices as their words.
func (n Notice) MarshalJSON() ([]byte, error) {
	out := storedNotice{Format: n.Format}
	for _, v := range n.Values {
		var stored storedValue
		switch v := v.(type) {
		case time.Time:
			stored.Time = &v
		case Notice:
			stored.Notice = &v
		default:
			words := fmt.Sprint(v)
			stored.Words = &words
		}
		out.Values = append(out.Values, stored)
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (n *Notice) UnmarshalJSON(data []byte) error {
	var in storedNotice
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	*n = Notice{Format: in.Format}
	for _, v := range in.Values {
		switch {
		case v.Time != nil:
			n.Values = append(n.Values, *v.Time)
		case v.Notice != nil:
			n.Values = append(n.Values, *v.Notice)
		case v.Words != nil:
			n.Values = append(n.Values, *v.Words)
		}
	}
	return nil
}

// Minute writes a time as the sentences of this package name it: in UTC, to the minute.
func Minute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
