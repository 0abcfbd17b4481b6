// Echo-bot is a bot for Parley in Go: it answers each message that begins with its name, in the thread of that
// message. It holds one conversation in JSON lines (docs/protocol.md) with ssh, and when the connection is lost it comes
// back and goes on behind the last event that it has seen.
//
//	go run parley/examples/echo-bot ssh bot@chat.example
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"strings"
	"time"
)

// line is what the bot wants to know of a line out.
type line struct {
	Type   string `json:"type"`
	Room   string `json:"room"`
	Seq    uint64 `json:"seq"`
	Author string `json:"author"`
	Text   string `json:"text"`
	Bot    bool   `json:"bot"`
	Me     struct {
		Name string `json:"name"`
	} `json:"me"`
	Rooms []struct {
		Room  string `json:"room"`
		After uint64 `json:"after"`
	} `json:"rooms"`
	OK    bool `json:"ok"`
	Error struct {
		Text string `json:"text"`
	} `json:"error"`
}

// command is a line in.
type command struct {
	ID      string `json:"id"`
	Command string `json:"command"`
	Args    string `json:"args"`
	Body    string `json:"body,omitempty"`
	Nonce   string `json:"nonce,omitempty"`
}

// Exit statuses after which it is worth to come back: ssh's own, and those of a server that is down or restarts.
const (
	lost     = 255
	down     = 69
	tempFail = 75
)

func main() {
	if len(os.Args) < 2 {
		log.Fatal("usage: echo-bot ssh [OPTIONS] HOST")
	}
	seen := map[string]uint64{} // the last seq of each room
	for {
		err := converse(os.Args[1:], seen)
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			if err != nil {
				log.Fatal(err)
			}
			return
		}
		switch code := exit.ExitCode(); code {
		case lost, down, tempFail:
			log.Printf("the connection was lost (%d): coming back", code)
			time.Sleep(time.Second)
		default:
			os.Exit(code)
		}
	}
}

// converse holds one conversation.
func converse(ssh []string, seen map[string]uint64) error {
	args := append(ssh[1:len(ssh):len(ssh)], "attach", "--json")
	for room, seq := range seen {
		args = append(args, "--after", fmt.Sprintf("'%s:%d'", room, seq))
	}
	cmd := exec.Command(ssh[0], args...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	answer(bufio.NewReader(out), json.NewEncoder(in), seen)
	return cmd.Wait()
}

// answer reads lines until they end, and answers those that are for the bot.
func answer(out *bufio.Reader, in *json.Encoder, seen map[string]uint64) {
	me := ""
	for {
		data, err := out.ReadBytes('\n')
		var l line
		if err != nil || json.Unmarshal(data, &l) != nil {
			if err != nil && !errors.Is(err, io.EOF) {
				log.Print(err)
			}
			return
		}
		switch l.Type {
		case "hello":
			me = l.Me.Name
			for _, r := range l.Rooms {
				seen[r.Room] = r.After
			}
		case "answer":
			if !l.OK {
				log.Print(l.Error.Text)
			}
		case "message":
			if words, mine := strings.CutPrefix(l.Text, me+": "); mine && l.Author != me && !l.Bot {
				ref := fmt.Sprintf("%s:%d", l.Room, l.Seq)
				_ = in.Encode(command{ID: ref, Command: "post", Args: "--reply " + ref, Body: words, Nonce: "echo-" + ref})
			}
		}
		if l.Seq > 0 {
			seen[l.Room] = l.Seq
		}
	}
}
