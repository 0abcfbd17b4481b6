package lang

// jaCommands are the help texts of the table of commands and of the table of settings.
var jaCommands = map[string]string{
	// headings
	"Rooms":  "ルーム",
	"Talk":   "会話",
	"Find":   "探す",
	"You":    "自分",
	"Server": "サーバー",
	"Help":   "ヘルプ",

	// rooms
	"enter a room and stay in it": "ルームに参加します",
	"A public room may be joined by anybody; a private one by those who were invited. You stay a member, and unread counts go on, until you /leave.": "公開ルームには誰でも、非公開ルームには招待された人が参加できます。/leave するまでメンバーのままで、未読の数も数えられます。",
	"leave a room": "ルームから退出します",
	"Leaving a private room asks first: you need a new invitation to come back.": "非公開ルームから退出するときは確認します。戻るには新しい招待が必要です。",
	"make a room": "ルームを作ります",
	"-p, or --private, makes it private: only invited people see it. -g, or --guests, lets guests in, who come by plain TCP without a key. The creator owns the room.": "-p を付けると非公開になり、招待された人だけに見えます。-g を付けると、鍵なしで TCP から来るゲストも入れます。作った人がルームのオーナーになります。",
	"the rooms that you can enter": "入れるルームの一覧です",
	"With words, only rooms whose name or topic contains them. -a lists the archived ones instead.": "言葉を付けると、名前かトピックにそれを含むルームだけを表示します。-a はアーカイブされたルームを表示します。",
	"show or change what a room is about":                       "ルームのトピックを表示・変更します",
	"Without words it shows the topic; \"-\" alone removes it.": "言葉がなければトピックを表示します。「-」だけを付けるとトピックを消します。",
	"ask people into a room":                                    "ルームに招待します",
	"Each of them is told, and may /join even if the room is private. To let somebody new onto the server, see /invites.": "招待された人に通知され、非公開ルームでも /join できるようになります。新しい人をサーバーに入れるには /invites を使います。",
	"who is in a room":           "ルームのメンバーです",
	"who of a room is here now":  "今ルームにいる人です",
	"show another of your rooms": "別のルームを表示します",
	"By name, by the beginning of its name, or by its number in the list.": "名前、名前の先頭、または一覧の番号で選びます。",

	// talk
	"say what you do: * ana waves":                             "していることを伝えます（* ana 手を振る）",
	"Over ssh the room comes first: ssh HOST me '#ops' waves.": "ssh では先にルームを書きます: ssh HOST me '#ops' 手を振る",
	"send a message": "メッセージを送ります",

	// find
	"the newest messages of a room": "ルームの新しいメッセージです",
	"COUNT counts messages: at most 1000, and 20 if left out. They are shown as they are now; --json over ssh shows the log with each change by itself. --now gives programs messages as they are now, with their reactions, votes and what they answer: at most 200 rows at once, 50 if nothing is said.": "COUNT はメッセージの数で、1000 までです。省くと 20 です。メッセージは今の内容で表示されます。ssh で --json を付けると、変更が 1 件ずつ並んだログになります。--now はプログラムのために、今のメッセージをリアクション、投票、返信先と一緒に出します。一度に 200 行まで、省くと 50 行です。",
	"your rooms with something new": "未読のあるルームです",
	"mark a room, or all, as read":  "ルーム（または all ですべて）を既読にします",

	// you
	"who you are here, and by which key": "自分の名前と、使っている鍵です",
	"who somebody is":                    "ほかの人について表示します",
	"your keys":                          "自分の鍵です",
	"Each device can have its own key. add takes the line of a .pub file, for example: /keys add laptop ssh-ed25519 AAAA… Your other sessions are told of every key that is added. name gives a key, by its fingerprint or the name of its device, another name. remove ends what is connected with that key; the last key stays.": "端末ごとに別の鍵を使えます。add には .pub ファイルの 1 行を渡します。例: /keys add laptop ssh-ed25519 AAAA… 鍵を追加すると、ほかの接続にも知らせます。name は、フィンガープリントまたは端末名で指した鍵の名前を変えます。remove はその鍵での接続を終わらせます。最後の鍵は消せません。",
	"your settings: colours, language, time zone …": "設定です（配色、言語、タイムゾーンなど）",
	"Without a name it lists them all, with a name it shows one and the values that it takes. - puts it back to what it was at first. A change is seen at once in all your terminals.": "名前がなければすべて、名前を付けるとその設定と使える値を表示します。「-」で初めの値に戻ります。変更はすべての端末にすぐ反映されます。",
	"go on in plain lines: for screen readers and slow links": "1 行ずつの表示にします（読み上げソフトや遅い回線向け）",
	"go on in the chat view":                                  "チャット画面に戻ります",
	"clear the screen; the messages stay":                     "画面を消します（メッセージは残ります）",

	// server
	"let somebody in who has knocked":                                       "参加を希望している人を入れます",
	"Without a name it lists who waits, with the fingerprint of their key.": "名前がなければ、待っている人と鍵のフィンガープリントを表示します。",
	"turn somebody away who has knocked":                                    "参加を希望している人を断ります",
	"make a code that lets one new person in":                               "新しい人を 1 人招待するコードを作ります",
	"The code works once, and for 72 hours unless you say otherwise (at most 720). Whoever enters it chooses a name.": "コードは 1 回だけ、指定がなければ 72 時間（最長 720 時間）使えます。入力した人が自分の名前を選びます。",
	"which version of Parley this is": "Parley のバージョンです",

	// help
	"the commands, or one of them":        "コマンドの一覧、またはその 1 つの説明です",
	"the keys of the chat view":           "チャット画面のキーです",
	"leave; your rooms go on without you": "接続を終えます（ルームはそのままです）",

	// settings
	"the colours: for any terminal, a dark or a light one, high contrast, or none":                            "配色（どの画面でも、暗い画面、明るい画面、高コントラスト、色なし）",
	"the language of everything that the server says":                                                         "サーバーの言語",
	"your time zone, by the name of a place":                                                                  "タイムゾーン（地名）",
	"how times of day are shown":                                                                              "時刻の表示",
	"what can be done now, in the status line":                                                                "今できる操作をステータス行に表示",
	"the room list; auto is by the width of the terminal":                                                     "ルーム一覧（auto は端末の幅に応じて）",
	"the list of people; auto is by the width of the terminal":                                                "メンバー一覧（auto は端末の幅に応じて）",
	"the mouse: the wheel scrolls, a click selects or switches":                                               "マウス（ホイールでスクロール、クリックで選択や切り替え）",
	"show emoji, or their names as :tada:":                                                                    "絵文字をそのまま、または :tada: のような名前で表示",
	"let others see that you are typing":                                                                      "入力中であることをほかの人に表示",
	"ring the terminal's bell when somebody wants you":                                                        "呼ばれたときに端末のベルを鳴らす",
	"how the terminal tells you of a message; auto is what it is known to take":                               "端末での通知方法（auto は端末に合わせて）",
	"words that ring, are marked and are found by /mentions as a mention of you is, with commas between them": "メンションのように知らせ、印を付け、/mentions で見つける言葉（コンマ区切り）",
	"hours of your day in which nothing rings":                                                                "通知を鳴らさない時間帯",
}
