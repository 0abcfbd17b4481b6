package lang

// japanese maps each English sentence, as it is in the source, to Japanese.
var japanese = map[string]string{
	"%s joined":    "%sさんが参加しました",
	"%s left":      "%sさんが退出しました",
	"%s is %s now": "%sを%sにしました",
}
