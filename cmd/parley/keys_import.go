package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"parley/config"
	"parley/keys"
	"parley/text"
)

const (
	// fetchTime is how long a server that is asked for keys may take in all.
	fetchTime = 20 * time.Second
	// maxFetched is the most that is read of a source, in bytes; package keys refuses what is that long.
	maxFetched = 1 << 20
)

func newKeysImport(file *string) *cobra.Command {
	var as string
	var yes bool
	cmd := &cobra.Command{
		Use:   "import github:NAME|gitlab:NAME|URL|FILE",
		Short: "Add the public keys that somebody has published to the key folder",
		Long: "Import reads public keys, one a line, from github.com/NAME.keys, gitlab.com/NAME.keys, another https URL, a file, or - for standard input. It shows each key and what would " +
			"become of it, and asks before it writes a file into the key folder; a running server lets the keys in at once. Whoever controls the source decides who " +
			"may enter under that name, so compare the fingerprints with the person's own.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := config.Load(*file)
			if err != nil {
				return err
			}
			return importKeys(cmd, cfg, args[0], as, yes)
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "the `name` here; by default that of the source")
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return cmd
}

func importKeys(cmd *cobra.Command, cfg *config.Config, from, as string, yes bool) error {
	ctx, out := cmd.Context(), cmd.OutOrStdout()
	src, err := parseSource(from)
	if err != nil {
		return err
	}
	if as == "" {
		as = src.name
	}
	name, err := text.ParseName(as)
	if err != nil {
		return fmt.Errorf("%s cannot be a name here (%w): give one with --as", text.Quote(as), err)
	}
	data, err := src.read(ctx, cmd.InOrStdin())
	if err != nil {
		return err
	}
	ring, err := keys.Read(ctx, keyOptions(cfg, blank{}, slog.New(slog.DiscardHandler)))
	if err != nil {
		return err
	}
	defer ring.Close()
	plan, err := ring.PlanImport(name, src.device, src.shown, data)
	if err != nil {
		return err
	}
	showImport(out, plan, src.shown)
	if plan.Fresh() == 0 {
		return fmt.Errorf("%s has no key that could be added", src.shown)
	}
	where := filepath.Join(cfg.Keys.Dir, plan.File)
	if !yes {
		if src.stdin {
			return errors.New("the keys came from standard input, so nobody can be asked there: look at them, and add --yes to keep them")
		}
		fmt.Fprintf(out, "Write %s? [y/N] ", where)
		answer, _ := bufio.NewReader(cmd.InOrStdin()).ReadString('\n')
		if a := strings.ToLower(strings.TrimSpace(answer)); a != "y" && a != "yes" {
			return errors.New("nothing was written")
		}
	}
	if err := ring.Keep(ctx, plan); err != nil {
		return err
	}
	fmt.Fprintf(out, "wrote %s\n", where)
	return nil
}

// showImport lists the keys of an import and what would become of each.
func showImport(out io.Writer, p *keys.Import, source string) {
	who := fmt.Sprintf("more keys for %s", p.Name)
	if p.New {
		who = fmt.Sprintf("%s, who is new here", p.Name)
	}
	fmt.Fprintf(out, "%s: %s\n", source, who)
	for _, k := range p.Keys {
		sign, why := "+", ""
		if k.Why != "" {
			sign, why = "-", ": "+k.Why
		}
		fmt.Fprintf(out, "%s %s %s %s%s\n", sign, k.Type, k.Fingerprint, k.Comment, why)
	}
	for _, l := range p.Lines {
		fmt.Fprintf(out, "- %s\n", l)
	}
}

// source is where keys are imported from.
type source struct {
	shown  string // for people
	name   string // of whose keys they are, "" if it does not say
	device string // for the name of a file
	url    string // one of url, path and stdin is set
	path   string
	stdin  bool
}

// The names that the two services give out.
var (
	githubName = regexp.MustCompile(`^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$`)
	gitlabName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}$`)
)

// parseSource reads the argument of an import.
func parseSource(from string) (source, error) {
	if name, ok := strings.CutPrefix(from, "github:"); ok {
		if !githubName.MatchString(name) {
			return source{}, fmt.Errorf("%s is no name that GitHub gives out: write github:NAME", text.Quote(name))
		}
		return source{shown: from, name: name, device: "github", url: "https://github.com/" + name + ".keys"}, nil
	}
	if name, ok := strings.CutPrefix(from, "gitlab:"); ok {
		if !gitlabName.MatchString(name) {
			return source{}, fmt.Errorf("%s is no name that GitLab gives out: write gitlab:NAME", text.Quote(name))
		}
		return source{shown: from, name: name, device: "gitlab", url: "https://gitlab.com/" + name + ".keys"}, nil
	}
	switch {
	case from == "-":
		return source{shown: "standard input", device: "import", stdin: true}, nil
	case strings.Contains(from, "://"):
		u, err := url.Parse(from)
		if err != nil || u.Host == "" {
			return source{}, fmt.Errorf("%s is not a URL: write https://HOST/PATH", text.Quote(from))
		}
		if err := mayFetch(u); err != nil {
			return source{}, err
		}
		return source{shown: u.Redacted(), name: stem(u.Path), device: "import", url: u.String()}, nil
	}
	return source{shown: from, name: stem(from), device: "import", path: from}, nil
}

// stem is the name that a file of keys has: ana of /x/ana.keys, ana.pub or ana.
func stem(path string) string {
	base := filepath.Base(path)
	name, _, _ := strings.Cut(strings.TrimSuffix(base, filepath.Ext(base)), "@")
	return name
}

// mayFetch refuses what others on the way could change.
func mayFetch(u *url.URL) error {
	host := net.ParseIP(u.Hostname())
	if u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || host != nil && host.IsLoopback()) {
		return nil
	}
	return fmt.Errorf("keys from %s could be changed on the way: use https", text.Quote(u.Redacted()))
}

// read returns what the source says, a bounded part of it.
func (s *source) read(ctx context.Context, stdin io.Reader) ([]byte, error) {
	switch {
	case s.stdin:
		return readAll(s.shown, stdin)
	case s.path != "":
		f, err := os.Open(s.path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return readAll(s.shown, f)
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url, nil)
	if err != nil {
		return nil, err
	}
	client := &http.Client{CheckRedirect: func(next *http.Request, via []*http.Request) error {
		if len(via) > 3 {
			return errors.New("it redirects too often")
		}
		return mayFetch(next.URL)
	}}
	resp, err := client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", s.shown, err)
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK:
		return readAll(s.shown, resp.Body)
	case http.StatusNotFound:
		return nil, fmt.Errorf("%s is not there: check the name", s.shown)
	}
	return nil, fmt.Errorf("%s answers %s", s.shown, resp.Status)
}

func readAll(what string, r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFetched))
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", what, err)
	}
	return data, nil
}
