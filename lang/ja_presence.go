package lang

// jaPresence is who is here, away, or typing, and what one is told of.
var jaPresence = map[string]string{
	"+ is here now, - is away, × is not connected, @ is a moderator or the owner.":                                                          "+ はオンライン、- は離席中、× は未接続、@ はモデレーターかオーナーです。",
	"you are %s as long as you are connected; whoever enters with ssh and a key chooses a name once":                                        "接続している間は%sです。ssh と鍵で入る人は、最初に名前を選べます",
	"you are %s: a name belongs to its keys and is given to nobody else, so that others know who speaks. Another key can have another name": "あなたは%sです。名前は鍵に結び付いていて、ほかの人には使えません。別の鍵なら別の名前にできます",
	"whether somebody is here, away, or not to be disturbed":                                                                                "オンライン、離席中、おやすみモードのどれかを表示します",
	"be away until you say /back": "/back まで離席中にします",
	"Others see - beside your name. Without it you are away by yourself after ten minutes without a key, and back with the next one.": "ほかの人にはあなたの名前に - が付いて見えます。使わなくても、10 分間キーを押さないと自動で離席中になり、次のキーで戻ります。",
	"be here again, and be told of messages":    "離席を終えて通知を再開します",
	"do not disturb: nothing rings for a while": "おやすみモード（しばらく通知を鳴らしません）",
	"TIME is how long, 1h if left out. What comes meanwhile is counted as ever. For the same hours of each day: /set quiet 22:00-07:00.": "TIME は長さで、省くと 1h です。その間の未読も数えます。毎日同じ時間帯なら /set quiet 22:00-07:00 です。",
	"your name here, and why it stays": "ここでの名前と、変えられない理由です",
	"away":                             "離席中",
	"you are away: /back when you are here again": "離席中にしました。戻ったら /back を入力してください",
	"welcome back":                             "おかえりなさい",
	"you are told of messages again":           "通知を再開しました",
	"nothing rings until %s: /dnd off ends it": "%s まで通知を鳴らしません。/dnd off で終わります",
	"%s is not here":                           "%sさんは接続していません",
	"%s is here":                               "%sさんはオンラインです",
	"%s is away: nobody has typed for a while": "%sさんは離席中です（しばらく入力がありません）",
	"%s is away: %s":                           "%sさんは離席中です: %s",
	"not to be disturbed until %s":             "%s までおやすみモードです",
	"last here %s":                             "最後の接続 %s",
	"%s is typing":                             "%sさんが入力中",
	"%s and %s are typing":                     "%sさんと%sさんが入力中",
	"%d people are typing":                     "%d人が入力中",
}
