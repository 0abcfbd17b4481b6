module parley

go 1.26.8

require (
	charm.land/log/v2 v2.0.1
	charm.land/ssh v0.4.3
	charm.land/wish/v2 v2.0.4
	github.com/alecthomas/chroma/v2 v2.27.0 // the words of code: keywords, strings, comments
	github.com/charmbracelet/ultraviolet v0.0.0-20261008173134-6b8d4baf91b4 // decodes the sequences that terminals send for keys
	github.com/charmbracelet/x/ansi v0.11.9 // the width of text in columns
	github.com/coder/websocket v1.8.15 // the frames of WebSockets; maintained, and small in memory
	github.com/creack/pty v1.1.24 // a terminal for the real ssh in bench
	github.com/dlclark/regexp2/v2 v2.2.1 // the expressions of chroma, to bound the time that they take
	github.com/ergochat/confusables v0.0.0-20201108231250-4ab98ab61fb1 // the table of lookalikes of UTS #39, for the skeletons of names
	github.com/fsnotify/fsnotify v1.10.1 // the kernel says when a key file comes or goes, so that nothing polls the folder
	github.com/goccy/go-yaml v1.19.2 // knows the line of every key, for errors that name it
	github.com/oklog/ulid/v2 v2.1.2
	github.com/pires/go-proxyproto v0.15.0 // the address of a client behind a balancer
	github.com/prometheus/client_golang v1.25.0
	github.com/sahilm/fuzzy v0.1.3 // the quick switcher, and the nearest command
	github.com/spf13/cobra v1.10.2
	github.com/yuin/goldmark-emoji v1.0.6 // the names of emoji
	golang.org/x/crypto v0.58.0
	golang.org/x/net v0.61.0 // idna: the hosts of links in punycode
	golang.org/x/text v0.43.0
	golang.org/x/time v0.16.0
	modernc.org/sqlite v1.61.1
	rsc.io/qr v0.2.0 // a one-time link as a QR code on a terminal; it needs nothing else
)

require (
	github.com/charmbracelet/x/vt v0.0.0-20260823001701-96af6d2cb5f6 // in tests and the benchmark: what a terminal shows of the bytes
	github.com/chromedp/cdproto v0.159.0 // in tests: what the browser is asked
	github.com/chromedp/chromedp v0.23.0 // in tests: Debian's chromium, which opens the page
	github.com/gliderlabs/ssh v0.3.8 // in tests and the benchmark only: the reference that the server must agree with
	github.com/rogpeppe/go-internal v1.16.0 // in tests: scripts with the real ssh
	go.uber.org/goleak v1.3.0
	golang.org/x/tools v0.52.0 // in tests: the format of scripts, whose goldens they update
	pgregory.net/rapid v1.3.0 // in tests: properties and state machines
)

require (
	github.com/evanw/esbuild v0.28.2 // makes one small script of the modules of the page, when it is first asked for
	github.com/pkg/sftp v1.13.12 // packets of sftp, and of scp
)

require (
	charm.land/bubbletea/v2 v2.0.9 // indirect
	charm.land/lipgloss/v2 v2.0.6 // indirect
	github.com/anmitsu/go-shlex v0.0.0-20200514113438-38f4b401e2be // indirect
	github.com/beorn7/perks v1.0.1 // indirect
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	github.com/charmbracelet/colorprofile v0.4.3 // indirect
	github.com/charmbracelet/keygen v0.5.4 // indirect
	github.com/charmbracelet/x/conpty v0.2.0 // indirect
	github.com/charmbracelet/x/exp/ordered v0.1.0 // indirect
	github.com/charmbracelet/x/term v0.2.2 // indirect
	github.com/charmbracelet/x/termios v0.1.1 // indirect
	github.com/charmbracelet/x/windows v0.2.2 // indirect
	github.com/charmbracelet/x/xpty v0.1.4 // indirect
	github.com/clipperhouse/displaywidth v0.11.0 // indirect
	github.com/clipperhouse/uax29/v2 v2.7.0 // indirect
	github.com/dustin/go-humanize v1.1.0 // indirect
	github.com/go-json-experiment/json v0.0.0-20260213210345-44df1a37e875 // indirect
	github.com/go-logfmt/logfmt v0.6.1 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/inconshreveable/mousetrap v1.1.0 // indirect
	github.com/kr/fs v0.1.0 // indirect
	github.com/lucasb-eyer/go-colorful v1.4.1 // indirect
	github.com/mattn/go-isatty v0.0.24 // indirect
	github.com/mattn/go-runewidth v0.0.30 // indirect
	github.com/muesli/cancelreader v0.2.2 // indirect
	github.com/munnerz/goautoneg v0.0.0-20191010083416-a7dc8b61c822 // indirect
	github.com/ncruces/go-strftime v1.1.0 // indirect
	github.com/prometheus/client_model v0.6.3 // indirect
	github.com/prometheus/common v0.72.0 // indirect
	github.com/prometheus/procfs v0.22.0 // indirect
	github.com/remyoudompheng/bigfft v0.0.0-20230129092748-24d4a6f8daec // indirect
	github.com/rivo/uniseg v0.4.7 // indirect
	github.com/spf13/pflag v1.0.9 // indirect
	github.com/xo/terminfo v1.0.0 // indirect
	golang.org/x/exp v0.0.0-20260908205506-85c1c2202aba // indirect
	golang.org/x/sync v0.24.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
	modernc.org/libc v1.79.0 // indirect
	modernc.org/mathutil v1.7.1 // indirect
	modernc.org/memory v1.12.1 // indirect
)
