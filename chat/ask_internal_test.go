package chat

import (
	"testing"

	"parley/rooms"
	"parley/text"
)

func TestAnswersAreUnderstoodOrNotGuessed(t *testing.T) {
	for said, want := range map[string]verdict{
		"yes": yes, "Yes!": yes, "y": yes, "OK": yes, "ok, go": yes, "sure.": yes, "go": yes, "go ahead": yes, "approve": yes, "LGTM": yes, "👍": yes, "👍🏽": yes, ":+1:": yes,
		"✅": yes, "はい": yes, "はい。": yes, "いいよ": yes, "うん、お願いします": yes, "*yes*": yes, "yes please": yes, "yes, but only on staging": yes,
		"no": no, "No.": no, "n": no, "nope": no, "stop": no, "STOP!": no, "deny": no, "👎": no, "❌": no, "いいえ": no, "だめ": no, "だめです。": no, "don't": no, "no, not today": no,
		"": unclear, "no idea": unclear, "yes but wait": unclear, "yes, no": unclear, "ok, stop": unclear, "which one?": unclear, "not sure": unclear, "nobody knows": unclear,
		"yesterday": unclear, "はいえ": unclear, "🤔": unclear, "going": unclear, "no problem": unclear,
	} {
		if got := decide(&rooms.Event{Type: rooms.Message, Text: text.NewBody(said)}); got != want {
			t.Errorf("%q is %d, want %d", said, got, want)
		}
	}
	for detail, want := range map[string]verdict{"+1": yes, "white_check_mark": yes, "-1": no, "x": no, "tada": yes, "eyes": unclear} {
		e, err := text.ParseEmoji(detail)
		if err != nil {
			t.Fatal(err)
		}
		if got := decide(&rooms.Event{Type: rooms.React, Detail: e.String()}); got != want {
			t.Errorf(":%s: is %d, want %d", detail, got, want)
		}
	}
}
