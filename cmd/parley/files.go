package main

import (
	"context"
	"errors"
	"io"
	"strings"

	"parley/chat"
	"parley/sshd"
	"parley/tree"
)

// files serves the rooms as a tree of files, for sftp, scp and sshfs.
func (f *faces) files(ctx context.Context, t *sshd.Terminal) int {
	who := actor(t)
	f.arrive(ctx, t)
	person, err := f.rooms.Person(ctx, who)
	if err != nil {
		f.log.Warn("somebody's settings could not be read", "conn", t.Info.ID, "error", err)
	}
	if who.Proof, err = f.chat.Keys.Proof(t.Identity); err != nil {
		f.log.Warn("how somebody has come could not be noted", "conn", t.Info.ID, "error", err)
	}
	own := chat.Settings(person.Settings)
	err = tree.Serve(ctx, tree.Options{
		Rooms: f.rooms, Actor: who, Settings: own, Lang: own.Lang(t.Env), Zone: f.zone(t), Logs: f.logs, Log: f.log,
	}, t.In, t.Out, t.Err)
	if errors.Is(err, tree.ErrUnposted) {
		return 1
	}
	if err != nil {
		f.log.Info("what came over sftp was not its protocol", "conn", t.Info.ID, "error", err)
		return 1
	}
	return 0
}

// arrive lets somebody who is in no room yet into the default rooms.
func (f *faces) arrive(ctx context.Context, t *sshd.Terminal) {
	if inbox, err := f.rooms.Inbox(ctx, actor(t)); err == nil && len(inbox) == 0 {
		if session, _, err := f.enter(ctx, t); err == nil {
			session.Close()
		}
	}
}

// copied tells who copies with a program that runs its other half here why that half is not there, and reports whether it did.
func (f *faces) copied(t *sshd.Terminal) bool {
	env := chat.Settings(nil).Lang(t.Env)
	switch program, _, _ := strings.Cut(t.Command, " "); program {
	case "scp":
		_, _ = io.WriteString(t.Err, "parley: "+env.Text("this scp speaks the old protocol: use scp without -O, of OpenSSH 9.0 or later (or scp -s of 8.7), or sftp")+"\n")
	case "rsync":
		_, _ = io.WriteString(t.Err, "parley: "+env.Text("rsync runs a program on the other side, and there is none here: use scp or sftp, or rsync into an sshfs mount")+"\n")
	default:
		return false
	}
	return true
}
