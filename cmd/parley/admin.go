package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"os/user"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"parley/config"
	"parley/view/plain"
)

// exitStatus is the status of a command that has said itself what there is to say.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

func newAdmin(file *string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "admin COMMAND…",
		Short: "Run a command of the chat as the operator of this machine",
		Long: "Admin runs any command of the chat, as ssh HOST COMMAND does, with the rights of an owner and the name operator: nobody can lock out who works at the machine. " +
			"While the server runs it connects to the socket in the data folder, otherwise it opens the database itself. Run it as the user of the server.\n\n" +
			"  parley admin help                             the commands\n" +
			"  parley admin keys add NAME < key.pub          let a key in, whatever the registration is\n" +
			"  parley admin role NAME owner                  make somebody an owner\n" +
			"  parley admin unban NAME                       lift a ban of the server\n" +
			"  parley admin defcon 5                         open the doors again",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{"help"}
			}
			cfg, err := config.Load(*file)
			if err != nil {
				return err
			}
			a := admin{file: *file, cfg: cfg, in: cmd.InOrStdin(), out: cmd.OutOrStdout(), errout: cmd.ErrOrStderr()}
			status, err := a.run(cmd.Context(), strings.Join(args, " "))
			if err == nil && status != 0 {
				err = exitStatus(status)
			}
			return err
		},
	}
	cmd.Flags().SetInterspersed(false) // what follows the first word is the chat's
	return cmd
}

// admin is one command of the operator on its way.
type admin struct {
	file        string
	cfg         *config.Config
	in          io.Reader
	out, errout io.Writer
}

// run has the running server execute a command, and where none runs executes it itself.
func (a *admin) run(ctx context.Context, command string) (status int, err error) {
	conn, err := dialSocket(ctx, a.cfg.Data)
	switch {
	case err == nil:
		defer conn.Close()
		return a.ask(conn, command)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, errSocketPath):
		return a.alone(ctx, command) // nobody listens
	case errors.Is(err, fs.ErrPermission):
		return 0, fmt.Errorf("the server's data folder %s belongs to %s: run this as that user", a.cfg.Data, ownerOf(a.cfg.Data))
	}
	return 0, fmt.Errorf("the server's socket in %s cannot be used: %w", a.cfg.Data, err)
}

// ask has the server run the command.
func (a *admin) ask(conn net.Conn, command string) (status int, err error) {
	request, err := json.Marshal(asked{Command: command, Env: localeOf()})
	if err != nil {
		return 0, err
	}
	frames := &frameWriter{w: conn}
	if err := frames.frame(frameRequest, request); err != nil {
		return 0, fmt.Errorf("the server does not take the command: %w", err)
	}
	var data []byte
	for {
		var kind frameKind
		if kind, data, err = readFrame(conn, data); err != nil {
			return 0, errors.New("the server did not finish its answer: it may be busy or stopping; its log may say why")
		}
		switch kind {
		case frameOut:
			_, err = a.out.Write(data)
		case frameErr:
			_, err = a.errout.Write(data)
		case frameWant:
			go a.feed(frames)
		case frameStatus:
			if len(data) == 1 {
				return int(data[0]), nil
			}
			err = errFrame
		default:
			err = errFrame
		}
		if err != nil {
			return 0, fmt.Errorf("the server's answer cannot be shown: %w", err)
		}
	}
}

// feed sends standard input. It may be left reading when the command is done, as any program is whose output nobody wants any more.
func (a *admin) feed(frames *frameWriter) {
	if _, err := io.Copy(frames.stream(frameIn), a.in); err == nil {
		_ = frames.frame(frameIn, nil) // the server that has gone is noticed by who waits for its answer
	}
}

// alone opens the database, which is refused while a server has it.
func (a *admin) alone(ctx context.Context, command string) (status int, err error) {
	if uid, ok := uidOf(a.cfg.Data); ok && uid != os.Geteuid() {
		return 0, fmt.Errorf("the server's data folder %s belongs to %s: run this as that user, so that the server can still write what is in it", a.cfg.Data, ownerOf(a.cfg.Data))
	}
	quiet := *a.cfg
	quiet.Log.Level = slog.LevelError
	s, err := newCore(ctx, a.file, &quiet, a.errout)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.close(ctx)) }()
	return plain.Exec(ctx, operatorOptions(s.table(nil), localeOf()), command, a.in, a.out, a.errout), nil
}

// localeOf is the part of the environment that says in which language somebody reads.
func localeOf() map[string]string {
	env := map[string]string{}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		env[name] = os.Getenv(name)
	}
	return env
}

// uidOf is the user that a file belongs to.
func uidOf(path string) (uid int, ok bool) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, false
	}
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(s.Uid), true
}

// ownerOf names the user that a file belongs to.
func ownerOf(path string) string {
	uid, ok := uidOf(path)
	if !ok {
		return "another user"
	}
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return u.Username
	}
	return "user " + strconv.Itoa(uid)
}
