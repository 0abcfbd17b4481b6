package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// run executes the program and returns its exit status: 0, 1 after an error, which
// has been printed as one sentence, or what a command of the chat ended with.
func run(args []string, out, errout io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errout)
	if err := root.ExecuteContext(context.Background()); err != nil {
		var said exitStatus
		if errors.As(err, &said) {
			return int(said)
		}
		fmt.Fprintf(errout, "parley: %v\n", err)
		return 1
	}
	return 0
}

// newRoot builds the command line. Without a subcommand the program serves.
func newRoot() *cobra.Command {
	var file string
	root := &cobra.Command{
		Use:           "parley",
		Short:         "Chat that anyone with an SSH key can enter",
		Long:          "Parley serves chat rooms over ssh. Without a command it serves as the config file says.",
		Args:          noArguments,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return serve(cmd.Context(), file, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return fmt.Errorf("%w: parley --help lists the flags", err) })
	root.PersistentFlags().StringVar(&file, "config", "config.yaml", "the config `FILE`")
	root.AddCommand(newCheck(&file), newKeys(&file), newBackup(&file), newAdmin(&file), newVersion())
	return root
}

func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("there is no command %q: parley --help lists them", args[0])
	}
	return nil
}
