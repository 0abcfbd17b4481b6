package lang

// jaHooks is about hooks: programs elsewhere that post to a room, and that a room posts to.
var jaHooks = map[string]string{
	"there is no hook of that name here: /webhook list shows them": "その名前のフックはありません。/webhook list で一覧を見られます",
	"a room has at most %d hooks: /webhook remove one first":       "1 つのルームのフックは %d 個までです。先に /webhook remove で減らしてください",
	"another hook has that name: choose another one":               "その名前のフックがすでにあります。別の名前を選んでください",
	"a conversation of a few takes no hooks: make a room for it":   "数人の会話にはフックを付けられません。ルームを作ってください",
}
