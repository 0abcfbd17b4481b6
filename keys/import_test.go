package keys

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/text"
)

// plan plans an import, which must be possible.
func (w *world) plan(who string, lines ...string) *Import {
	w.t.Helper()
	p, err := w.PlanImport(name(w.t, who), "github", "github:"+who, []byte(strings.Join(lines, "")))
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func TestImportShowsWhatItWillDoAndDoesIt(t *testing.T) {
	t.Parallel()
	w := owned(t, ByInvite)
	laptop, phone := newKey(t), newKey(t)
	p := w.plan("carol", line(laptop), "# a remark\n", "no key\n", line(phone), line(laptop))
	if !p.New || p.File != "carol.pub" || p.Fresh() != 2 || len(p.Keys) != 2 || len(p.Lines) != 1 || !strings.Contains(p.Lines[0], "github:carol:3") {
		t.Fatalf("the plan is %+v", p)
	}
	if w.who(laptop) != "" {
		t.Error("a plan let somebody in")
	}
	if err := w.Keep(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	w.until("carol is let in", func() bool { return w.who(laptop) == "carol" && w.who(phone) == "carol" })
	data, err := os.ReadFile(filepath.Join(w.dir, "carol.pub"))
	if err != nil || !strings.HasPrefix(string(data), "# from github:carol 20") || strings.Count(string(data), "ssh-ed25519 ") != 2 {
		t.Errorf("the file is %q (%v)", data, err)
	}

	// Again, with one more: only that one is added, beside the others.
	tablet := newKey(t)
	if p = w.plan("carol", line(laptop), line(tablet)); p.New || p.File != "carol@github.pub" || p.Fresh() != 1 || !strings.Contains(p.Keys[0].Why, "already") {
		t.Fatalf("the second plan is %+v", p)
	}
	if err := w.Keep(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	w.until("the tablet is let in", func() bool { return w.who(tablet) == "carol" })
	if p = w.plan("carol", line(newKey(t))); p.File != "carol@github-2.pub" {
		t.Errorf("the third file is %s", p.File)
	}
	if p = w.plan("carol", line(tablet)); p.Fresh() != 0 || w.Keep(t.Context(), p) == nil {
		t.Errorf("nothing new was written: %+v", p)
	}
}

// An import gives nobody else's key or name away.
func TestImportTakesNothingFromOthers(t *testing.T) {
	t.Parallel()
	w := owned(t, ByInvite)
	hers := newKey(t)
	if _, err := w.Add(t.Context(), name(t, "alice"), "more", line(hers)); err != nil {
		t.Fatal(err)
	}
	if p := w.plan("mallory", line(hers)); p.Fresh() != 0 || !strings.Contains(p.Keys[0].Why, "somebody else's") {
		t.Errorf("the plan is %+v", p)
	}
	lookalike, err := text.ParseName("a1ice")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.PlanImport(lookalike, "github", "x", []byte(line(newKey(t)))); err == nil || !strings.Contains(err.Error(), "looks like alice") {
		t.Errorf("a lookalike: %v", err)
	}
	for what, data := range map[string]string{"nothing": "", "a page": strings.Repeat("<p>", maxFile)} {
		if p, err := w.PlanImport(name(t, "dave"), "github", "x", []byte(data)); err == nil {
			t.Errorf("%s: %+v", what, p)
		}
	}
	if p := w.plan("dave", "<html>\n"); p.Fresh() != 0 || len(p.Lines) != 1 {
		t.Errorf("a page: %+v", p)
	}
}
