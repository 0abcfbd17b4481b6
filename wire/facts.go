package wire

import (
	"bytes"
	"encoding/json"
	"time"

	"parley/chat"
)

// object is facts as a JSON object, in their order.
type object chat.Facts

// MarshalJSON implements json.Marshaler.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	b.WriteByte('{')
	for i, f := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := e.Encode(f.Name); err != nil {
			return nil, err
		}
		b.Truncate(b.Len() - 1) // the newline that Encode ends with
		b.WriteByte(':')
		if err := e.Encode(value(f.Value)); err != nil {
			return nil, err
		}
		b.Truncate(b.Len() - 1)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// value is one fact's, with facts as objects and times as those of events.
func value(v any) any {
	switch v := v.(type) {
	case chat.Facts:
		return object(v)
	case []chat.Facts:
		return objects(v)
	case time.Time:
		return v.UTC().Format(timeForm)
	}
	return v
}

func objects(list []chat.Facts) []object {
	out := make([]object, len(list))
	for i, f := range list {
		out[i] = object(f)
	}
	return out
}

// FromFacts describes what is told of a thing, as an object whose first field is its type.
func FromFacts(f chat.Facts) any { return object(f) }
