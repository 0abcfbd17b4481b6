package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// clientArgs are the options of scp, sftp and sshfs that make them somebody's.
func clientArgs(ts *testscript.TestScript, who, port string) []string {
	user, _, _ := strings.Cut(who, "@")
	return []string{"-F", ts.MkAbs("ssh_config"), "-o", "User=" + user, "-o", "IdentityFile=" + ts.MkAbs("id/"+who), "-o", "Port=" + port}
}

// cmdVia runs scp or sftp as somebody: via scp WHO FILE parley:general/, via sftp WHO -b BATCH parley. The output can be checked
// with stdout and stderr, the exit status with status.
func cmdVia(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 3 {
		ts.Fatalf("usage: via scp|sftp WHO ARGS…")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], append(clientArgs(ts, args[1], ts.Getenv("SSH_PORT")), args[2:]...)...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Stdout, cmd.Stderr = ts.Stdout(), ts.Stderr()
	err := cmd.Run()
	w := worldOf(ts)
	w.status = cmd.ProcessState.ExitCode()
	switch {
	case ctx.Err() != nil:
		ts.Fatalf("%s was still running after %v\n%s", args[0], 3*patience, w.server.tail())
	case err != nil && !neg:
		ts.Fatalf("%s: %v\n%s", args[0], err, w.server.tail())
	case err == nil && neg:
		ts.Fatalf("%s succeeded, and should not have", args[0])
	}
}

// cmdMidway runs scp or sftp as somebody through a network that passes so many bytes to the server: midway BYTES kill|cut|vanish|interrupt
// scp|sftp WHO ARGS… Then, kill: the client is killed (SIGKILL). cut: both ends learn that the connection is lost.
// vanish: the client learns it and the server does not. interrupt: somebody presses Ctrl-C, and the network goes on.
func cmdMidway(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 5 {
		ts.Fatalf("usage: midway BYTES kill|cut|vanish scp|sftp WHO ARGS…")
	}
	limit, err := strconv.ParseInt(args[0], 10, 64)
	ts.Check(err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	cmd := exec.Command(args[2], append(clientArgs(ts, args[3], port), args[4:]...)...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Stdout, cmd.Stderr = ts.Stdout(), ts.Stderr()
	ts.Check(cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	client, err := l.Accept()
	ts.Check(err)
	server, err := net.Dial("tcp", "127.0.0.1:"+ts.Getenv("SSH_PORT"))
	ts.Check(err)
	go func() { _, _ = io.Copy(client, server) }()
	full := make(chan error, 1)
	go func() {
		_, err := io.CopyN(server, client, limit)
		full <- err
	}()
	w := worldOf(ts)
	select {
	case err := <-full:
		ts.Check(err)
	case err := <-ended:
		ts.Fatalf("%s ended before %d bytes had passed: %v\n%s", args[2], limit, err, w.server.tail())
	}
	switch args[1] {
	case "kill":
		ts.Check(cmd.Process.Kill())
		ts.Check(errors.Join(client.Close(), server.Close()))
	case "cut":
		ts.Check(errors.Join(client.Close(), server.Close()))
	case "vanish":
		ts.Check(client.Close())
		w.lost = append(w.lost, server)
	case "interrupt":
		ts.Check(cmd.Process.Signal(os.Interrupt))
		_, _ = io.Copy(server, client) // until the client ends
		ts.Check(server.Close())
	}
	if err := <-ended; err == nil && args[1] != "interrupt" {
		ts.Fatalf("%s succeeded, and its connection was lost", args[2])
	}
}

// cmdMount mounts the rooms as somebody sees them with sshfs: mount WHO FOLDER. It is unmounted when the script ends.
func cmdMount(ts *testscript.TestScript, neg bool, args []string) {
	dir := ts.MkAbs(args[1])
	ts.Check(os.MkdirAll(dir, 0o700))
	who := args[0]
	out, err := exec.Command("sshfs", who+"@parley:/", dir, "-F", ts.MkAbs("ssh_config"), "-o", "IdentityFile="+ts.MkAbs("id/"+who)).CombinedOutput()
	if err != nil {
		ts.Fatalf("sshfs: %v: %s\n%s", err, out, worldOf(ts).server.tail())
	}
	worldOf(ts).mounts = append(worldOf(ts).mounts, dir)
}

// unmount ends the mounts of a script.
func (w *world) unmount() (err error) {
	for _, dir := range w.mounts {
		if out, failed := exec.Command("fusermount3", "-u", "-z", dir).CombinedOutput(); failed != nil {
			err = errors.Join(err, fmt.Errorf("%w: %s", failed, out))
		}
	}
	w.mounts = nil
	return err
}

// cmdUnmount ends all mounts: unmount.
func cmdUnmount(ts *testscript.TestScript, neg bool, args []string) { ts.Check(worldOf(ts).unmount()) }

// condition is what scripts can ask of the machine. [fuse] is false only where the system has no device for file systems in
// programs, as in many containers: where it has one, mounting has to work.
func condition(cond string) (bool, error) {
	if cond != "fuse" {
		return false, fmt.Errorf("nothing is known of %s", cond)
	}
	f, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0)
	if err != nil {
		return false, nil
	}
	return true, f.Close()
}
