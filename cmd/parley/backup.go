package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"parley/config"
	"parley/rooms/sqlite"
)

func newBackup(file *string) *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the database to a new file while the server runs",
		Long:  "Backup writes one consistent copy of all rooms, messages and identities to FILE, which must not exist. The server goes on meanwhile. To restore, stop the server and put the copy in the place of parley.db in the data folder. The key files and host keys are not in it: copy those folders too.",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("backup wants one FILE to write the copy to: parley backup FILE")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := config.Load(*file)
			if err != nil {
				return err
			}
			if err := sqlite.Backup(cmd.Context(), cfg.DatabasePath(), args[0]); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s written\n", args[0])
			return err
		},
	}
}
