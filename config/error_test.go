package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// notYAML ends the sentences whose cause the parser found.
const notYAML = "; check the indentation, the quotes and the colon of this line and the one above"

// Each fault is one sentence that names the file, the line, the key, and what
// to do.
var faults = []struct{ name, src, want string }{
	// What is not YAML, or more YAML than settings need.
	{"tab", "ssh:\n\tlisten: x\n", "2: a tab is used to indent; use spaces"},
	{"tab after crlf", "ssh:\r\n\tlisten: x\r\n", "2: a tab is used to indent; use spaces"},
	{"colon", "store: sqlite\na: b: c", "2: this is not YAML (mapping value is not allowed in this context)" + notYAML},
	{"indentation", "ssh:\n  listen: \":1\"\n bus: x\n", "3: this is not YAML (value is not allowed in this context)" + notYAML},
	{"open quote", "\n\nbus: \"", "3: this is not YAML (could not find end character of double-quoted text)" + notYAML},
	{"open bracket", "store: sqlite\nssh:\n  host_keys: [a, b\n", `3: the list that begins with "[" has no end; close it with "]", and put names that begin with # in quotes`},
	{"room not quoted", "rooms:\n  default: [#general]\n", `2: the list that begins with "[" has no end; close it with "]", and put names that begin with # in quotes`},
	{"open brace", "{", "1: this is not YAML (could not find flow mapping end token '}')" + notYAML},
	{"not settings", "ssh", `1: the file must be a list of settings; write each as "key: value"`},
	{"list", "- ssh", `1: the file must be a list of settings; write each as "key: value"`},
	{"no space", "store:sqlite", `1: the file must be a list of settings; write each as "key: value"`},
	{"two documents", "---\ndata: a\n---\ndata: b\n", `4: a second document begins here; remove the line "---" above it`},
	{"anchor", "store: &a sqlite", "1: anchors and aliases (&, *, <<) are not read here; write the value out, in quotes if it begins with & or *"},
	{"alias", "\nbus: *a", "2: anchors and aliases (&, *, <<) are not read here; write the value out, in quotes if it begins with & or *"},
	{"merge", "<<: {a: b}", "1: anchors and aliases (&, *, <<) are not read here; write the value out, in quotes if it begins with & or *"},
	{"tag", "bus: !!str x", "1: tags (!) are not read here; write the value without one, in quotes if it begins with !"},
	{"tag at the end", "store: sqlite\n!", "2: tags (!) are not read here; write the value without one, in quotes if it begins with !"},
	{"directive", "%YAML 1.2\n---\n", "1: directives (%) are not read here; remove the line"},
	{"complex key", "? bus\n: x", `1: keys written with "?" are not read here; write "key: value"`},
	{"nesting", "rooms: " + strings.Repeat("[", 9), "1: lists are nested too deeply; no setting is more than one list"},
	{"nesting by dashes", "rooms:\n" + strings.Repeat("- ", 9), "2: lists are nested too deeply; no setting is more than one list"},
	{"not UTF-8", "# fine\n# K\xf6ln\n", "2: this line is not UTF-8; save the file as UTF-8"},
	{"UTF-16", "\xff\xfes\x00", "1: this line is not UTF-8; save the file as UTF-8"},
	{"control", "\n\nserver:\n  name: a\x1b[2J\n", "4: this line holds the control character U+001B; take it out"},
	{"C1 control", "server:\n  name: \u009b2J\n", "2: this line holds the control character U+009B; take it out"},

	// Keys.
	{"typo", "ssh:\n  listn: x", "2: ssh.listn: there is no such key; did you mean ssh.listen?"},
	{"typo of a section", "\nshs:\n  listen: x", "2: shs: there is no such key; did you mean ssh?"},
	{"typo after crlf", "ssh:\r\n  listn: x\r\n", "2: ssh.listn: there is no such key; did you mean ssh.listen?"},
	{"wrong place", "registration: open", `1: registration: there is no such key in this place; move it below "keys:", indented`},
	{"dotted", "ssh.listen: x", `1: ssh.listen: keys are nested here; write "ssh:" on one line and, indented below it, "listen: …"`},
	{"no such section", "5: x", "1: 5: there is no such key; remove it, or write one of data, ssh, tcp, metrics, web, keys, store, bus, log, server, rooms, limits"},
	{"no such setting", "log:\n  directory: x", "2: log.directory: there is no such key; remove it, or write one of those of log: level, format"},
	{"hostile key", `"a\e\nb": 1`, `1: "a\x1b\nb": there is no such key; remove it, or write one of data, ssh, tcp, metrics, web, keys, store, bus, log, server, rooms, limits`},
	{"twice", "store: sqlite\nbus: \"\"\nstore: sqlite", "3: store: the key is already on line 1; keep one of the two"},
	{"section twice", "log:\n  level: info\nssh:\nlog:\n  level: info", "4: log: the key is already on line 1; keep one of the two"},
	{"twice in a section", "log:\n  level: info\n  level: info", "3: log.level: the key is already on line 2; keep one of the two"},
	{"twice in braces", "log: {level: info, 'level': info}", "1: log.level: the key is already on line 1; keep one of the two"},

	// Types.
	{"no value", "data:", `1: data: no value is given; write one ("" for none, and in quotes if it begins with #), or remove the line to have the default`},
	{"comment for a value", "rooms:\n  default:\n    - \"#a\"\n    - #b\n", `4: rooms.default: entry 2: no value is given; write one ("" for none, and in quotes if it begins with #), or remove the line to have the default`},
	{"section as value", "log: info", "1: log: this is a section, not a setting; write its keys below it, indented: level, format"},
	{"value as section", "data:\n  path: x", "1: data: this is one setting, it has no keys below it; write a value on the same line"},
	{"list as value", "data: [x]", "1: data: a list stands where one value is wanted; write the value without [ ] or -"},
	{"value as list", "ssh:\n  host_keys: x", `2: ssh.host_keys: a list is wanted; write [] for none, or ["one", "two"]`},
	{"list in list", "ssh:\n  host_keys: [[a]]", "2: ssh.host_keys: entry 1: a single value is wanted here; write one text or number"},
	{"number as text", "server:\n  name: 5", `2: server.name: 5 is a number and a text is wanted; put it in quotes: "5"`},
	{"bool as text", "server:\n  name: yes\n  motd: true", `3: server.motd: "true" is neither a text nor a whole number; no setting takes it unless it is in quotes`},
	{"text as number", "limits:\n  connections: many", `2: limits.connections: "many" is not a whole number from 0 to 1000000000; write one, without quotes`},
	{"quoted number", "limits:\n  connections: \"5\"", `2: limits.connections: "5" is not a whole number from 0 to 1000000000; write one, without quotes`},
	{"fraction", "limits:\n  connections: 1.5", `2: limits.connections: "1.5" is not a whole number from 0 to 1000000000; write one, without quotes`},
	{"negative", "limits:\n  connections: -1", `2: limits.connections: "-1" is not a whole number from 0 to 1000000000; write one, without quotes`},
	{"octal or not", "limits:\n  connections: 010", `2: limits.connections: "010" is not a whole number from 0 to 1000000000; write one, without quotes`},
	{"overflow", "limits:\n  connections: 99999999999999999999", `2: limits.connections: "99999999999999999999" is not a whole number from 0 to 1000000000; write one, without quotes`},
	{"no unit", "limits:\n  idle: 60", "2: limits.idle: 60 has no unit; write 60s for seconds, 60m for minutes, or 0 for off"},
	{"bad time", "limits:\n  idle: soon", `2: limits.idle: "soon" is not a time of up to a year; write one such as 30s, 5m or 12h, or 0 for off`},
	{"negative time", "limits:\n  idle: -5s", `2: limits.idle: "-5s" is not a time of up to a year; write one such as 30s, 5m or 12h, or 0 for off`},
	{"endless time", "limits:\n  idle: 10000h", `2: limits.idle: "10000h" is not a time of up to a year; write one such as 30s, 5m or 12h, or 0 for off`},
	{"bad rate", "limits:\n  posts: 5", `2: limits.posts: "5" is not a rate; write a whole number and a unit such as 2/s, 30/m or 10/h, or 0 for no limit`},
	{"bad rate unit", "limits:\n  posts: 5/d", `2: limits.posts: "5/d" has no unit that is known; write 5/s, 5/m or 5/h`},
	{"choice", "\n\nkeys:\n  registration: \"opne\"", `4: keys.registration: "opne" is not one of open, invite, closed; write one of those`},
	{"level", "log:\n  level: trace", `2: log.level: "trace" is not one of debug, info, warn, error; write one of those`},
	{"format", "log:\n  format: xml", `2: log.format: "xml" is not one of auto, text, json; write one of those`},
	{"hostile value", `log: {format: "a\e\nb"}`, `1: log.format: "a\x1b\nb" is not one of auto, text, json; write one of those`},
	{"long value", "log:\n  format: " + strings.Repeat("x", 500), `2: log.format: "` + strings.Repeat("x", 60) + `…" is not one of auto, text, json; write one of those`},
	{"network", "limits:\n  exempt:\n    - 10.0.0.0/8\n    - 10.0.0.0/33", `4: limits.exempt: entry 2: "10.0.0.0/33" is not an address or a network; write one such as 10.0.0.0/8, 192.0.2.7 or 2001:db8::/32`},
	{"address bits", "ssh:\n  proxy_protocol: [10.1.2.3/8]", `2: ssh.proxy_protocol: entry 1: "10.1.2.3/8" has address bits behind its network; write 10.0.0.0/8`},
	{"mapped address", "limits:\n  exempt: [\"::ffff:10.0.0.1\"]", `2: limits.exempt: entry 1: "::ffff:10.0.0.1" is an IPv4 address in IPv6 form; write it as 10.0.0.1`},

	// Values that are of the right type and still wrong.
	{"port for an address", "ssh:\n  listen: \"2222\"", `2: ssh.listen: "2222" is a port without an address; write ":2222" or "127.0.0.1:2222"`},
	{"no port", "ssh:\n  listen: localhost", `2: ssh.listen: "localhost" is not an address with a port; write one such as ":2222", "127.0.0.1:2222" or "[::1]:2222", or "" for off`},
	{"port too large", "ssh:\n  listen: \":70000\"", `2: ssh.listen: "70000" is not a port; write a number from 0 to 65535 (0 takes a free one)`},
	{"port by name", "ssh:\n  listen: \":ssh\"", `2: ssh.listen: "ssh" is not a port; write a number from 0 to 65535 (0 takes a free one)`},
	{"no host", "tcp:\n  echo: \"127.0.0.256:8080\"", `2: tcp.echo: "127.0.0.256" is neither an address nor a host name; write one such as 127.0.0.1, [::1] or localhost`},
	{"open metrics", "metrics:\n  listen: \":9090\"", `2: metrics.listen: ":9090" means every network that this machine is on; write "127.0.0.1:9090", or "0.0.0.0:9090" if that is what you want`},
	{"open web", "web:\n  listen: \":8081\"", `2: web.listen: ":8081" means every network that this machine is on; write "127.0.0.1:8081", or "0.0.0.0:8081" if that is what you want`},
	{"port of a default", "\ntcp:\n  chat: \"127.0.0.1:8080\"", `3: tcp.chat: tcp.echo and tcp.chat are both "127.0.0.1:8080"; give one of them another port, or "" for off`},
	{"port of the line above", "metrics: {listen: \"127.0.0.1:5\"}\ntcp: {chat: \"127.0.0.1:5\"}", `2: tcp.chat: tcp.chat and metrics.listen are both "127.0.0.1:5"; give one of them another port, or "" for off`},
	{"PostgreSQL", "\nstore: postgres://u:secret@h/db", "2: store: PostgreSQL (postgres://…) is not in this version yet; write sqlite"},
	{"other store", "store: mysql://u:secret@h/db", "1: store: there is no such store; write sqlite"},
	{"NATS", "bus: nats://u:secret@h", `1: bus: NATS (nats://…) is not in this version yet; write ""`},
	{"other bus", "bus: kafka", `1: bus: there is no such bus; write "" (one machine needs none)`},
	{"no data", "data: \"\"", "1: data: a folder is needed; write its path"},
	{"no keys", "keys:\n  dir: \"\"", "2: keys.dir: a folder is needed; write its path"},
	{"home", "data: ~/parley", "1: data: ~ is not expanded here; write the full path"},
	{"home of another", "data: ~bob", "1: data: ~ is not expanded here; write the full path"},
	{"path with control", `data: "a\0b"`, "1: data: the path holds the character U+0000, which cannot be shown; take it out"},
	{"long path", "data: /" + strings.Repeat("x", 4096), "1: data: the path is 4097 bytes long; write one of at most 4096"},
	{"missing file", "keys:\n  trusted_ca: /nonexistent/ca.pub", `2: keys.trusted_ca: "/nonexistent/ca.pub" cannot be opened (no such file or directory); create the file or remove the setting`},
	{"missing host key", "ssh:\n  host_keys:\n    - /dev/null\n    - /nonexistent/key", `4: ssh.host_keys: "/nonexistent/key" cannot be opened (no such file or directory); create the file or remove the setting`},
	{"empty host key", "ssh:\n  host_keys: [\"\"]", "2: ssh.host_keys: entry 1 is empty; write the path of a private key, or remove the entry"},
	{"folder for a file", "keys:\n  revoked: /", `2: keys.revoked: "/" is a folder; name a file`},
	{"file for a folder", "data: /dev/null", `1: data: "/dev/null" is a file and a folder is wanted; name another path`},
	{"trust in all", "ssh:\n  proxy_protocol:\n  - 0.0.0.0/0", "3: ssh.proxy_protocol: 0.0.0.0/0 would let every client claim any address; write the networks of your balancers"},
	{"trust in all proxies", "web:\n  proxy:\n  - ::/0", "3: web.proxy: ::/0 would let every client claim any address; write the addresses of your proxies"},
	{"no web address", "web:\n  url: chat.example.org", `2: web.url: "chat.example.org" is not a web address; write one such as https://chat.example.org`},
	{"web address with a query", "web: {url: \"https://h/?a=b\"}", "1: web.url: only scheme, host and path are wanted; write one such as https://chat.example.org/parley"},
	{"web address with a line end", `web: {url: "https://h/\u202e"}`, "1: web.url: the character U+202E cannot stand in a web address; write it as a browser's address line copies it"},
	{"certificate without a key", "web:\n  tls:\n    cert: /etc/hosts", "3: web.tls.cert: the key of this certificate is missing; name its file in web.tls.key"},
	{"no certificate", "web: {tls: {cert: /etc/hosts, key: /etc/hosts}}", "1: web.tls.cert: certificate and key cannot be used (tls: failed to find any PEM data in certificate input); name a certificate and its own key, both in PEM"},
	{"two sources of certificates", "web:\n  tls:\n    cert: /etc/hosts\n    key: /etc/hosts\n    acme: [a.example]", "5: web.tls.acme: certificates come from files or from ACME; remove one of the two"},
	{"certificate for an address", "web: {tls: {acme: [192.0.2.1]}}", `1: web.tls.acme: no certificate can be fetched for "192.0.2.1"; write the full name of a host, such as chat.example.org`},
	{"authority without TLS", "web: {tls: {directory: \"http://ca.example/\"}}", `1: web.tls.directory: "http://ca.example/" is not the https address of an ACME directory; write one such as https://acme-v02.api.letsencrypt.org/directory`},
	{"host with a path", "web:\n  hooks_allow:\n  - http://a/b", `3: web.hooks_allow: "http://a/b" is neither a host nor a host with a port; write one such as ci.internal, 10.0.0.7:8080 or [::1]:9000`},
	{"host with no port", "web: {hooks_allow: [\"a:99999\"]}", `1: web.hooks_allow: "99999" is not a port; write a number from 1 to 65535`},
	{"burst of no bots", "limits:\n  bot_post_burst: 0", "2: limits.bot_post_burst: a burst of 0 lets nothing pass; write at least 1, or switch the limit off with limits.bot_posts: 0"},
	{"no name", "server:\n  name: \" \"", "2: server.name: the name has from 1 to 40 characters; write such a one"},
	{"long name", "server:\n  name: " + strings.Repeat("é", 41), "2: server.name: the name has from 1 to 40 characters; write such a one"},
	{"name with bidi", "server:\n  name: \"a\\u202eb\"", "2: server.name: the name holds the character U+202E, which cannot be shown; take it out"},
	{"long motd", "server:\n  motd: " + strings.Repeat("x", 2001), "2: server.motd: the message is 2001 bytes long; write at most 2000"},
	{"motd with escape", `server: {motd: "a\e[2J"}`, "1: server.motd: the message holds the character U+001B, which cannot be shown; take it out"},
	{"room without #", "rooms:\n  default: [general]", `2: rooms.default: "general" has no # in front; write "#general", in quotes`},
	{"room with a space", "rooms:\n  default: [\"#a b\"]", `2: rooms.default: "#a b": a room's name has no spaces: put '-' between the words, as in #build-farm`},
	{"room twice", "rooms:\n  default:\n  - \"#a\"\n  - \"#a\"", `4: rooms.default: "#a" is in the list twice, or looks like another name in it; remove one`},
	{"rooms", "rooms:\n  default:" + strings.Repeat("\n  - \"#a\"", 21), "2: rooms.default: 21 rooms are too many for a newcomer; name at most 20"},
	{"burst of nothing", "limits:\n  post_burst: 0", "2: limits.post_burst: a burst of 0 lets nothing pass; write at least 1, or switch the limit off with limits.posts: 0"},
	{"no answers", "limits:\n  keepalive_count: 0", "2: limits.keepalive_count: 0 unanswered questions would end every connection; write at least 1, or switch the questions off with limits.keepalive: 0"},
	{"too short", "limits:\n  keepalive: 1ns", "2: limits.keepalive: 1ns is too short to be kept; write at least 100ms, or 0 for off"},
	{"message", "limits:\n  message_bytes: 2000000", "2: limits.message_bytes: 2000000 is more than a message can be; write at most 16384"},
}

