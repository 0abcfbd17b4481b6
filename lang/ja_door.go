package lang

// jaDoor is what somebody reads at the door, and when a session ends.
var jaDoor = map[string]string{

	// the stranger's screen
	"This is %s: chat that anyone with an SSH key can enter.":                                                           "ここは %s です。SSH 鍵があれば誰でも入れるチャットです。",
	"Nobody here knows your key yet:":                                                                                   "あなたの鍵はまだ登録されていません:",
	"This server has no owner yet.":                                                                                     "このサーバーにはまだオーナーがいません。",
	"To become the owner, type the code that the server's start message shows.":                                         "オーナーになるには、サーバーの起動時に表示されたコードを入力してください。",
	"To come in, type the invite code that somebody gave you,":                                                          "入るには、受け取った招待コードを入力してください。",
	"or type knock to ask to be let in. An empty line leaves.":                                                          "参加を希望するときは knock と入力します。空の行で終了します。",
	"You knocked as %s. Somebody inside can let you in with /approve %s.":                                               "%sとして参加を希望しました。中の人が /approve %s で入れてくれます。",
	"You can wait here, or leave with an empty line and connect again later.":                                           "このまま待つか、空の行で終了してあとでもう一度接続してください。",
	"You are not known here yet. Register with: ssh HOST register NAME [CODE], or come in through a terminal: ssh HOST": "まだ登録されていません。ssh HOST register NAME [CODE] で登録するか、端末から入ってください: ssh HOST",
	"Welcome to %s, %s: your key is your name here from now on.":                                                        "%s へようこそ、%sさん。これからはこの鍵があなたの名前の証明になります。",
	"An invite code is needed: ssh HOST register %s CODE. Without one, come in through a terminal and knock: ssh HOST":  "招待コードが必要です: ssh HOST register %s CODE。なければ端末から入って参加を希望してください: ssh HOST",
	"The name %s is free for you.":                                                                                      "%sという名前を使えます。",
	"goodbye: your key is welcome again when you have an invite code.":                                                  "さようなら。招待コードを受け取ったら、またこの鍵でお越しください。",
	"you were not let in this time: somebody who is inside can send you an invite code.":                                "今回は参加が認められませんでした。中の人から招待コードを受け取ってください。",
	"your knock stays: connect again later to see whether you were let in.":                                             "参加の希望は残っています。あとでもう一度接続して確かめてください。",
	"that were too many wrong codes: ask for a new one and connect again.":                                              "間違ったコードが続きました。新しいコードを受け取ってから、もう一度接続してください。",

	// endings
	"the server is going down for a moment, your drafts are kept: connect again soon":                                      "サーバーが一時的に停止します。下書きは残るので、少ししてからもう一度接続してください",
	"your certificate has expired: get a new one signed and connect again":                                                 "証明書の期限が切れました。新しい署名を受けてから、もう一度接続してください",
	"nobody has typed here for a while: connect again when you like":                                                       "しばらく入力がなかったため終了しました。いつでもまた接続してください",
	"that was more than a name and a code":                                                                                 "名前とコードにしては長すぎます",
	"too many newcomers are at the door right now: try again in a few minutes":                                             "今、新しい人の接続が多すぎます。数分後にもう一度お試しください",
	"that took too long; a knock stays: connect again later to see whether it was answered":                                "時間がかかりすぎました。参加の希望は残っているので、あとでもう一度接続して確かめてください",
	"Something went wrong here, which is a defect of this server and not your doing. It was logged; please connect again.": "サーバーの不具合で失敗しました。あなたのせいではありません。ログに記録したので、もう一度接続してください。",
	"The command is too long: at most %d bytes. Send long text on standard input.":                                         "コマンドは %d バイトまでです。長い文は標準入力で送ってください。",

	// certificates and claims
	"this certificate names nobody: have it signed again with the name as its principal (ssh-keygen -n NAME)": "この証明書には名前がありません。名前を principal に入れて署名し直してもらってください（ssh-keygen -n NAME）",
	"this certificate is for %s, which cannot be a name here: %w":                                             "この証明書の名前 %s は、ここでは使えません: %w",
	"this certificate is for %s, not for %s: log in as one it is for":                                         "この証明書は %s のもので、%s のものではありません。証明書の名前でログインしてください",
	"this certificate's dates make no sense: have it signed again":                                            "この証明書の日付は正しくありません。署名し直してもらってください",
	"this certificate is not valid before %s":                                                                 "この証明書は %s から有効です",
	"this certificate expired at %s: get a new one":                                                           "この証明書は %s に期限が切れました。新しいものを受け取ってください",
	"this certificate's source-address %s cannot be read, so it is refused":                                   "この証明書の source-address %s を読めないため、受け付けられません",
	"this certificate may not be used from %s":                                                                "この証明書は %s からは使えません",
	"this is a host certificate: offer a user certificate":                                                    "これはホスト証明書です。ユーザー証明書を使ってください",
	"this certificate is signed by a CA that this server does not trust":                                      "この証明書は、このサーバーが信頼していない CA の署名です",
	"the key inside this certificate is not accepted: %s":                                                     "この証明書の鍵は受け付けられません: %s",
	"this certificate is signed with SHA-1: have it signed again with ssh-keygen -t rsa-sha2-512":             "この証明書は SHA-1 で署名されています。ssh-keygen -t rsa-sha2-512 で署名し直してもらってください",
	"this certificate has the restriction %s, which is not honoured here, so it is refused":                   "この証明書の制限 %s には対応していないため、受け付けられません",
	"this certificate is not valid: %w":                                                                       "この証明書は使えません: %w",
	"let in by %s %s":                                                                                         "承認: %s %s",
	"this key is in the server's folder of keys but is not let in: the server's log tells its owner why":      "この鍵はサーバーの鍵フォルダーにありますが、受け入れられていません。理由はサーバーのログにあります",
	"a certificate brings its own name: ask who signed it, or come with a plain key":                          "証明書には名前が入っています。署名した人に聞くか、普通の鍵でお越しください",
	"this key is not accepted: %s":                                                                            "この鍵は受け付けられません: %s",
	"this key is %s's already: log in as %s, or come with another key":                                        "この鍵はすでに%sさんのものです。%sとしてログインするか、別の鍵でお越しください",
	"Code or knock: ": "コードまたは knock: ",
	"Name: ":          "名前: ",
}
