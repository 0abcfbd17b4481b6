package lang

// jaHappened say in the chat view what became of messages.
var jaHappened = map[string]string{
	"(edited)":                    "(編集済み)",
	"(pinned)":                    "(ピン留め)",
	"message deleted":             "削除されたメッセージ",
	"deleted by %s":               "%sさんが削除しました",
	"an older message":            "以前のメッセージ",
	"older messages have expired": "これより前のメッセージは保存期間が過ぎました",
	"%d reply":                    "返信 %d 件",
	"%d replies":                  "返信 %d 件",
	"last %s":                     "最新 %s",
	"%d new":                      "新着 %d 件",
	"%s, closed by %s":            "%s、%sさんが締め切りました",
	"%s, /vote %s NUMBER":         "%s、投票は /vote %s 番号",
}
