package config

import (
	"fmt"
	"log/slog"
	"net/netip"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// decoder copies the nodes of one file into a Config. It is used once.
type decoder struct {
	file  string
	lines map[string]int // key → line of its value's beginning, or of the key
}

// decode sets in c what body sets, and returns the line of every key seen.
func decode(file string, body *ast.MappingNode, c *Config) (map[string]int, error) {
	d := decoder{file: file, lines: map[string]int{}}
	if body == nil {
		return d.lines, nil
	}
	return d.lines, d.section("", body, reflect.ValueOf(c).Elem())
}

func (d *decoder) errorf(line int, key, format string, args ...any) error {
	return &Error{File: d.file, Line: line, Key: key, Text: fmt.Sprintf(format, args...)}
}

// section decodes the settings below prefix ("" or "ssh.") into the struct v.
func (d *decoder) section(prefix string, body *ast.MappingNode, v reflect.Value) error {
	for _, entry := range body.Values {
		name := entry.Key.GetToken().Value
		key, at := prefix+name, line(entry.Key)
		field, ok := fieldNamed(v, name)
		if !ok {
			return d.errorf(at, printableKey(key), "%s", unknownKey(prefix, name))
		}
		if first, twice := d.lines[key]; twice {
			return d.errorf(at, key, "the key is already on line %d; keep one of the two", first)
		}
		d.lines[key] = at
		if field.Kind() == reflect.Struct {
			if err := d.nested(key, at, entry.Value, field); err != nil {
				return err
			}
			continue
		}
		if err := d.value(key, at, entry.Value, field); err != nil {
			return err
		}
	}
	return nil
}

// nested decodes the value of a key that holds further keys. Without a value it
// changes nothing: somebody commented its keys out.
func (d *decoder) nested(key string, at int, n ast.Node, v reflect.Value) error {
	switch n := n.(type) {
	case *ast.NullNode:
		return nil
	case *ast.MappingNode:
		return d.section(key+".", n, v)
	}
	return d.errorf(at, key, `this is a section, not a setting; write its keys below it, indented: %s`, strings.Join(names(v.Type()), ", "))
}

// value decodes the value of one setting.
func (d *decoder) value(key string, at int, n ast.Node, v reflect.Value) error {
	if v.Kind() == reflect.Slice {
		return d.list(key, at, n, v)
	}
	switch n.(type) {
	case *ast.MappingNode:
		return d.errorf(at, key, "this is one setting, it has no keys below it; write a value on the same line")
	case *ast.SequenceNode:
		return d.errorf(at, key, "a list stands where one value is wanted; write the value without [ ] or -")
	}
	s, err := scalarOf(n)
	if err == nil {
		err = set(v, s)
	}
	if err != nil {
		return d.errorf(at, key, "%s", err)
	}
	return nil
}

// list decodes a list; an empty one is nil.
func (d *decoder) list(key string, at int, n ast.Node, v reflect.Value) error {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		return d.errorf(at, key, `a list is wanted; write [] for none, or ["one", "two"]`)
	}
	out := reflect.Zero(v.Type())
	for i, n := range seq.Values {
		element := reflect.New(v.Type().Elem()).Elem()
		s, err := scalarOf(n)
		if err == nil {
			err = set(element, s)
		}
		entryLine := line(n)
		if entryLine == 0 {
			entryLine = at
		}
		if err != nil {
			return d.errorf(entryLine, key, "entry %d: %s", i+1, err)
		}
		d.lines[fmt.Sprintf("%s[%d]", key, i)] = entryLine
		out = reflect.Append(out, element)
	}
	v.Set(out)
	return nil
}

// A scalar is a value as written: a text, or a number that was not in quotes.
type scalar struct {
	text   string
	number bool
}

func scalarOf(n ast.Node) (scalar, error) {
	switch n := n.(type) {
	case *ast.StringNode:
		return scalar{text: n.Value}, nil
	case *ast.LiteralNode:
		return scalar{text: n.Value.Value}, nil
	case *ast.IntegerNode, *ast.FloatNode:
		return scalar{text: n.GetToken().Value, number: true}, nil
	case *ast.NullNode:
		return scalar{}, fmt.Errorf(`no value is given; write one ("" for none, and in quotes if it begins with #), or remove the line to have the default`)
	case *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		text := n.GetToken().Value
		return scalar{}, fmt.Errorf("%s is neither a text nor a whole number; no setting takes it unless it is in quotes", quote(text))
	}
	return scalar{}, fmt.Errorf("a single value is wanted here; write one text or number")
}

