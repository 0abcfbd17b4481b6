package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"parley/config"
	"parley/keys"
	"parley/text"
)

func newKeys(file *string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "keys",
		Short: "List the identities in the key folder and what is wrong with its files",
		Long:  "Keys reads the folder as the server would and lists each key: name, device, type, fingerprint, file. It may run beside the server and changes nothing. The exit status is 1 if a file is refused.",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := config.Load(*file)
			if err != nil {
				return err
			}
			ring, err := keys.Read(cmd.Context(), keyOptions(cfg, blank{}, slog.New(slog.DiscardHandler)))
			if err != nil {
				return err
			}
			defer ring.Close()
			if err := listKeys(cmd.OutOrStdout(), ring); err != nil {
				return err
			}
			problems := ring.Problems()
			for _, p := range problems {
				fmt.Fprintln(cmd.ErrOrStderr(), p)
			}
			if len(problems) > 0 {
				return fmt.Errorf("%d of the files in %s admit nobody", len(problems), cfg.Keys.Dir)
			}
			return nil
		},
	}
	cmd.AddCommand(newKeysImport(file))
	return cmd
}

func listKeys(out io.Writer, ring *keys.Keyring) error {
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	for _, name := range ring.Names() {
		for _, k := range ring.Keys(name) {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", name, k.Device, k.Type, k.Fingerprint, k.File)
		}
	}
	return w.Flush()
}

// blank is a ledger that remembers nothing: what the files alone say.
type blank struct{}

func (blank) ClaimName(context.Context, keys.NameClaim) error { return nil }
func (blank) NameOf(context.Context, string) (keys.NameClaim, bool, error) {
	return keys.NameClaim{}, false, nil
}
func (blank) SetRole(context.Context, text.Name, keys.Role) error { return nil }
func (blank) Claims(context.Context) ([]keys.NameClaim, error)    { return nil, nil }
func (blank) PutInvite(context.Context, keys.InviteRecord) error  { return keys.ErrClosed }
func (blank) PutKnock(context.Context, keys.Knock) error          { return keys.ErrClosed }
func (blank) DeleteKnock(context.Context, string) error           { return nil }
func (blank) Knocks(context.Context) ([]keys.Knock, error)        { return nil, nil }
func (blank) Fact(context.Context, string) (string, error)        { return "", nil }
func (blank) SetFact(context.Context, string, string) error       { return nil }
func (blank) TakeInvite(context.Context, [32]byte, string, time.Time) (keys.InviteRecord, error) {
	return keys.InviteRecord{}, keys.ErrCode
}
