package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets a script run the program itself, as the command parley.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"parley": main})
}

// TestScripts runs the end-to-end scripts against the real program with the
// real ssh, tmux and nc. Each script has its own server, folder and ports.
// docs/contributing.md lists the verbs.
func TestScripts(t *testing.T) {
	var free ports
	testscript.Run(t, testscript.Params{
		Dir:                 scriptDir,
		Setup:               func(env *testscript.Env) error { return setupScript(t, env, &free) },
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Condition:           condition,
		UpdateScripts:       updating(),
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"server": cmdServer,
			"seed":   cmdSeed,
			"lock":   cmdLock,
			"unlock": cmdUnlock,
			"http":   cmdHTTP,
			"sink":   cmdSink,

			"key":    cmdKey,
			"admit":  cmdAdmit,
			"as":     cmdAs,
			"status": cmdStatus,
			"stuck":  cmdStuck,
			"client": cmdClient,

			"term":   cmdTerm,
			"type":   cmdType,
			"press":  cmdPress,
			"paste":  cmdPaste,
			"see":    cmdSee,
			"unseen": cmdUnseen,
			"golden": cmdGolden,
			"resize": cmdResize,
			"freeze": cmdFreeze,
			"thaw":   cmdThaw,
			"hangup": cmdHangup,
			"ended":  cmdEnded,

			"via":     cmdVia,
			"midway":  cmdMidway,
			"mount":   cmdMount,
			"unmount": cmdUnmount,

			"until":  cmdUntil,
			"within": cmdWithin,
			"repeat": cmdRepeat,
		},
	})
}
