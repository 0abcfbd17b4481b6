package sshd

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"unicode/utf8"

	gossh "golang.org/x/crypto/ssh"

	"parley/chat"
	"parley/keys"
	"parley/lang"
	"parley/text"
)

const (
	strangerChannels = 2        // sessions of a connection whose key belongs to nobody
	strangerBytes    = 16 << 10 // that a stranger may type before somebody knows them
	strangerCodes    = 5        // wrong codes on one connection
)

// enter says who the session belongs to; with a stranger that is talked over first. Without an
// identity, status is the exit status and everything is said.
func (x *session) enter() (id keys.Identity, status int) {
	id, err := x.conn.identify()
	switch {
	case err == nil:
		return id, 0
	case !errors.Is(err, keys.ErrStranger):
		x.say(x.sentence(err))
		return keys.Identity{}, exitNoPerm
	case x.conn.tooMany():
		return keys.Identity{}, x.bid(ErrCrowded, 0)
	case x.exec, x.files:
		return x.introduceCommand()
	}
	l := newLines(x)
	x.visitor = l // what is typed ahead belongs to the chat
	v := visit{x: x, l: l, key: x.conn.handshake.verified, name: x.conn.handshake.user}
	id, err = v.introduce(x.ctx)
	if err != nil {
		return keys.Identity{}, x.bid(err, exitNoPerm)
	}
	l.known()
	return id, 0
}

// The ways in which a visit ends without an identity; each is said to the visitor.
var (
	errLeft     = errors.New("goodbye: your key is welcome again when you have an invite code.")
	errDenied   = errors.New("you were not let in this time: somebody who is inside can send you an invite code.")
	errWaiting  = errors.New("your knock stays: connect again later to see whether you were let in.")
	errGuessing = errors.New("that were too many wrong codes: ask for a new one and connect again.")
)

// visit is a stranger's way in: lines asked and answered, on a terminal or through a pipe.
type visit struct {
	x     *session
	l     *lines
	key   gossh.PublicKey
	name  string
	wrong int // codes
}

// introduce goes from an unknown key to an identity.
func (v *visit) introduce(ctx context.Context) (keys.Identity, error) {
	greeted := false
	for {
		name, err := v.x.server.opts.Keys.Available(ctx, v.name)
		var bad *keys.NameError
		if err == nil {
			id, err := v.claim(ctx, name, "")
			if err == nil {
				return id, nil
			}
			if !errors.As(err, &bad) {
				if errors.Is(err, keys.ErrStranger) {
					v.greet(&greeted)
					v.l.say(v.x.words("The name %s is free for you.", name))
					return v.askCode(ctx, name)
				}
				return keys.Identity{}, err
			}
		} else if !errors.As(err, &bad) {
			return keys.Identity{}, err
		}
		v.greet(&greeted)
		v.l.say(v.x.sentence(bad))
		if v.name, err = v.l.ask(ctx, v.x.words("Name: ")); err != nil {
			return keys.Identity{}, err
		}
		if v.name == "" {
			return keys.Identity{}, errLeft
		}
	}
}

// greet says what this place is, once.
func (v *visit) greet(greeted *bool) {
	if *greeted {
		return
	}
	*greeted = true
	v.l.say(v.x.words("This is %s: chat that anyone with an SSH key can enter.", v.x.server.name()))
	v.l.say(v.x.words("Nobody here knows your key yet:"))
	v.l.say(v.x.conn.handshake.fingerprint) // on a row of its own, for terminals of 60 columns
}

// askCode takes an invite code, the owner's code, or a knock.
func (v *visit) askCode(ctx context.Context, name text.Name) (keys.Identity, error) {
	if v.x.server.opts.Keys.Fresh() {
		v.l.say(v.x.words("This server has no owner yet."))
		v.l.say(v.x.words("To become the owner, type the code that the server's start message shows."))
	} else {
		v.l.say(v.x.words("To come in, type the invite code that somebody gave you,"))
		v.l.say(v.x.words("or type knock to ask to be let in. An empty line leaves."))
	}
	for {
		answer, err := v.l.ask(ctx, v.x.words("Code or knock: "))
		switch {
		case err != nil:
			return keys.Identity{}, err
		case answer == "":
			return keys.Identity{}, errLeft
		case strings.EqualFold(answer, "knock"):
			return v.knock(ctx, name)
		}
		id, err := v.claim(ctx, name, answer)
		if !errors.Is(err, keys.ErrCode) {
			return id, err
		}
		if v.wrong++; v.wrong >= strangerCodes {
			return id, errGuessing
		}
		v.l.say(v.x.sentence(err))
	}
}