func TestFaults(t *testing.T) {
	for _, f := range faults {
		_, err := Parse("etc/config.yaml", []byte(f.src))
		if err == nil {
			t.Errorf("%s: accepted", f.name)
			continue
		}
		if want := "etc/config.yaml:" + f.want; err.Error() != want {
			t.Errorf("%s:\n got %s\nwant %s", f.name, err, want)
		}
	}
}

// TestOffSwitches turns every limit and every listener off.
func TestOffSwitches(t *testing.T) {
	var src strings.Builder
	src.WriteString("ssh: {listen: \"\"}\ntcp: {echo: \"\", chat: \"\"}\nmetrics: {listen: \"\"}\nweb: {listen: \"\"}\nrooms: {default: []}\nlimits:\n")
	for name := range strings.FieldsSeq(`connections connections_per_prefix unauthenticated unauthenticated_per_prefix
		handshakes handshake_burst handshake_timeout channels posts post_burst posts_per_prefix post_burst_per_prefix
		mute joins join_burst creates create_burst searches search_burst message_bytes input_bytes idle write_stall keepalive keepalive_count`) {
		src.WriteString("  " + name + ": 0\n")
	}
	src.WriteString("  exempt: []\n")
	c := parse(t, src.String())
	if l := c.Limits; l.Posts != 0 || l.Exempt != nil || l.KeepaliveCount != 0 || l.WriteStall != 0 {
		t.Errorf("limits %+v", l)
	}
}

