package main

import (
	"parley/config"

	"fmt"

	"github.com/spf13/cobra"
)

func newCheck(file *string) *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Check the config file and say what it means",
		Long:  "Check reads the config file as the server would. It changes nothing, and ends with status 1 and one sentence if something is wrong.",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := config.Load(*file)
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			fmt.Fprintf(out, "%s is fine\n", *file)
			for _, l := range []struct{ what, addr string }{
				{"ssh", cfg.SSH.Listen}, {"tcp echo", cfg.TCP.Echo}, {"tcp chat", cfg.TCP.Chat}, {"metrics", cfg.Metrics.Listen}, {"web", cfg.Web.Listen},
			} {
				if l.addr == "" {
					l.addr = "off"
				}
				fmt.Fprintf(out, "  %-10s %s\n", l.what, l.addr)
			}
			fmt.Fprintf(out, "  %-10s %s\n  %-10s %s, registration %s\n", "data", cfg.Data, "keys", cfg.Keys.Dir, cfg.Keys.Registration)
			return nil
		},
	}
}
