package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
)

func sshConfig(env *testscript.Env) string {
	return fmt.Sprintf(`Host *
  HostName 127.0.0.1
  Port %s
  StrictHostKeyChecking no
  UserKnownHostsFile %s/known_hosts
  IdentitiesOnly yes
  IdentityFile none
  IdentityAgent none
  LogLevel INFO
  ConnectTimeout 15
`, env.Getenv("SSH_PORT"), env.WorkDir)
}

// cmdKey makes a key: key NAME [TYPE [BITS]] writes id/NAME and id/NAME.pub.
func cmdKey(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: key NAME [TYPE [BITS]]")
	}
	ts.Check(os.MkdirAll(ts.MkAbs("id"), 0o700))
	argv := []string{"-q", "-N", "", "-C", args[0] + "@test", "-f", ts.MkAbs("id/" + args[0])}
	if len(args) > 1 {
		argv = append(argv, "-t", args[1])
	} else {
		argv = append(argv, "-t", "ed25519")
	}
	if len(args) > 2 {
		argv = append(argv, "-b", args[2])
	}
	out, err := exec.Command("ssh-keygen", argv...).CombinedOutput()
	if err != nil {
		ts.Fatalf("ssh-keygen: %v: %s", err, out)
	}
}

// cmdAdmit makes keys where there are none and drops them into the server's
// folder: admit alice bob@phone. It waits until a running server has noticed.
func cmdAdmit(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(os.MkdirAll(ts.MkAbs("keys"), 0o755))
	for _, name := range args {
		if _, err := os.Stat(ts.MkAbs("id/" + name)); err != nil {
			cmdKey(ts, false, []string{name})
		}
		pub, before := ts.ReadFile("id/"+name+".pub"), letIn(ts, name)
		ts.Check(os.WriteFile(ts.MkAbs("keys/"+name+".pub"), []byte(pub), 0o644))
		if worldOf(ts).server != nil {
			until(ts, "the server to let in "+name, func() (bool, string) {
				return letIn(ts, name) > before, ""
			})
		}
	}
}

// letIn counts how often the server has let in the key in a file.
func letIn(ts *testscript.TestScript, name string) int {
	if worldOf(ts).server == nil {
		return 0
	}
	said := regexp.MustCompile(`(?m)msg="key let in".* file=` + regexp.QuoteMeta(name) + `\.pub$`)
	return len(said.FindAllString(ts.ReadFile("server.log"), -1))
}

// sshArgs is the command line for somebody's ssh. WHO is the name of a key in
// id/, which is also the user name up to an @; or USER/KEY where they differ.
func sshArgs(ts *testscript.TestScript, who string) []string {
	user, key, ok := strings.Cut(who, "/")
	if !ok {
		key = who
		user, _, _ = strings.Cut(who, "@")
	}
	argv := []string{"-F", ts.MkAbs("ssh_config"), "-l", user}
	if _, err := os.Stat(ts.MkAbs("id/" + key)); err == nil {
		argv = append(argv, "-i", ts.MkAbs("id/"+key))
	}
	return argv
}

// cmdAs runs ssh as somebody: as WHO [<FILE] [SSH OPTIONS] parley [COMMAND…].
// The output can be checked with stdout, stderr and status.
func cmdAs(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: as WHO [<FILE] [OPTIONS] HOST [COMMAND…]")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	who, rest := args[0], args[1:]
	var stdin []byte
	if file, ok := strings.CutPrefix(rest[0], "<"); ok {
		stdin, rest = []byte(ts.ReadFile(file)), rest[1:]
	}
	cmd := exec.CommandContext(ctx, "ssh", append(sshArgs(ts, who), rest...)...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Stdin = bytes.NewReader(stdin)
	cmd.Stdout, cmd.Stderr = ts.Stdout(), ts.Stderr()
	err := cmd.Run()
	w := worldOf(ts)
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		ts.Fatalf("ssh was still running after %v\n%s", 2*patience, w.server.tail())
	case err != nil && !errors.As(err, &exit):
		ts.Fatalf("ssh: %v", err)
	}
	w.status = cmd.ProcessState.ExitCode()
	switch {
	case err != nil && !neg:
		ts.Fatalf("ssh ended with status %d\n%s", w.status, w.server.tail())
	case err == nil && neg:
		ts.Fatalf("ssh succeeded, and should not have")
	}
}

// cmdStatus checks the exit status of the last ssh: status 77
func cmdStatus(ts *testscript.TestScript, neg bool, args []string) {
	if got := fmt.Sprint(worldOf(ts).status); (got == args[0]) == neg {
		ts.Fatalf("ssh ended with status %s", got)
	}
}

// cmdStuck runs ssh in the background and suspends it (SIGSTOP) as soon as it
// has printed something: stuck WHO [OPTIONS] HOST COMMAND…
func cmdStuck(ts *testscript.TestScript, neg bool, args []string) {
	out, err := os.CreateTemp(ts.MkAbs("."), "stuck")
	ts.Check(err)
	defer out.Close()
	cmd := exec.Command("ssh", append(sshArgs(ts, args[0]), args[1:]...)...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Stdout = out
	_, err = cmd.StdinPipe() // open, so that input does not end
	ts.Check(err)
	ts.Check(cmd.Start())
	w := worldOf(ts)
	w.stuck = append(w.stuck, cmd.Process)
	go func() { _ = cmd.Wait() }()
	until(ts, "ssh to print something\n", func() (bool, string) {
		info, err := out.Stat()
		return err == nil && info.Size() > 0, fmt.Sprint(err)
	})
	ts.Check(cmd.Process.Signal(syscall.SIGSTOP))
}

// cmdClient makes commands of people for shell scripts and for what runs in the background: client ana writes bin/ana, and
// "exec ana tail -f &t&" is "ssh -l ana parley tail -f".
func cmdClient(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(os.MkdirAll(ts.MkAbs("bin"), 0o755))
	for _, who := range args {
		line := "#!/bin/sh\nexec ssh"
		for _, arg := range sshArgs(ts, who) {
			line += " '" + arg + "'"
		}
		ts.Check(os.WriteFile(ts.MkAbs("bin/"+who), []byte(line+" $SSH_OPTIONS parley \"$@\"\n"), 0o755))
	}
	if path := ts.Getenv("PATH"); !strings.HasPrefix(path, ts.MkAbs("bin")) {
		ts.Setenv("PATH", ts.MkAbs("bin")+string(os.PathListSeparator)+path)
	}
}
