package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
)

// report collects figures in the order in which they were first named.
type report struct {
	mu      sync.Mutex // guards figures
	figures []*figure
}

// figure is one row of the table: a value of each server in each round.
type figure struct {
	name   string
	unit   unit
	hold   hold
	rounds map[string][]float64 // by server
	failed bool                 // what was sent did not arrive as it should
}

// hold is what a figure must keep to; the zero value asks for nothing.
type hold struct {
	against     string // the server that it is a ratio to; "" for the value itself
	most, least float64
}

func ratioAtMost(x float64) hold  { return hold{against: floor, most: x} }
func ratioAtLeast(x float64) hold { return hold{against: floor, least: x} }
func atMost(x float64) hold       { return hold{most: x} }
func atLeast(x float64) hold      { return hold{least: x} }

// unit says how a value is written, and what it is multiplied by for that.
type unit struct {
	name   string
	factor float64
	digits int
}

var (
	kilobytes    = unit{"KB", 1.0 / 1000, 1}
	megabytes    = unit{"MB", 1e-6, 0}
	bytesEach    = unit{"B", 1, 0}
	microseconds = unit{"µs", 1e6, 1}
	milliseconds = unit{"ms", 1e3, 2}
	percent      = unit{"%", 100, 2}
	perSecond    = unit{"/s", 1, 0}
	count        = unit{"", 1, 0}
)

// add records one round's value of a server. The first call names the figure's unit and hold.
func (r *report) add(name string, u unit, h hold, server string, value float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.find(name)
	if f == nil {
		f = &figure{name: name, unit: u, hold: h, rounds: map[string][]float64{}}
		r.figures = append(r.figures, f)
	}
	f.rounds[server] = append(f.rounds[server], value)
}

func (r *report) find(name string) *figure {
	for _, f := range r.figures {
		if f.name == name {
			return f
		}
	}
	return nil
}

// fail adds a row for something that was not delivered.
func (r *report) fail(group string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.figures = append(r.figures, &figure{name: group, rounds: map[string][]float64{}, failed: true})
}

// row is a finished figure. Values are in the unit; what was not measured is absent.
type row struct {
	Figure     string   `json:"figure"`
	Unit       string   `json:"unit"`
	Parley     *float64 `json:"parley,omitempty"`
	Floor      *float64 `json:"floor,omitempty"`
	Gliderlabs *float64 `json:"gliderlabs,omitempty"`
	Ratio      *float64 `json:"ratio,omitempty"` // Parley to floor: the median of the rounds' ratios
	Hold       string   `json:"hold,omitempty"`
	Verdict    string   `json:"verdict,omitempty"` // ok, short, or FAILED when something was not delivered
	Rounds     int      `json:"rounds"`
}

func (f *figure) row() row {
	r := row{Figure: f.name, Unit: f.unit.name, Rounds: len(f.rounds[parley])}
	for server, to := range map[string]**float64{parley: &r.Parley, floor: &r.Floor, gliderlabs: &r.Gliderlabs} {
		if values := f.rounds[server]; len(values) > 0 {
			*to = finite(median(values) * f.unit.factor)
		}
	}
	ratio := f.ratio()
	r.Ratio = finite(ratio)
	value := math.NaN()
	switch {
	case f.failed:
		r.Verdict = "FAILED"
		return r
	case f.hold.against != "":
		value = ratio
	case r.Parley != nil:
		value = *r.Parley
	}
	r.Hold, r.Verdict = f.hold.judge(value, f.unit)
	return r
}

// finite is nil for what JSON cannot say: a ratio to a floor of which the clock saw nothing, the percentile of no values.
func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

func (f *figure) ratio() float64 {
	ours, theirs := f.rounds[parley], f.rounds[floor]
	if len(ours) == 0 || len(theirs) == 0 {
		return math.NaN()
	}
	if len(ours) != len(theirs) {
		return median(ours) / median(theirs)
	}
	each := make([]float64, len(ours))
	for i := range ours {
		each[i] = ours[i] / theirs[i]
	}
	return median(each)
}

func (h hold) judge(value float64, u unit) (words, verdict string) {
	bound, sign, ok := h.most, "≤", value <= h.most
	if h.least > 0 {
		bound, sign, ok = h.least, "≥", value >= h.least
	}
	if bound == 0 {
		return "", ""
	}
	words = fmt.Sprintf("%s %v %s", sign, bound, u.name)
	if h.against != "" {
		words = fmt.Sprintf("%s %v ×", sign, bound)
	}
	switch {
	case math.IsNaN(value):
		return words, ""
	case ok:
		return words, "ok"
	}
	return words, "short"
}

func median(values []float64) float64 {
	s := slices.Sorted(slices.Values(values))
	if n := len(s); n%2 == 0 {
		return (s[n/2-1] + s[n/2]) / 2
	}
	return s[len(s)/2]
}

// percentile is the value that p of all (0 … 1) are at most.
func percentile(values []time.Duration, p float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	slices.Sort(values)
	return values[min(len(values)-1, int(p*float64(len(values))))].Seconds()
}

func (r *report) rows() []row {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make([]row, len(r.figures))
	for i, f := range r.figures {
		out[i] = f.row()
	}
	return out
}

// print writes the table.
func (r *report) print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "figure\tunit\tParley\tfloor\tgliderlabs\tratio\thold\t")
	for _, f := range r.figures {
		x := f.row()
		cell := func(v *float64, digits int) string {
			if v == nil {
				return "-"
			}
			return fmt.Sprintf("%.*f", digits, *v)
		}
		fmt.Fprintln(t, strings.Join([]string{x.Figure, x.Unit, cell(x.Parley, f.unit.digits), cell(x.Floor, f.unit.digits),
			cell(x.Gliderlabs, f.unit.digits), cell(x.Ratio, 2), x.Hold, x.Verdict}, "\t"))
	}
	return t.Flush()
}

func (r *report) save(file string) error {
	raw, err := json.MarshalIndent(r.rows(), "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(raw, '\n'), 0o644)
}
