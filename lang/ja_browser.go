package lang

// jaBrowser is about browsers: how they are let in, and the sessions that they have.
var jaBrowser = map[string]string{
	// login
	"let the browser in that shows a code; asks first": "コードを表示しているブラウザーを入れます（確認します）",
	"Open the page of this server in a browser: it shows a code. You are told which browser asks, and from where, before you say yes; no tells it so. Over ssh: ssh HOST login CODE, with --yes or --refuse where nobody can be asked.": "ブラウザーでこのサーバーのページを開くとコードが表示されます。どのブラウザーがどこから頼んでいるかを見てから「はい」と答えます。「いいえ」はブラウザーに伝わります。ssh では ssh HOST login CODE。尋ねられないところでは --yes か --refuse を付けます。",
	"this server has no page for browsers: web.listen is off in its config": "このサーバーにはブラウザー用のページがありません。設定の web.listen が無効です",
	"a browser is let in by somebody with a key: enter with ssh to do it":   "ブラウザーを入れられるのは鍵を持つ人です。ssh で入ってください",
	"a bot lets no browser in":                                                                                "ボットはブラウザーを入れられません",
	"give the code that the browser shows":                                                                    "ブラウザーに表示されているコードを書いてください",
	"%s is not let in, and is told so":                                                                        "%s を入れませんでした。ブラウザーにもそう伝えました",
	"let %s at %s in as %s? It asks since %s, and you should have it before you":                              "%[1]s（%[2]s）を %[3]s として入れますか? %[4]s から頼んでいます。目の前にあるブラウザーのときだけ入れてください",
	"a browser was let in as you: %s at %s. If that was not you: /sessions":                                   "ブラウザーがあなたとして入りました: %s（%s）。心当たりがなければ /sessions を使ってください",
	"%s is in, as %s: /sessions lists your browsers, and ends them":                                           "%s が %s として入りました。/sessions で一覧を見て、終わらせることができます",
	"no browser shows that code: it is good for two minutes and once, and the page shows a new one by itself": "そのコードを表示しているブラウザーはありません。コードは 2 分間、1 回だけ有効で、ページは新しいコードを自動で表示します",
	"an unknown address": "不明なアドレス",

	// web
	"a link that lets one browser in as you": "あなたとしてブラウザーを 1 つ入れるリンクです",
	"It is good for five minutes and for one browser, and whoever has it is you. On a terminal it is shown as a QR code, too, for a phone: over ssh, ssh -t HOST web.": "5 分間、1 つのブラウザーに有効で、持っている人はあなたとして入れます。端末ではスマートフォン用の QR コードも表示します。ssh では ssh -t HOST web。",
	"lets one browser in as %s, until %s: who has it is in":                                                                                    "%s としてブラウザーを 1 つ入れます（%s まで）。持っている人は誰でも入れます",
	"There were too many wrong links from your network. Wait a moment.":                                                                        "あなたのネットワークから間違ったリンクが多すぎます。少し待ってください。",
	"This link was used, or its five minutes are over. ssh HOST web prints another one.":                                                       "このリンクは使用済みか、5 分の期限が過ぎています。ssh HOST web で新しいリンクを出せます。",
	"This lets the browser in as %s, for 30 days from when it was used last. /sessions ends it.":                                               "このブラウザーを %s として入れます。最後に使ってから 30 日間有効で、/sessions で終わらせることができます。",
	"This browser is in as %s now. The link lets it in as %s instead.":                                                                         "このブラウザーはいま %s として入っています。リンクは代わりに %s として入れます。",
	"The link was made by somebody who can let this browser in no more: a key may be revoked by now, or a certificate be for other addresses.": "このリンクを作った人は、もうこのブラウザーを入れられません。鍵が無効になったか、証明書が別のアドレス用かもしれません。",
	"Enter as %s": "%s として入る",
	"This browser cannot be let in now. Try again in a moment.": "いまはこのブラウザーを入れられません。少し待ってからもう一度試してください。",

	// sessions
	"where you are connected, and the browsers that you have let in": "つないでいるところと、入れたブラウザーです",
	"With address, program, and when it was used last. end ends one by its name in the list, or all but the one that you are in. Taking a key away (/keys remove) ends what it has let in. Staff may look at other people's, and end them; the audit log says so.": "アドレス、プログラム、最後に使った時刻を表示します。end は一覧の名前のもの、または今いるもの以外のすべてを終わらせます。鍵を外すと（/keys remove）、その鍵で入ったものは終わります。スタッフはほかの人のものを見て終わらせることができ、監査ログに残ります。",
	"there are no sessions":                  "セッションはありません",
	"%s  %s  %s  %s  since %s, last used %s": "%s  %s  %s  %s  %s から、最後の使用 %s",
	"  (open)":                               "  （表示中）",
	"  (this one)":                           "  （これ）",
	"/sessions end NAME ends one, /sessions end all every other one": "/sessions end NAME で 1 つを、/sessions end all でほかのすべてを終わらせます",
	"there is no session %s: /sessions lists them":                   "%s というセッションはありません。/sessions で一覧を表示します",
	"%d session is ended":   "%d 個のセッションを終わらせました",
	"%d sessions are ended": "%d 個のセッションを終わらせました",
	"not all of that could be stored, so a browser would be back after a restart: %s": "すべては保存できなかったので、再起動するとブラウザーが戻ります: %s",
	"other people's sessions are for the staff of this server":                        "ほかの人のセッションを扱えるのはこのサーバーのスタッフです",
	"say whose sessions: @name":                       "誰のセッションかを @name で書いてください",
	"there is no /sessions %s":                        "/sessions %s はありません",
	"say which session: its name in the list, or all": "どのセッションかを、一覧の名前か all で書いてください",
	"this session was ended by /sessions":             "このセッションは /sessions によって終わりました",

	// what the page is told
	"that browser session has ended already": "そのブラウザーのセッションはもう終わっています",
	"this browser is not let in":             "このブラウザーは入っていません",
	"this browser shows no code":             "このブラウザーはコードを表示していません",
	"what the person has come in with does not let this browser in: a key may be revoked by now, or a certificate be for other addresses": "返事をした人の鍵や証明書では、このブラウザーを入れられません。鍵が無効になったか、証明書が別のアドレス用かもしれません",
	"the code has expired": "コードの期限が切れました",
	"the person said no":   "入れないという返事でした",
	"this browser cannot be let in now: try again in a moment":                    "いまはこのブラウザーを入れられません。少し待ってからもう一度試してください",
	"too many browsers ask to be let in from your network: wait a moment":         "あなたのネットワークから入ろうとするブラウザーが多すぎます。少し待ってください",
	"too many browsers ask to be let in: wait a moment":                           "入ろうとするブラウザーが多すぎます。少し待ってください",
	"there are as many connections as this server takes: try again in a while":    "このサーバーが受けられる数まで接続が開いています。しばらくしてからもう一度試してください",
	"you have as many windows open as this server takes of one person: close one": "1 人で開けるウィンドウの数に達しています。どれかを閉じてください",
	"the server ends: come back in a moment":                                      "サーバーが終わります。少ししてから戻ってください",
	"another site has sent this request":                                          "このリクエストはほかのサイトから送られました",
}
