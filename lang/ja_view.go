package lang

// jaView are the sentences of the chat view, of plain lines and of exec.
var jaView = map[string]string{
	// messages
	"new (%d)":                     "ここから新着 (%d)",
	"new":                          "ここから新着",
	"+%d joined, -%d left":         "+%d人が参加、-%d人が退出",
	"+%d joined":                   "+%d人が参加しました",
	"-%d left":                     "-%d人が退出しました",
	"%s and %s":                    "%sさんと%s",
	"%s, %s":                       "%sさん、%s",
	"Reading %s …":                 "%s を読み込んでいます…",
	"Nobody has written here yet.": "まだ誰も書いていません。",
	"Nobody has written here since you joined; what was said before is for those who were here.": "あなたの参加後はまだ誰も書いていません。それより前の発言は、その時いた人だけが読めます。",
	"%s is archived: nobody writes here any more, / for commands":                                "%s はアーカイブ済みのため書き込めません、/ でコマンド",
	"PgDn shows more":                    "PgDn で続きを表示",
	"Type a message and press Enter.":    "メッセージを入力して Enter を押してください。",
	"Ctrl-G rooms, F1 help":              "Ctrl-G ルーム, F1 ヘルプ",
	"You are in no room yet.":            "まだどのルームにも入っていません。",
	"shows the rooms that you can enter": "入れるルームの一覧",
	"enters one":                         "ルームに参加",
	"makes one":                          "ルームを作成",
	"shows all commands and keys":        "すべてのコマンドとキー",

	// columns and title
	"Invited to":     "招待",
	"invited":        "招待",
	"(invited)":      "(招待)",
	"+%d more":       "ほか%d件",
	"%d of %d here":  "オンライン %d/%d",
	"%d newer below": "下に新着%d件",

	// status line
	"small window: 30×6 at least":     "窓が小さすぎます（30×6 以上）",
	"Tab next, Shift-Tab back":        "Tab 次へ, Shift-Tab 前へ",
	"PgUp PgDn scroll, Esc newest":    "PgUp PgDn スクロール, Esc 最新へ",
	"Enter sends, Alt-Enter new line": "Enter 送信, Alt-Enter 改行",
	"Alt-u first new, Esc clears":     "Alt-u 新着の先頭へ, Esc 既読",
	"Alt-a next unread, F1 help":      "Alt-a 次の未読, F1 ヘルプ",

	// input
	"Write to %s, / for commands, F1 for help":    "%s へのメッセージ（/ でコマンド、F1 でヘルプ）",
	"/list shows rooms, F1 help":                  "/list でルーム一覧、F1 でヘルプ",
	"a few letters of what you sent here":         "送った文の一部を入力",
	"(no such line: %s) ":                         "(見つかりません: %s) ",
	"(search: %s) ":                               "(検索: %s) ",
	"the message is as long as it may be: 16 KiB": "メッセージが上限の 16 KiB に達しました",
	"You pasted %d lines. As one message, as a code block, as a file, or not at all?":                                                           "%d 行を貼り付けました。1 つのメッセージにしますか、コードブロックにしますか、ファイルにしますか、やめますか？",
	"You pasted more than a message may hold (16 KiB). Put it into the room as a file?":                                                         "貼り付けた文がメッセージの上限（16 KiB）を超えています。ファイルとしてルームに置きますか？",
	"%s. Try once more to put what you pasted into %s as a file?":                                                                               "%s。貼り付けた文をファイルとして %s に置くのを、もう一度試しますか？",
	"the server did not answer in %d s":                                                                                                         "%d 秒待っても、サーバーから答えがありませんでした",
	"Enter one message, c code block, f file, Esc not at all":                                                                                   "Enter 1 つのメッセージ, c コードブロック, f ファイル, Esc やめる",
	"the paste is longer than what can be pasted (64 KiB): it was left out, and your input is as it was. /upload says how to send it as a file": "貼り付けられるのは 64 KiB までなので、この文は入力に加えませんでした。ファイルとして送る方法は /upload で見られます",
	"the message would be longer than 16 KiB: the paste was left out, and your input is as it was":                                              "メッセージが 16 KiB を超えるため、貼り付けは入力に加えませんでした",

	// sending
	"the server has not answered yet: your text is kept, try again in a moment":                                     "サーバーからまだ応答がありません。入力は残っているので、少し待ってからもう一度送ってください",
	"sending … the server has not confirmed it yet":                                                                 "送信中… サーバーの確認を待っています",
	"the server did not answer in %d s: your text is back in the input, and entering it again cannot send it twice": "サーバーから %d 秒応答がありません。入力に戻しました。もう一度送っても二重にはなりません",
	"You are silenced in %s and can read, / for commands":                                                           "%s では発言を止められています。読むことはできます（/ でコマンド）",
	"%s is locked: only its moderators write, / for commands":                                                       "%s はロック中で、書けるのはモデレーターだけです（/ でコマンド）",
	"locked, Ctrl-C clears":                "ロック中, Ctrl-C 消す",
	"you are silenced here, Ctrl-C clears": "発言を止められています, Ctrl-C 消す",
	"%d s: this room is in slow mode. It goes by itself then, if you leave it as it is.": "あと %d 秒: このルームはスローモードです。そのままにしておけば自動で送られます。",
	"%d s: too much at once. It goes by itself then, if you leave it as it is.":          "あと %d 秒: 一度に送りすぎです。そのままにしておけば自動で送られます。",
	"you can send it now":   "送れるようになりました",
	"this is the chat view": "今、チャット画面です",

	// reading
	"older messages cannot be read right now: %s":              "古いメッセージを今は読み込めません: %s",
	"new messages cannot be read right now: %s":                "新しいメッセージを今は読み込めません: %s",
	"%s cannot be read right now, the server keeps trying: %s": "%s を今は読み込めません。サーバーが再試行を続けます: %s",
	"looking for a mention of you …":                           "メンションを探しています…",
	"no other mention of you in reach":                         "ほかにメンションは見つかりません",
	"nothing is unread":                                        "未読はありません",
	"nothing is new here":                                      "ここに新着はありません",
	"you are not in %s any more":                               "%s のメンバーではなくなりました",

	// overlays
	"y yes, any other key no":                              "y はい, ほかのキー いいえ",
	"Leave? Your rooms go on without you.":                 "終了しますか？ルームはそのまま続きます。",
	"y or Ctrl-C leaves, any other key stays":              "y か Ctrl-C で終了, ほかのキーで続ける",
	"PgUp PgDn and arrows scroll, Esc or typing goes back": "PgUp PgDn と矢印でスクロール、Esc か入力で戻る",
	"go to: ":                               "移動先: ",
	"a few letters of a room or person":     "ルームや人の名前の一部を入力",
	"Enter goes, Up Down choose, Esc stays": "Enter 移動, Up Down 選択, Esc 戻る",
	"No room or person of that name. Esc goes back; /create #name makes a room.": "その名前のルームや人はいません。Esc で戻ります。/create #name でルームを作れます。",
	"join": "参加",

	// goodbye
	"Goodbye.":     "さようなら。",
	"Goodbye: %s.": "さようなら: %s。",
	" The same ssh command brings you back; what you have not sent is kept.": "同じ ssh コマンドで戻れます。送っていない文は残っています。",

	// plain lines
	"you are in no room yet: /list shows the rooms, /join #room enters one, /help tells the rest": "まだルームに入っていません。/list で一覧、/join #room で参加、ほかは /help を見てください",
	"in %s":               "%s に入りました",
	"in %s: %s":           "%s に入りました: %s",
	"%s mentions you":     "%s にあなたへのメンションがあります",
	"%s has new messages": "%s に新着メッセージがあります",
	"%s (y/n)":            "%s (y/n)",
	"%s | not sent: %s":   "%s | 送られていません: %s",
	"nothing was done":    "何もしませんでした",
	"goodbye":             "さようなら",
	"the chat view needs a terminal: enter with ssh, without -T":                          "チャット画面には端末が必要です。-T を付けずに ssh で入ってください",
	"you are in no room, so that went nowhere: /join #room first":                         "ルームに入っていないので送られていません。先に /join #room してください",
	"that is faster than this server takes it; your lines are held and go out one by one": "サーバーが受け取れる速さを超えています。残りの行は順に送られます",
	"that line is too long, so it was not sent: a message has at most 16 KiB, split it":   "その行は長すぎるため送られていません。メッセージは 16 KiB までなので、分けてください",

	// exec
	"standard input could not be read: %s":                                                       "標準入力を読めませんでした: %s",
	"%s: add --yes after the command's name to do it":                                            "%s: 実行するにはコマンド名のあとに --yes を付けてください",
	"that command changes what a terminal shows: enter with ssh and without a command to use it": "そのコマンドは端末の表示を変えるものです。コマンドを付けずに ssh で入って使ってください",
	"you are in no room: /join #room enters one, /list shows which there are":                    "ルームに入っていません。/join #room で参加、/list で一覧を表示します",

	// what can be done now
	"Tab completes, Enter runs it":          "Tab 補完, Enter 実行",
	"/list, /join #room, F1 help":           "/list, /join #room, F1 ヘルプ",
	"/invite @name asks somebody in":        "/invite @name で招待",
	"Ctrl-S selects, Ctrl-G rooms, F1 help": "Ctrl-S 選択, Ctrl-G ルーム, F1 ヘルプ",
	"Type a message and press Enter; only the people of this conversation can read it.":             "メッセージを入力して Enter を押してください。この会話の人だけが読めます。",
	"Type a message and press Enter; only members can read it, and /invite @name asks somebody in.": "メッセージを入力して Enter を押してください。メンバーだけが読めます。/invite @name で招待できます。",
	"Type a message and press Enter; /invite @name tells somebody of this room.":                    "メッセージを入力して Enter を押してください。/invite @name でこのルームを知らせられます。",
	"/accept %s joins, F1 help": "/accept %s で参加, F1 ヘルプ",
	"nothing is unread; you are invited to %s: /accept %s or /decline %s": "未読はありません。%s に招待されています: /accept %s または /decline %s",

	// the room list and the title
	"Starred":                 "スター付き",
	"Direct":                  "ダイレクト",
	"conversation":            "会話",
	"archived":                "アーカイブ済み",
	"locked":                  "ロック中",
	"slow %s":                 "スローモード %s",
	"kept %s":                 "保存 %s",
	"history from joining on": "履歴は参加後から",
	"pin: %s":                 "ピン: %s",

	// A thread beside its room.
}