// claim makes the visitor an identity, if what the server allows and the code do.
func (v *visit) claim(ctx context.Context, name text.Name, code string) (keys.Identity, error) {
	c := v.x.conn
	id, err := v.x.server.opts.Keys.Claim(ctx, name.String(), v.key, code, c.addr)
	if err != nil {
		return keys.Identity{}, err
	}
	return v.in(id), nil
}

// in is where a visitor becomes somebody.
func (v *visit) in(id keys.Identity) keys.Identity {
	v.x.conn.known(id)
	v.x.conn.log(slog.LevelInfo, "registered", slog.String("name", id.Name.String()),
		slog.String("role", string(id.Role)), slog.String("fingerprint", id.Fingerprint))
	return id
}

// knock leaves a request and waits for its answer, for the end of input or of patience.
func (v *visit) knock(ctx context.Context, name text.Name) (keys.Identity, error) {
	answered, err := v.x.server.opts.Keys.Knock(ctx, name.String(), v.key, v.x.conn.addr)
	if err != nil {
		return keys.Identity{}, err
	}
	v.x.conn.log(slog.LevelInfo, "knock", slog.String("name", name.String()), slog.String("fingerprint", v.x.conn.handshake.fingerprint))
	v.l.say(v.x.words("You knocked as %s. Somebody inside can let you in with /approve %s.", name, name))
	v.l.say(v.x.words("You can wait here, or leave with an empty line and connect again later."))
	if err := v.l.wait(ctx, answered); err != nil {
		return keys.Identity{}, err
	}
	id, err := v.x.conn.identify()
	if errors.Is(err, keys.ErrStranger) {
		return keys.Identity{}, errDenied
	}
	if err != nil {
		return keys.Identity{}, err
	}
	return v.in(id), nil
}

// introduceCommand lets a stranger in who comes with ssh HOST COMMAND, where neither a code nor another name
// is needed: the first key from this machine, and everybody where registration is open.
func (x *session) introduceCommand() (keys.Identity, int) {
	v := visit{x: x, key: x.conn.handshake.verified}
	args := strings.Fields(x.command)
	if len(args) > 0 && args[0] == "register" {
		return keys.Identity{}, v.register(args[1:])
	}
	if name, err := x.server.opts.Keys.Available(x.ctx, x.conn.handshake.user); err == nil {
		if id, err := v.claim(x.ctx, name, ""); err == nil {
			x.say(v.welcome(name))
			return id, 0
		}
	}
	x.say(x.words(howToRegister))
	return keys.Identity{}, exitNoPerm
}

const howToRegister = "You are not known here yet. Register with: ssh HOST register NAME [CODE], or come in through a terminal: ssh HOST"

func (v *visit) welcome(name text.Name) string {
	return v.x.words("Welcome to %s, %s: your key is your name here from now on.", v.x.server.name(), name)
}

// register is ssh HOST register NAME [CODE].
func (v *visit) register(args []string) int {
	x := v.x
	if len(args) < 1 || len(args) > 2 {
		x.say(x.words(howToRegister))
		return exitNoPerm
	}
	name, err := x.server.opts.Keys.Available(x.ctx, args[0])
	if err == nil {
		_, err = v.claim(x.ctx, name, strings.Join(args[1:], "")) // at most one
	}
	switch {
	case errors.Is(err, keys.ErrStranger):
		x.say(x.words("An invite code is needed: ssh HOST register %s CODE. Without one, come in through a terminal and knock: ssh HOST", name))
	case err != nil:
		x.say(x.sentence(err))
	default:
		_, _ = fmt.Fprintln(stream{&x.out, x.out.out}, v.welcome(name))
		return 0
	}
	return exitNoPerm
}

// words formats a sentence in the language that the client's environment asks for.
func (x *session) words(format string, args ...any) string {
	return lang.Of(x.env).Sprintf(format, args...)
}

// sentence is an error as it is shown: safe, in the client's language and time zone, with a capital and a full stop.
func (x *session) sentence(err error) string {
	zone, _ := chat.LoadZone(x.env["TZ"]) // nil, which is UTC, for a client that does not say
	s := text.NewLine(chat.Explain(lang.Of(x.env), zone, err), 400).String()
	if s == "" || strings.HasSuffix(s, "。") {
		return s
	}
	if lang.Of(x.env) == lang.Ja {
		return s + "。"
	}
	if s[0] < utf8.RuneSelf {
		s = strings.ToUpper(s[:1]) + s[1:]
	}
	if !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, "!") {
		s += "."
	}
	return s
}
