package lang

// jaPrograms is about what programs do: follow rooms, ask, and talk in JSON lines.
var jaPrograms = map[string]string{
	// tail
	"what happened in rooms, and what happens": "ルームで起きたことと、これから起きることです",
	"Of all your rooms if none is named. It begins with the COUNT newest events of each room, 10 if nothing is said; with the first one since TIME (2h, 14:30, 2026-11-22, or as in RFC 3339); or behind a message: --after 1042 of the one room, --after '#ops:1042' of several, which names the room as well. -f goes on with what happens, until it is interrupted. --mentions leaves out what does not mention you. A loop that begins each time behind the last event that it has seen misses nothing and gets nothing twice.": "ルームを指定しなければ、参加しているすべてのルームが対象です。各ルームの新しいほうから COUNT 件（省略すると 10 件）、TIME（2h、14:30、2026-11-22、または RFC 3339 の形式）以降の最初のもの、あるいはメッセージの次から始めます。ルームが 1 つなら --after 1042、いくつかなら --after '#ops:1042' のように書き、これはルームの指定も兼ねます。-f は止められるまで、起きたことを続けて出します。--mentions は自分へのメンション以外を省きます。最後に見たものの次から毎回始めれば、漏れも重複もありません。",
	"what happens is on this screen already; to follow it in a pipe: ssh HOST tail -f":                    "起きたことはこの画面に出ています。パイプで追うには: ssh HOST tail -f",
	"-n takes a number: how many events of each room come first":                                          "-n には数を書きます。各ルームで最初に出す件数です",
	"--mentions begins with --since or --after; the newest mentions are listed by mentions":               "--mentions は --since か --after から始めます。新しいメンションの一覧は mentions です",
	"--after takes the number of an event, or a reference like #ops:1042, not %s":                         "--after には番号か #ops:1042 のような参照を書きます。%s は使えません",
	"a number alone is for one room: write --after '#ops:%s'":                                             "番号だけで書けるのはルームが 1 つのときです。--after '#ops:%s' のように書いてください",
	"%s has no event %d yet: its newest is %d":                                                            "%s に %d 番はまだありません。最新は %d です",
	"cannot read %s as a time that has been: write it like 2h, 14:30, 2026-11-22 or 2026-11-22T14:30:00Z": "%s を過ぎた時刻として読めません。2h、14:30、2026-11-22、2026-11-22T14:30:00Z のように書いてください",
	"there is no room left to follow":                                                                     "追えるルームが残っていません",

	// attach
	"a conversation in JSON lines, for bots": "ボットのための、JSON の行による会話です",
	"On one channel, a line out for each event and for each answer, and a line in for each command. It begins with what happens from now on if nothing is said; rooms and their beginnings are named as for tail. It ends with its input. docs/protocol.md describes the lines.": "1 つのチャンネルに、起きたことと答えが 1 行ずつ出て、コマンドを 1 行ずつ入れます。何も指定しなければ、これから起きることから始めます。ルームと始まりの指定は tail と同じです。入力が終わると終わります。行の形は docs/protocol.md にあります。",
	"bots attach over ssh: ssh HOST attach --json": "ボットは ssh でつなぎます: ssh HOST attach --json",
	"attach speaks JSON lines: add --json":         "attach は JSON の行で話します。--json を付けてください",

	// arguments
	"%s needs something behind it": "%s の後に値を書いてください",
	"there is no %s":               "%s はありません",
}
