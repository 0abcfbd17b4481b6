package web

import (
	"strings"

	"parley/text"
)

// browsers and systems are how a User-Agent names them: the first that is there counts, because the later ones
// are what the earlier ones pretend to be.
var (
	browsers = [][2]string{
		{"Edg/", "Edge"}, {"EdgA/", "Edge"}, {"EdgiOS/", "Edge"}, {"OPR/", "Opera"}, {"Vivaldi/", "Vivaldi"}, {"SamsungBrowser/", "Samsung Internet"},
		{"FxiOS/", "Firefox"}, {"Firefox/", "Firefox"}, {"CriOS/", "Chrome"}, {"HeadlessChrome/", "Headless Chrome"}, {"Chrome/", "Chrome"}, {"Chromium/", "Chromium"},
		{"Version/", "Safari"}, {"curl/", "curl"}, {"Wget/", "wget"}, {"Go-http-client/", "a Go program"}, {"python-requests/", "a Python program"},
	}
	systems = [][2]string{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"CrOS", "ChromeOS"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"Macintosh", "macOS"},
		{"FreeBSD", "FreeBSD"}, {"OpenBSD", "OpenBSD"}, {"Linux", "Linux"},
	}
)

// browserCols is the width of what is shown of a browser.
const browserCols = 60

// browserOf says which browser on which system sends a User-Agent: "Firefox 145 on Linux". What is not known is shown as it is.
func browserOf(agent string) text.Line {
	agent = agent[:min(len(agent), 1000)]
	name := ""
	for _, b := range browsers {
		if _, rest, ok := strings.Cut(agent, b[0]); ok {
			name = strings.TrimSpace(b[1] + " " + major(rest))
			break
		}
	}
	system := ""
	for _, s := range systems {
		if strings.Contains(agent, s[0]) {
			system = s[1]
			break
		}
	}
	switch {
	case name == "" && strings.TrimSpace(agent) == "":
		return text.NewLine("a browser that does not say which it is", browserCols)
	case name == "":
		return text.NewLine(agent, browserCols)
	case system == "":
		return text.NewLine(name, browserCols)
	}
	return text.NewLine(name+" on "+system, browserCols)
}

// major is the number that a version begins with.
func major(version string) string {
	n := 0
	for n < len(version) && n < 5 && version[n] >= '0' && version[n] <= '9' {
		n++
	}
	return version[:n]
}
