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

	// ask
	"ask for a yes or a no, and wait for it": "はい・いいえを尋ね、答えを待ちます",
	"For scripts: ssh HOST ask @ana deploy? && ./deploy.sh. The answer is a reply to the question, a message in its thread, a reaction, or in a direct conversation the next message; it is printed, and the exit status is 0 for yes, 1 for no, 2 when nobody has answered within TIME, 10m if left out. Yes and no are understood in English and Japanese, and as :+1: and :-1:; what is neither is printed on standard error, and the wait goes on. In a room anybody but the asker and programs may answer, of @person only they. With --json the answer is its event. The same --nonce again waits for the answer to the same question.": "スクリプト用です: ssh HOST ask @ana deploy? && ./deploy.sh。答えは、質問への返信、そのスレッドのメッセージ、リアクション、ダイレクトの会話では次のメッセージです。答えを出力し、終了ステータスは、はいなら 0、いいえなら 1、TIME（省略すると 10m）のあいだに誰も答えなければ 2 です。英語と日本語のはい・いいえと、:+1: と :-1: がわかります。どちらでもないものは標準エラーに出して待ち続けます。ルームでは尋ねた本人とプログラム以外の誰でも、@person に尋ねたときはその人だけが答えられます。--json では答えをイベントとして出します。同じ --nonce でもう一度実行すると、同じ質問への答えを待ちます。",
	"ask waits for an answer, so it is for scripts: ssh HOST ask %s":    "ask は答えを待つので、スクリプト用です: ssh HOST ask %s",
	"a question waits for seven days at most":                           "質問が待つのは最長 7 日です",
	"name whom to ask, or the room":                                     "尋ねる相手かルームを書いてください",
	"write what to ask":                                                 "尋ねることを書いてください",
	"(Answer this message with yes or no, or react with :+1: or :-1:.)": "（このメッセージに「はい」か「いいえ」で返信するか、:+1: か :-1: でリアクションしてください。）",
	"(Answer yes or no, or react with :+1: or :-1:.)":                   "（「はい」か「いいえ」で答えるか、:+1: か :-1: でリアクションしてください。）",
	"nobody has answered %s":                                            "%s に誰も答えませんでした",
	"the question was deleted":                                          "質問が削除されました",

	// post
	"In the view just type and press Enter. Over ssh, standard input is the message if there are no words: make 2>&1 | ssh HOST post '#builds'. Of more than 4 KiB or 40 lines it makes a file, named after --title or the time, and shows its beginning and end; a connection that breaks off posts nothing. It answers with the message's reference once it is stored. --reply answers a message, --code sends a block of code. The same --nonce again answers with the first message, so a retry is safe. With --signed, standard input ends in a signature: /help signed shows how.": "画面では入力して Enter を押すだけです。ssh では、言葉がなければ標準入力がメッセージになります: make 2>&1 | ssh HOST post '#builds'。4 KiB か 40 行を超えるとファイルになり、名前は --title か時刻から付き、始めと終わりを表示します。接続が途中で切れたときは何も投稿しません。保存されるとメッセージの参照を答えます。--reply はメッセージに返信し、--code はコードとして送ります。同じ --nonce なら最初のメッセージを答えるので、安心してやり直せます。--signed では標準入力の最後に署名があります。やり方は /help signed にあります。",
	"binary, %s": "バイナリ、%s",
	"%d byte":    "%d バイト",
	"%d bytes":   "%d バイト",
	"%d line":    "%d 行",
	"%d lines":   "%d 行",
	"standard input was empty, and nothing was posted: give the text on it, or behind the room":                                                   "標準入力が空なので、何も投稿しませんでした。標準入力かルームの後に本文を書いてください",
	"standard input has the text, so these words are none: %s; a title of several words takes quotes within quotes, as in --title \"'Build 12'\"": "本文は標準入力にあるので、次の言葉は本文になりません: %s。複数の言葉の題は、--title \"'Build 12'\" のように引用符を二重に付けてください",
	"standard input broke off, and nothing was posted":                                                                                            "標準入力が途中で切れたので、何も投稿しませんでした",
	"there are many files of that name already: choose another --title":                                                                           "その名前のファイルがすでにたくさんあります。別の --title を選んでください",
	"%s is in another room than %s": "%s は %s とは別のルームにあります",
	"that is longer than 16 KiB, the most a message can be, so nothing was sent: post takes longer ones, and makes a file of them": "メッセージの上限の 16 KiB を超えているので、何も送りませんでした。post なら、もっと長いものをファイルにして送れます",

	// manual pages
	"NAME":                               "名前",
	"SYNOPSIS":                           "書式",
	"DESCRIPTION":                        "説明",
	"OPTIONS":                            "オプション",
	"EXAMPLES":                           "例",
	"EXIT STATUS":                        "終了ステータス",
	"answer in JSON lines, for programs": "プログラムのために JSON の行で答えます",
	"do what would ask first":            "確認せずに実行します",
	"0 yes, 1 no, 2 nobody has answered; 64 wrong arguments, 67 no such person, 68 no such room, 75 the server ends, 77 not allowed":                                                                                                    "0 はい、1 いいえ、2 誰も答えなかった。64 引数の誤り、67 その人はいない、68 そのルームはない、75 サーバーの終了、77 許可がない",
	"0 at the end; 64 wrong arguments, 68 no such room or event, 69 the store cannot be read, 75 the server ends: go on behind the last event, 77 not allowed, or put out of every room; ssh ends with 255 when the connection is lost": "終わると 0。64 引数の誤り、68 そのルームや番号はない、69 保存先を読めない、75 サーバーの終了（最後に見たものの次から続けられます）、77 許可がない、またはすべてのルームから出された。接続が切れると ssh は 255 で終わります",
	"0 done; 64 wrong arguments, 65 bad standard input, 67 no such person, 68 no such room or message, 69 the store is not there, 70 a defect, 75 try again, 77 not allowed":                                                            "0 完了。64 引数の誤り、65 標準入力の誤り、67 その人はいない、68 そのルームやメッセージはない、69 保存先が使えない、70 不具合、75 やり直せる、77 許可がない",
	"private: only invited people see it":                  "非公開にします。招待された人だけに見えます",
	"the archived ones":                                    "アーカイブされたもの",
	"do not ask":                                           "確認しません",
	"go on with what happens":                              "起きたことを続けて出します",
	"on the whole server":                                  "サーバー全体で",
	"only what mentions you":                               "自分へのメンションだけ",
	"begin with so many of the newest events of each room": "各ルームの新しいものを、この件数だけ最初に出します",
	"begin with the first event since then: 2h, 14:30, 2026-11-22, 2026-11-22T14:30:00Z": "この時刻以降の最初のものから: 2h、14:30、2026-11-22、2026-11-22T14:30:00Z",
	"begin behind this event: its number, or #ops:1042, once for each room":              "この次から: 番号、またはルームごとに #ops:1042 のように",
	"how long to wait: 10m, 2h": "待つ時間: 10m、2h",
	"a word of your own for this message: the same one again posts nothing twice": "このメッセージに付ける語。同じ語でもう一度送っても二重には投稿されません",
	"the message that is answered":         "返信するメッセージ",
	"a block of code, in this language":    "この言語のコードとして",
	"a first line, and the name of a file": "最初の行と、ファイルの名前",
	"standard input ends in a signature":   "標準入力の最後に署名があります",
	"see the description":                  "説明を見てください",

	"ssh HOST post '#ops' \"deploy is green\"":                                          "ssh HOST post '#ops' \"デプロイ完了\"",
	"ssh HOST post --reply '#ops:1042' --code go < main.go":                             "ssh HOST post --reply '#ops:1042' --code go < main.go",
	"ssh HOST post --nonce \"build-$BUILD\" --json '#builds' \"build $BUILD is green\"": "ssh HOST post --nonce \"build-$BUILD\" --json '#builds' \"ビルド $BUILD は成功\"",
	"ssh HOST ask '#ops' \"roll back?\" --json":                                         "ssh HOST ask '#ops' \"戻しますか？\" --json",
	"ssh HOST search --json from:@ana in:#ops after:yesterday deploy":                   "ssh HOST search --json from:@ana in:#ops after:yesterday デプロイ",

	// arguments
	"%s needs something behind it": "%s の後に値を書いてください",
	"there is no %s":               "%s はありません",
}
