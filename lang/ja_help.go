package lang

// jaHelp is the help of the whole program.
var jaHelp = map[string]string{
	"/help COMMAND tells more, /help WORD finds, /help all lists them with what they do; /shortcuts has the keys.": "詳しくは /help COMMAND、言葉で探すには /help WORD、説明つきの一覧は /help all、キーの一覧は /shortcuts です。",
	"//text sends a line that begins with a slash. A stuck ssh ends by Enter and then ~.":                          "スラッシュで始まる文は //text のように送ります。固まった ssh は Enter のあとに ~. で終わります。",
	"Commands: %s": "コマンド: %s",
	"type to search; PgUp PgDn scroll, Esc goes back":            "入力して検索、PgUp PgDn でスクロール、Esc で戻る",
	"send what you typed to the room above":                      "入力した文を上のルームに送信",
	"new line":                                                   "改行",
	"complete a name, a #room, a /command":                       "名前、#ルーム、/コマンドを補完",
	"select a message: reply, react, edit …":                     "メッセージを選択（返信、リアクション、編集…）",
	"write to somebody alone":                                    "1 人にだけ送る",
	"go to a room or person by a few letters":                    "ルームや人に移動（名前の一部を入力）",
	"next room with something new":                               "次の未読ルーム",
	"read back; to the newest, all read":                         "さかのぼる、最新へ移動して既読",
	"the rooms that you can enter; /join #room":                  "入れるルームの一覧（参加は /join #room）",
	"make one; /invite @name asks people in":                     "ルームを作る（招待は /invite @name）",
	"find messages":                                              "メッセージを検索",
	"colours, language, time zone …":                             "配色、言語、タイムゾーンなど",
	"your keys; each device can have its own":                    "鍵（端末ごとに別の鍵を使えます）",
	"Nothing here has anything to do with %s.":                   "%s に関係するものはありません。",
	"Type to search all keys and commands; PgDn shows them all.": "入力するとキーとコマンドを検索、PgDn ですべて表示します。",
	"/help COMMAND tells all about one. Over ssh each works without a terminal: ssh HOST COMMAND.": "/help COMMAND で詳しい説明を表示します。ssh HOST COMMAND なら端末なしで使えます。",
	"Keys": "キー",
}
