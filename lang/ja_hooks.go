package lang

// jaHooks is about hooks: programs elsewhere that post to a room, and that a room posts to.
var jaHooks = map[string]string{
	"there is no hook of that name here: /webhook list shows them": "その名前のフックはありません。/webhook list で一覧を見られます",
	"a room has at most %d hooks: /webhook remove one first":       "1 つのルームのフックは %d 個までです。先に /webhook remove で減らしてください",
	"another hook has that name: choose another one":               "その名前のフックがすでにあります。別の名前を選んでください",
	"a conversation of a few takes no hooks: make a room for it":   "数人の会話にはフックを付けられません。ルームを作ってください",

	"let programs elsewhere post to a room": "外部のプログラムからルームに投稿できるようにします",
	"add prints an address, once: what is sent to it by POST is posted in the room, under the hook's name. It takes plain text, the JSON of Slack's incoming webhooks, and what Alertmanager, GitHub and Gitea send: curl -d 'build 7 is green' ADDRESS. Who has the address can post; rotate makes another one, remove ends it. A hook can be silenced like anybody, and does not call @room. For moderators of the room and the staff of the server.": "add はアドレスを一度だけ表示します。そこへ POST で送ったものが、フックの名前でルームに投稿されます。プレーンテキスト、Slack の incoming webhook の JSON、Alertmanager・GitHub・Gitea が送る形式を受け付けます: curl -d 'build 7 is green' アドレス。アドレスを知っている人は誰でも投稿できます。rotate で別のアドレスに変え、remove で終わらせます。フックも他の人と同じように発言を止められ、@room では呼び出せません。ルームのモデレーターとサーバーのスタッフが使えます。",
	"give the hook a name":                       "フックに名前を付けてください",
	"there are no hooks: /webhook add makes one": "フックはありません。/webhook add で作れます",
	"%s  %s  by %s, %s, %s":                      "%s  %s  作成: %s、%s、%s",
	"never used":                                 "未使用",
	"used %s":                                    "最終使用 %s",
	"name one hook":                              "フックを 1 つ指定してください",
	"%s is removed: its address is good for nothing any more":                                       "%s を削除しました。そのアドレスはもう使えません",
	"%s has another address, which is shown only now. The one before is good for nothing any more:": "%s のアドレスを変えました。今だけ表示します。前のアドレスはもう使えません:",
	"%s asked this hook for a test: it works":                                                       "%sさんがこのフックを試しました。動いています",
	"%s has posted to %s":     "%s が %s に投稿しました",
	"there is no /webhook %s": "/webhook %s はありません",
	"hooks of %s are for its moderators and for the staff of this server":                         "%s のフックは、そのモデレーターとこのサーバーのスタッフだけが扱えます",
	"this server does not listen for hooks: web.listen is off in its config":                      "このサーバーはフックを受け付けていません。設定の web.listen がオフです",
	"%s posts to %s what is sent to this address. It is shown only now, and who has it can post:": "%s は、次のアドレスに送られたものを %s に投稿します。アドレスは今だけ表示します。知っている人は誰でも投稿できます:",
}
