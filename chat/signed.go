package chat

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"parley/keys"
	"parley/lang"
	"parley/rooms"
	"parley/text"
)

var errSignedOtherwise = errors.New(lang.Key("a signed message has to be shown as it was signed, and this one has characters that are taken out or changed: send plain text that ends in one newline"))

// postSigned posts what standard input brings: a text and behind it the signature of it by a key of the author.
func (in *call) postSigned(ctx context.Context, p rooms.Post) (Reply, error) {
	if in.words != "" {
		return Reply{}, in.wrong("a signed message comes from standard input: /help signed shows how")
	}
	signed, armor, err := keys.CutSignature(in.Body)
	if err != nil {
		return Reply{}, in.refuse(ErrUsage, err)
	}
	words := strings.TrimSuffix(signed, "\n")
	body, err := text.ParseBody(words)
	if err == nil && body.String() != words {
		err = errSignedOtherwise
	}
	if err == nil {
		p.Signature, err = in.chat.Keys.VerifySignature(in.Who, signed, armor)
	}
	if err != nil {
		return Reply{}, in.refuse(ErrUsage, err)
	}
	return in.send(ctx, p, words)
}

// signers prints whose signature counts, as ssh-keygen -Y verify reads it.
func signers(_ context.Context, in *call) (Reply, error) {
	names := in.chat.Keys.Names()
	if in.words != "" {
		names = nil
		for _, word := range strings.Fields(in.words) {
			name, err := in.person(word)
			if err != nil {
				return Reply{}, err
			}
			names = append(names, name)
		}
	}
	var r Reply
	for _, name := range names {
		for _, k := range in.chat.Keys.Keys(name) {
			r.Lines = append(r.Lines, text.NewLine(keys.Signer(name, k.Public), signerCols))
		}
	}
	if len(r.Lines) == 0 {
		return in.answer("nobody of these has a key here")
	}
	return r, nil
}

// signerCols is the widest line of a signer: a name, options, and an RSA key of 16,384 bits.
const signerCols = 3000

// helpSigned shows how a message is signed, and how an export of it is verified elsewhere.
func (in *call) helpSigned() (Reply, error) {
	lines := []text.Line{
		in.say("Signed messages: whoever has an export can prove who said something, without this server."),
		in.say("Sign a file and post it with its signature:"),
	}
	lines = append(lines, commandLines(
		fmt.Sprintf("ssh-keygen -Y sign -n %s -f ~/.ssh/id_ed25519 message.txt", keys.SignatureNamespace),
		"cat message.txt message.txt.sig | ssh HOST post --signed '#ops'",
	)...)
	lines = append(lines, in.say("The text ends in a newline, as files do, and the key is one of yours: see /keys. An edit takes the mark away."),
		in.say("Verify message 12 of #ops as said by ana, from an export:"))
	lines = append(lines, commandLines(
		"ssh HOST export '#ops' > ops.jsonl",
		"ssh HOST signers > signers",
		"jq -r 'select(.seq == 12).signature' ops.jsonl > 12.sig",
		fmt.Sprintf("jq -r 'select(.seq == 12).text' ops.jsonl | ssh-keygen -Y verify -f signers -I ana -n %s -s 12.sig", keys.SignatureNamespace),
	)...)
	return Reply{Lines: lines, Do: Help}, nil
}

// commandLines are commands to be typed elsewhere, a line each.
func commandLines(commands ...string) []text.Line {
	var out []text.Line
	for _, c := range commands {
		out = append(out, text.NewLine(c, lineCols))
	}
	return out
}