// TestSameAddressTwice lets two listeners share a port on two addresses, and
// take any free one.
func TestSameAddressTwice(t *testing.T) {
	parse(t, `{tcp: {echo: "127.0.0.1:7"}, metrics: {listen: "127.0.0.2:7"}, ssh: {listen: "127.0.0.1:0"}, web: {listen: "127.0.0.1:0"}}`)
}

// TestHugeFiles ends in a sentence, and soon: each of these takes the parser
// minutes, or memory without bound, when it is let loose on them.
func TestHugeFiles(t *testing.T) {
	bomb := "a: &a [x, x, x, x, x, x, x, x]\n"
	for _, c := range "bcdefghijklm" {
		last := string(c - 1)
		bomb += string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+last+", ", 8) + "*" + last + "]\n"
	}
	for name, c := range map[string]struct{ src, want string }{
		"bomb":      {bomb, "anchors and aliases"},
		"too large": {strings.Repeat("#", maxFile+1), "larger than 1 MiB"},
		"entries":   {strings.Repeat("-\n", maxFile/2), "there is too much in this file"},
		"keys":      {strings.Repeat("a:\n", maxFile/3), "there is too much in this file"},
		"colons":    {strings.Repeat("a: ", maxFile/3), "there is too much in this file"},
		"brackets":  {strings.Repeat("[", maxFile), "there is too much in this file"},
	} {
		_, err := Parse("config.yaml", []byte(c.src))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestLoadStopsReading gives Load a file without end.
func TestLoadStopsReading(t *testing.T) {
	_, err := Load("/dev/zero")
	if err == nil || !strings.Contains(err.Error(), "larger than 1 MiB") {
		t.Errorf("got %v", err)
	}
}

func TestDataFolderThatCannotBe(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c := parse(t, "data: "+filepath.Join(folder, "data"))
	c.Data = filepath.Join(file, "data")
	err := c.MakeDataFolder()
	if err == nil || !strings.Contains(err.Error(), "make it by hand") || strings.Contains(err.Error(), "mkdir") {
		t.Errorf("got %v", err)
	}
	var p *fs.PathError
	if errors.As(err, &p) {
		t.Errorf("the sentence names the path twice: %v", err)
	}
}

// FuzzLoad holds that any file gives a valid Config or one sentence about it.
func FuzzLoad(f *testing.F) {
	src, err := os.ReadFile(manual)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(src)
	for _, c := range faults {
		f.Add([]byte(c.src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		c, err := Parse("config.yaml", src)
		if err == nil {
			k := checker{file: "config.yaml", lines: map[string]int{}}
			if err := k.check(c); err != nil {
				t.Fatalf("accepted, and yet: %v", err)
			}
			return
		}
		var e *Error
		if !errors.As(err, &e) || c != nil {
			t.Fatalf("%T %v with %v", err, err, c)
		}
		sentence := e.Error()
		if strings.ContainsAny(sentence, "\n\r\x00\x1b") || len(sentence) > 800 || !strings.HasPrefix(sentence, "config.yaml:") {
			t.Fatalf("not one sentence: %q", sentence)
		}
		if lines := strings.Count(string(src), "\n") + strings.Count(string(src), "\r") + 1; e.Line > lines {
			t.Fatalf("line %d of %d: %s", e.Line, lines, sentence)
		}
	})
}
