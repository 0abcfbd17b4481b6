package main

import (
	"parley/config"

	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// certificatesOf says where those of the web listener come from; "" where it has none.
func certificatesOf(cfg *config.Config) string {
	switch {
	case cfg.Web.Listen == "":
		return ""
	case cfg.Web.TLS.Cert != "":
		return ", TLS by " + cfg.Web.TLS.Cert
	case cfg.Web.TLS.On():
		return ", TLS by ACME for " + strings.Join(cfg.Web.TLS.ACME, ", ")
	}
	return ""
}

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
				{"ssh", cfg.SSH.Listen}, {"tcp echo", cfg.TCP.Echo}, {"tcp chat", cfg.TCP.Chat}, {"metrics", cfg.Metrics.Listen}, {"web", cfg.Web.Listen + certificatesOf(cfg)},
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
