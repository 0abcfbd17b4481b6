package sshd

import (
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"
)

// stranger is a place and a key that nobody there knows.
func stranger(t *testing.T) (*place, gossh.Signer) {
	return startPlace(t, nil), newSigner(t, "ed25519")
}

func TestStrangerComesInWithAnInviteCode(t *testing.T) {
	p, key := stranger(t)
	p.keys.codes["SESAME"] = true
	ch, _ := shell(t, p.dial("nora", key), "xterm", 80, 24)
	got := readUntil(t, ch, "Code or knock: ")
	for _, want := range []string{
		"chat that anyone with an SSH key can enter.\r\n",
		gossh.FingerprintSHA256(key.PublicKey()),
		"The name nora is free for you.\r\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing from %q", want, got)
		}
	}
	send(t, ch, "OPEN\r")
	readUntil(t, ch, "That code is not valid")
	send(t, ch, "SEX\x7fSA\x1b[DME\rtyped ahead\r")
	got = readUntil(t, ch, "typed ahead\r")
	if !strings.Contains(got, "SEX\b \bSAME\r\n") || !strings.Contains(got, "view nora 80x24") {
		t.Errorf("screen: %q", got)
	}
	if len(p.keys.codes) != 0 {
		t.Error("the code can be used again")
	}
}

func TestStrangerWithATakenNameIsToldToChooseAnother(t *testing.T) {
	p, _ := stranger(t)
	p.member("bob")
	p.keys.codes["SESAME"] = true
	c := p.openssh()
	c.key("ed25519")
	_, screen, _ := c.run("", "bob", "-o", "LogLevel=INFO", "--")
	for _, want := range []string{"the name bob is taken", "ssh NAME@HOST", "/keys add"} {
		if !strings.Contains(screen, want) {
			t.Errorf("%q is missing from %q", want, screen)
		}
	}
	out, errs, status := c.run("SESAME\r", "bobby", "-tt", "--")
	if !strings.Contains(out, "view bobby") || status != 0 {
		t.Errorf("out %q err %q status %d", out, errs, status)
	}
}

func TestStrangerWhoseNameWasTakenMeanwhileChoosesAnother(t *testing.T) {
	p, key := stranger(t)
	p.keys.codes["SESAME"] = true
	c := p.dial("bob", key)
	p.member("bob")
	ch, _ := shell(t, c, "xterm", 80, 24)
	readUntil(t, ch, "The name bob is taken: choose another one.\r\nName: ")
	send(t, ch, "bob\r")
	readUntil(t, ch, "The name bob is taken: choose another one.\r\nName: ")
	send(t, ch, "bobby\rSESAME\r")
	readUntil(t, ch, "view bobby")
}

func TestStrangerKnocksAndIsLetStraightIn(t *testing.T) {
	p, key := stranger(t)
	ch, _ := shell(t, p.dial("nora", key), "xterm", 80, 24)
	readUntil(t, ch, "Code or knock: ")
	send(t, ch, "Knock\r")
	readUntil(t, ch, "/approve nora")
	if n := p.server.strangers(); n != 1 {
		t.Errorf("a waiting stranger counts as %d", n)
	}
	eventually(t, "the knock", func() bool { return p.keys.answer(true) == nil })
	readUntil(t, ch, "view nora")
	if n := p.server.strangers(); n != 0 {
		t.Errorf("somebody who was let in counts as a stranger: %d", n)
	}
}

func TestStrangerIsTurnedAwayPolitely(t *testing.T) {
	p, key := stranger(t)
	ch, reqs := shell(t, p.dial("nora", key), "xterm", 80, 24)
	send(t, ch, "knock\r")
	eventually(t, "the knock", func() bool { return p.keys.answer(false) == nil })
	if got := readUntil(t, ch.Stderr(), "\n"); !strings.HasPrefix(got, "You were not let in this time") {
		t.Errorf("said %q", got)
	}
	if got := exitStatus(t, reqs); got != exitNoPerm {
		t.Errorf("exit status %d", got)
	}
}

func TestStrangerMayNotGuessCodesForEver(t *testing.T) {
	p, key := stranger(t)
	ch, reqs := shell(t, p.dial("nora", key), "xterm", 80, 24)
	send(t, ch, strings.Repeat("wrong\r", strangerCodes))
	readUntil(t, ch.Stderr(), "too many wrong codes")
	if got := exitStatus(t, reqs); got != exitNoPerm {
		t.Errorf("exit status %d", got)
	}
}

func TestStrangerMayNotFillTheServersMemory(t *testing.T) {
	p, key := stranger(t)
	ch, reqs := shell(t, p.dial("nora", key), "xterm", 80, 24)
	send(t, ch, "knock\r")
	readUntil(t, ch, "/approve nora")
	send(t, ch, strings.Repeat("x", 2*strangerBytes))
	if got := exitStatus(t, reqs); got != ErrTyping.Status {
		t.Errorf("exit status %d", got)
	}
}

