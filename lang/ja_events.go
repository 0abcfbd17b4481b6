package lang

// jaEvents say what became of a message, and of an invitation.
var jaEvents = map[string]string{
	"%s edited %s":                                     "%sさんが %s を編集しました",
	"%s edited %s: %s":                                 "%sさんが %s を編集しました: %s",
	"%s deleted %s":                                    "%sさんが %s を削除しました",
	"%s reacted %s to %s":                              "%[1]sさんが %[3]s に %[2]s を付けました",
	"%s took %s back from %s":                          "%[1]sさんが %[3]s から %[2]s を外しました",
	"%s pinned %s":                                     "%sさんが %s をピン留めしました",
	"%s unpinned %s":                                   "%sさんが %s のピン留めを外しました",
	"%s voted %s in %s":                                "%[1]sさんが %[3]s で %[2]s に投票しました",
	"%s took their vote in %s back":                    "%sさんが %s への投票を取り消しました",
	"%s closed the poll %s":                            "%sさんが投票 %s を締め切りました",
	"%s declined the invitation":                       "%sさんが招待を断りました",
	"%s declines your invitation to %s":                "%sさんが %s への招待を断りました",
	"%s invites you to %s: /accept %s or /decline %s":  "%sさんが %s に招待しています: /accept %s または /decline %s",
	"you are invited to %s: /accept %s or /decline %s": "%s に招待されています: /accept %s または /decline %s",
	"%s  you are invited: /accept %s or /decline %s":   "%s  招待されています: /accept %s または /decline %s",
	"%s  %d new in threads: /threads":                  "%s  スレッドに新着 %d 件: /threads",
	"nobody has invited you to %s":                     "%s に招待されていません",
	"you have declined the invitation to %s":           "%s への招待を断りました",
	"you have several invitations: name the room":      "招待が複数あります。ルームを指定してください",
	"you have no invitation":                           "招待はありません",
	"enter a room that you are invited to":             "招待されたルームに入ります",
	"give an invitation back":                          "招待を断ります",
	"Who invited you is told. The invitation is gone; you can be invited again.": "招待した人に伝わります。招待はなくなりますが、あらためて招待を受けられます。",

	"done: %s":  "済み: %s",
	"thread %s": "スレッド %s",
	"re %s: %s": "返信 %s: %s",
	"re %s":     "返信 %s",
	"asks: %s":  "投票: %s",
}
