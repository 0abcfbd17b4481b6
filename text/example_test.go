package text_test

import (
	"fmt"

	"parley/text"
)

func ExampleParseName() {
	alice, _ := text.ParseName("Alice")
	other, _ := text.ParseName("al1ce")
	fmt.Println(alice, other, alice == other, alice.Skeleton() == other.Skeleton())
	_, err := text.ParseName("аlice") // with a Cyrillic а
	fmt.Println(err)
	// Output:
	// alice al1ce false true
	// the name mixes Cyrillic and Latin letters, some of which look alike: use the letters of one script
}

func ExampleNewBody() {
	fmt.Printf("%q\n", text.NewBody("green\rroot: \x1b]0;owned\a\u202etxt.exe"))
	// Output: "green\nroot: ]0;ownedtxt.exe"
}

func ExampleWrap() {
	for _, row := range text.Wrap("closing the well-known ticket 日本語。", 12) {
		fmt.Printf("|%s\n", row)
	}
	// Output:
	// |closing the
	// |well-known
	// |ticket 日本
	// |語。
}

func ExampleParse() {
	for _, s := range text.Parse(text.NewBody("@ana: https://bücher.example in #ops")) {
		fmt.Printf("%d %q\n", s.Kind, s.Shown())
	}
	// Output:
	// 1 "@ana"
	// 0 ": "
	// 3 "https://xn--bcher-kva.example"
	// 0 " in "
	// 2 "#ops"
}
