package lang

// jaFiles is about what comes in and goes out as a file.
var jaFiles = map[string]string{
	"all of a room, or all of your own, as JSON lines": "ルームの全体、または自分のすべてを JSON の行で書き出します",
	"It is a file, so ask for it over ssh: ssh HOST export '#ops' > ops.jsonl. me is what the server keeps of you: settings, rooms, saved messages, and everything that you have said. /import reads it again.": "ファイルになるので ssh で実行します: ssh HOST export '#ops' > ops.jsonl。me はサーバーにあるあなたの設定、ルーム、保存したメッセージ、すべての発言です。/import で読み込めます。",
	"bring in what was said elsewhere, into a new room": "ほかの場所での会話を新しいルームに取り込みます",
	"Over ssh, from standard input: ssh HOST import weechat '#ops' < ops.weechatlog; ssh HOST import slack < export.zip makes a room of each channel; ssh HOST import jsonl '#old' < ops.jsonl reads an export. Authors and times are kept, and doing it again adds nothing twice.": "ssh で標準入力から取り込みます。ssh HOST import weechat '#ops' < ops.weechatlog。ssh HOST import slack < export.zip はチャンネルごとにルームを作ります。ssh HOST import jsonl '#old' < ops.jsonl は書き出したものを読み込みます。書いた人と日時は残り、もう一度実行しても二重にはなりません。",
	"an export is a file: ssh HOST export '%s' > export.jsonl": "書き出しはファイルになります: ssh HOST export '%s' > export.jsonl",
	"name one room, or me":                 "ルームを 1 つか、me を指定してください",
	"an export of Slack has at most 2 GiB": "Slack の書き出しは 2 GiB までです",
	"that is no zip file":                  "zip ファイルではありません",
	"%s cannot be the name of a room here: name one after the format": "%s はここではルームの名前にできません。形式のあとに名前を書いてください",
	"an import reads a file: ssh HOST import %s < FILE":               "取り込みはファイルから読みます: ssh HOST import %s < FILE",
	"name the room for the log":                                       "ログを入れるルームの名前を書いてください",
	"the format is jsonl, slack or weechat":                           "形式は jsonl、slack、weechat のどれかです",
	"%d event is new":                                                 "新しく%d件",
	"%d events are new":                                               "新しく%d件",
	"%d event was":                                                    "%d件",
	"%d events were":                                                  "%d件",
	"%s passed over: what they are about is not there":                "対象がないため%sを飛ばしました",
	"there was nothing to import":                                     "取り込むものはありませんでした",
	"at most 500 events are imported at once":                         "一度に取り込めるのは 500 件までです",
	"… %d more rows (v shows all)":                                    "… ほか %d 行（v で全文）",
}