// set stores s in v according to v's type.
func set(v reflect.Value, s scalar) error {
	switch p := v.Addr().Interface().(type) {
	case *time.Duration:
		return setDuration(p, s)
	case *Rate:
		r, err := parseRate(s.text)
		*p = r
		return err
	case *Size:
		size, err := parseSize(s.text)
		*p = size
		return err
	case *netip.Prefix:
		return setPrefix(p, s)
	case *slog.Level:
		return setLevel(p, s)
	case *Registration:
		return setChoice(p, s, Open, Invite, Closed)
	case *LogFormat:
		return setChoice(p, s, LogAuto, LogText, LogJSON)
	case *int:
		return setInt(p, s)
	case *string:
		if s.number {
			return fmt.Errorf(`%s is a number and a text is wanted; put it in quotes: "%s"`, s.text, s.text)
		}
		*p = s.text
		return nil
	}
	return fmt.Errorf("settings of the type %s cannot be read; this is a fault in Parley, please report it", v.Type())
}

func setInt(p *int, s scalar) error {
	digits := strings.ReplaceAll(s.text, "_", "")
	n, err := strconv.Atoi(digits)
	// 010 is ten in one version of YAML and eight in another.
	ambiguous := len(digits) > 1 && digits[0] == '0'
	if err != nil || ambiguous || !s.number || n < 0 || n > maxCount {
		return fmt.Errorf("%s is not a whole number from 0 to %d; write one, without quotes", quote(s.text), maxCount)
	}
	*p = n
	return nil
}

func setDuration(p *time.Duration, s scalar) error {
	if s.number && s.text != "0" {
		return fmt.Errorf("%s has no unit; write %ss for seconds, %sm for minutes, or 0 for off", s.text, s.text, s.text)
	}
	d, err := time.ParseDuration(s.text)
	if err != nil || d < 0 || d.Hours() > 24*366 {
		return fmt.Errorf("%s is not a time of up to a year; write one such as 30s, 5m or 12h, or 0 for off", quote(s.text))
	}
	*p = d
	return nil
}

func setPrefix(p *netip.Prefix, s scalar) error {
	prefix, err := netip.ParsePrefix(s.text)
	if addr, addrErr := netip.ParseAddr(s.text); addrErr == nil && addr.Zone() == "" {
		prefix, err = netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	if err != nil {
		return fmt.Errorf("%s is not an address or a network; write one such as 10.0.0.0/8, 192.0.2.7 or 2001:db8::/32", quote(s.text))
	}
	if prefix.Addr().Is4In6() {
		return fmt.Errorf("%s is an IPv4 address in IPv6 form; write it as %s", quote(s.text), prefix.Addr().Unmap())
	}
	if prefix != prefix.Masked() {
		return fmt.Errorf("%s has address bits behind its network; write %s", quote(s.text), prefix.Masked())
	}
	*p = prefix
	return nil
}

func setLevel(p *slog.Level, s scalar) error {
	type level string
	var l level
	if err := setChoice(&l, s, "debug", "info", "warn", "error"); err != nil {
		return err
	}
	return p.UnmarshalText([]byte(l))
}

// setChoice takes s if it is one of the choices.
func setChoice[T ~string](p *T, s scalar, choices ...T) error {
	list := make([]string, len(choices))
	for i, c := range choices {
		if s.text == string(c) {
			*p = c
			return nil
		}
		list[i] = string(c)
	}
	return fmt.Errorf("%s is not one of %s; write one of those", quote(s.text), strings.Join(list, ", "))
}

// quote shows a value in a sentence: on one line, and not longer than one.
func quote(s string) string {
	const longest = 60
	if r := []rune(s); len(r) > longest {
		s = string(r[:longest]) + "…"
	}
	return strconv.Quote(s)
}

// printableKey shows a key that the file made up.
func printableKey(key string) string {
	q := quote(key)
	if q == `"`+key+`"` && key != "" && !strings.ContainsAny(key, " :") {
		return key
	}
	return q
}
