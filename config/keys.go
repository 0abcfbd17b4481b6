package config

import (
	"fmt"
	"reflect"
	"strings"
)

// fieldNamed returns the field of the struct v whose key is name.
func fieldNamed(v reflect.Value, name string) (reflect.Value, bool) {
	for i := range v.NumField() {
		if v.Type().Field(i).Tag.Get("yaml") == name {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

// names returns the keys directly in the struct t, in the order of the file.
func names(t reflect.Type) []string {
	var out []string
	for i := range t.NumField() {
		out = append(out, t.Field(i).Tag.Get("yaml"))
	}
	return out
}

// setting is one key of a Config with its value.
type setting struct {
	key   string
	live  bool // a reload applies it
	value reflect.Value
}

// settings lists every setting of the struct v, in the order of the file.
func settings(prefix string, v reflect.Value) []setting {
	var out []setting
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag
		key := prefix + tag.Get("yaml")
		if v.Field(i).Kind() == reflect.Struct {
			out = append(out, settings(key+".", v.Field(i))...)
			continue
		}
		out = append(out, setting{key, tag.Get("apply") == "live", v.Field(i)})
	}
	return out
}

// Changed names the keys whose values differ from those in old, in the order
// of the file: those that take effect only at the next start, and those that a
// reload can apply at once.
func (c *Config) Changed(old *Config) (restart, live []string) {
	before := settings("", reflect.ValueOf(old).Elem())
	for i, s := range settings("", reflect.ValueOf(c).Elem()) {
		if reflect.DeepEqual(s.value.Interface(), before[i].value.Interface()) {
			continue
		}
		if s.live {
			live = append(live, s.key)
		} else {
			restart = append(restart, s.key)
		}
	}
	return restart, live
}

// unknownKey says what to do about name, which is no key below prefix.
func unknownKey(prefix, name string) string {
	all := settings("", reflect.ValueOf(Default()).Elem())
	section := reflect.TypeFor[Config]()
	if prefix != "" {
		v, _ := fieldNamed(reflect.ValueOf(Default()).Elem(), strings.TrimSuffix(prefix, "."))
		section = v.Type()
	}
	siblings := names(section)
	if guess := nearest(name, siblings); guess != "" {
		return fmt.Sprintf("there is no such key; did you mean %s?", prefix+guess)
	}
	for _, s := range all {
		parent, leaf, nested := strings.Cut(s.key, ".")
		switch {
		case nested && s.key == name:
			return fmt.Sprintf("keys are nested here; write %q on one line and, indented below it, %q", parent+":", leaf+": …")
		case leaf == name:
			return fmt.Sprintf("there is no such key in this place; move it below %q, indented", parent+":")
		}
	}
	if prefix == "" {
		return fmt.Sprintf("there is no such key; remove it, or write one of %s", strings.Join(siblings, ", "))
	}
	return fmt.Sprintf("there is no such key; remove it, or write one of those of %s: %s", strings.TrimSuffix(prefix, "."), strings.Join(siblings, ", "))
}
