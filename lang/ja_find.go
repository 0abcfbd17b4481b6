package lang

// jaFind is about searches: /search, /mentions, /links, /jump and the list of what was found.
var jaFind = map[string]string{
	"Enter goes there, Up Down choose, Esc or typing goes back": "Enter で移動、上下で選択、Esc か入力で戻る",

	// commands
	"look for messages": "メッセージを検索します",
	"It finds what has all the words, wherever in a word they stand, in every room that you may read; \"in quotes\" it looks for a phrase, and -word for what lacks it. from:@ana says who wrote it, in:#ops where, on:2026-11-22, before:2026-11-01 and after:yesterday when (those two leave the day itself out), has:link and is:pinned what it has. -from:@ana turns it round. The newest comes first; before:#ops:1042 goes on from there.": "読めるすべてのルームから、語をすべて含むものを見つけます。単語の途中でもかまいません。\"引用符\" で囲むと語句、-語 で含まないものを探します。from:@ana は書いた人、in:#ops は場所、on:2026-11-22、before:2026-11-01、after:yesterday は日付（あとの 2 つはその日を含みません）、has:link と is:pinned は中身です。-from:@ana で逆になります。新しいものから並びます。before:#ops:1042 でその先から続けます。",
	"the messages that mention you, or have a word of yours": "自分へのメンションと、自分の言葉を含むメッセージの一覧です",
	"the messages with links in a room":                      "ルームのリンクを含むメッセージです",
	"go to a message, or to a day":                           "メッセージや日付に移動します",
	"In all your rooms, the newest first; your words are those of /set highlight. Words behind it narrow it down as those of /search do.": "すべてのルームから新しい順に表示します。自分の言葉は /set highlight で決めます。後ろに書く語は /search と同じように絞り込みます。",
	"Over ssh without a room: in every room. Words narrow it down as those of /search do.":                                                "ssh でルームを指定しなければ、すべてのルームが対象です。/search と同じ語で絞り込めます。",
	"/jump #ops:1042 shows that message among its neighbours, /jump yesterday the first one of that day.":                                 "/jump #ops:1042 はそのメッセージを前後とともに、/jump yesterday はその日の最初のメッセージを表示します。",

	// what a search understands
	"who wrote it":      "書いた人",
	"in which room":     "ルーム",
	"before that day":   "その日より前",
	"after that day":    "その日より後",
	"on that day":       "その日",
	"what is in it":     "含むもの",
	"what became of it": "状態",
	"%s: needs something behind it, without a space between":                                           "%s: のすぐ後に、空白を入れずに値を書いてください",
	"%s: cannot stand behind a -":                                                                      "%s: に - は付けられません",
	"there is no %s: in a search; did you mean %s:? In quotes, \"%s\", it is looked for as it is":      "検索に %s: はありません。もしかして: %s: 文字どおり探すなら \"%s\" のように引用符で囲んでください",
	"has: takes link or file, not %s":                                                                  "has: に書けるのは link か file です。%s は使えません",
	"is: takes pinned, not %s":                                                                         "is: に書けるのは pinned です。%s は使えません",
	"that are more than %d words to look for":                                                          "検索語は %d 個までです",
	"cannot read %s as a day: write it like 2026-11-22, 2026-11, today, yesterday, tomorrow or monday": "%s を日付として読めません。2026-11-22、2026-11、today、yesterday、tomorrow、monday のように書いてください",

	// answers
	"what are you looking for?":                "何を探しますか？",
	"nothing was found":                        "見つかりませんでした",
	"searched back to %s so far":               "ここまで %s までさかのぼって検索しました",
	"there is more, further back":              "さらに前にもあります",
	"where to?":                                "どこに移動しますか？",
	"nothing happened in %s that day or later": "%s にはその日以降の発言がありません",

	// the list in the view
	"search: ":   "検索: ",
	"mentions: ": "メンション: ",
	"links: ":    "リンク: ",
	"words, \"a phrase\", -not, from:@ana in:#ops on:today has:link": "語、\"語句\"、-除外、from:@ana in:#ops on:today has:link",
	"Enter searches, Tab completes, Esc goes back":                   "Enter 検索、Tab 補完、Esc 戻る",
	"Enter goes there, Up Down choose, Esc goes back":                "Enter 移動、↑↓ 選択、Esc 戻る",
	"Esc goes back": "Esc 戻る",
	"searching …":   "検索しています …",
	"All messages that you may read are looked through, the newest first.":                                                     "読めるすべてのメッセージを、新しいものから探します。",
	"A word is found wherever it stands, also inside of another; \"a phrase\" as it is; -word leaves out what has it.":         "語は別の単語の一部でも見つかります。\"引用符\" は語句のまま、-語 は含むものを除きます。",
	"from:@ana in:#ops before:2026-11-01 after:yesterday on:2026-11-22 has:link is:pinned narrow it down; Tab completes them.": "from:@ana in:#ops before:2026-11-01 after:yesterday on:2026-11-22 has:link is:pinned で絞り込めます。Tab で補完します。",
	"You are not in %s. Join it, to read on there?":                                                                            "%s に入っていません。参加して続きを読みますか？",
	"search, at the end of the line; also /search":                                                                             "検索（行末で）。/search も同じ",
	"j k move, letters act, Ctrl-S stays, Esc goes back":                                                                       "j k 移動、文字で操作、Ctrl-S とどまる、Esc 戻る",
}