func TestStrangerThroughAPipe(t *testing.T) {
	p, _ := stranger(t)
	p.keys.codes["SESAME"] = true
	c := p.openssh()
	c.key("ed25519")
	out, errs, status := c.run("SESAME\nhello\n", "nora", "-T", "--")
	if !strings.HasSuffix(out, "plain nora\nhello\n") || status != 0 {
		t.Errorf("out %q err %q status %d", out, errs, status)
	}
}

func TestStrangerThroughAPipeWithoutNewline(t *testing.T) {
	p, _ := stranger(t)
	p.keys.codes["SESAME"] = true
	c := p.openssh()
	c.key("ed25519")
	out, errs, status := c.run("SESAME", "nora", "-T", "--")
	if !strings.HasSuffix(out, "plain nora\n") || status != 0 {
		t.Errorf("out %q err %q status %d", out, errs, status)
	}
}

func TestStrangerKnocksThroughAPipe(t *testing.T) {
	p, _ := stranger(t)
	c := p.openssh()
	c.key("ed25519")
	_, errs, status := c.run("knock\n", "nora", "-T", "--")
	if !strings.Contains(errs, "Your knock stays") || status != exitNoPerm {
		t.Errorf("err %q status %d", errs, status)
	}
	if p.keys.answer(true) != nil {
		t.Error("the knock was not left")
	}
	out, _, status := c.run("", "nora", "-T", "--")
	if out != "plain nora\n" || status != 0 {
		t.Errorf("after the approval: %q, status %d", out, status)
	}
}

func TestStrangerRegistersByCommand(t *testing.T) {
	p, _ := stranger(t)
	p.keys.codes["SESAME"] = true
	c := p.openssh()
	c.key("ed25519")
	for _, step := range []struct {
		command string
		status  int
		want    string // on either stream
	}{
		{"who", exitNoPerm, "Register with: ssh HOST register NAME [CODE]"},
		{"register", exitNoPerm, "Register with"},
		{"register nora", exitNoPerm, "An invite code is needed"},
		{"register nora WRONG", exitNoPerm, "That code is not valid"},
		{"register nora SESAME", 0, "Welcome to Parley, nora"},
		{"who am i", 3, "exec nora: who am i"},
	} {
		out, errs, status := c.run("", "whoever", "--", step.command)
		if status != step.status || !strings.Contains(out+errs, step.want) {
			t.Errorf("%s: out %q err %q status %d", step.command, out, errs, status)
		}
	}
}

func TestFirstKeyOverLoopbackIsTheOwner(t *testing.T) {
	p, key := stranger(t)
	p.keys.fresh = true
	ch, _ := shell(t, p.dial("nora", key), "xterm", 80, 24)
	got := readUntil(t, ch, "view nora")
	if strings.Contains(got, "Code") {
		t.Errorf("asked for a code: %q", got)
	}
	if !strings.Contains(p.log.String(), "role=owner") {
		t.Errorf("log: %s", p.log)
	}
}

func TestOpenRegistrationLetsAFreeNameIn(t *testing.T) {
	p, key := stranger(t)
	p.keys.open = true
	ch, _ := shell(t, p.dial("nora", key), "xterm", 80, 24)
	readUntil(t, ch, "view nora")
}

func TestClosedServerSaysSo(t *testing.T) {
	p, key := stranger(t)
	p.keys.closed = true
	ch, reqs := shell(t, p.dial("nora", key), "xterm", 80, 24)
	readUntil(t, ch.Stderr(), "This server is closed")
	if got := exitStatus(t, reqs); got != exitNoPerm {
		t.Errorf("exit status %d", got)
	}
}

func TestHostileNameOfAStrangerIsNotShown(t *testing.T) {
	p, key := stranger(t)
	p.keys.lenient = true
	ch, _ := shell(t, p.dial("no\x1b]0;pwn\x07ra", key), "xterm", 80, 24)
	screen := readUntil(t, ch, "Name: ")
	send(t, ch, "\u009b31m\u202eevil\x1b[2J\r")
	screen += readUntil(t, ch, "Name: ")
	if strings.ContainsAny(screen+p.log.String(), "\x1b\x07\u009b\u202e") {
		t.Errorf("screen %q log %q", screen, p.log)
	}
}

func send(t testing.TB, ch gossh.Channel, s string) {
	t.Helper()
	if _, err := ch.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
}

func (s *Server) strangers() int {
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	return s.gate.strange
}

func TestCommandOfAStrangerWhereNothingIsAsked(t *testing.T) {
	p, _ := stranger(t)
	p.keys.open = true
	c := p.openssh()
	c.key("ed25519")
	out, errs, status := c.run("", "nora", "--", "who am i")
	if want := "exec nora: who am i"; !strings.Contains(out, want) || !strings.Contains(errs, "Welcome to Parley, nora") || status != 3 {
		t.Errorf("out %q err %q status %d, want %q", out, errs, status, want)
	}
}
