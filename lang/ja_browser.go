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

	// what the page is told
	"that browser session has ended already":                              "そのブラウザーのセッションはもう終わっています",
	"this browser is not let in":                                          "このブラウザーは入っていません",
	"this browser shows no code":                                          "このブラウザーはコードを表示していません",
	"the code has expired":                                                "コードの期限が切れました",
	"the person said no":                                                  "入れないという返事でした",
	"this browser cannot be let in now: try again in a moment":            "いまはこのブラウザーを入れられません。少し待ってからもう一度試してください",
	"too many browsers ask to be let in from your network: wait a moment": "あなたのネットワークから入ろうとするブラウザーが多すぎます。少し待ってください",
	"too many browsers ask to be let in: wait a moment":                   "入ろうとするブラウザーが多すぎます。少し待ってください",
	"another site has sent this request":                                  "このリクエストはほかのサイトから送られました",
}
