package chat

// banCommands keep people out, and bring up whom to keep out.
func banCommands() []*Command {
	return []*Command{
		{Name: "ban", Group: "Moderation", Args: "[#room|--server] @person|SHA256:…|NETWORK [TIME] [WHY…]", Short: "put somebody out and keep them out",
			Long: "From a room, or with --server from the whole server: then also by a key's fingerprint or by a network like 192.0.2.0/24, and it ends what is connected. TIME is how long: 30m, 2h, 3d, or until when: until 18:00, until mon 9:00; without it, until /unban. A public room can still be read, like a notice board; a private one cannot. Owners of the server, this machine, and you cannot be banned.",
			who:  people, room: roomOrNow, flags: []string{"--server"}, args: []argKind{argPerson}, run: ban},
		{Name: "unban", Group: "Moderation", Args: "[#room|--server] @person|SHA256:…|NETWORK [WHY…]", Short: "let somebody come back",
			who: people, room: roomOrNow, flags: []string{"--server"}, args: []argKind{argPerson}, run: unban},
		{Name: "bans", Group: "Moderation", Args: "[#room|--server]", Short: "who is kept out, or silent, and until when",
			who: people, room: roomOrNow, flags: []string{"--server"}, args: []argKind{argRoom}, run: bans},
		{Name: "webhook", Aliases: []string{"webhooks", "hook", "hooks"}, Group: "Moderation", Args: "add [#room] [NAME] | out [#room] ADDRESS [--mentions | --word WORD | --all] [NAME] | list [#room] | remove|rotate|test NAME", Short: "let programs elsewhere post to a room, and a room post to them",
			Long: "add prints an address, once: what is sent to it by POST is posted in the room, under the hook's name. It takes plain text, the JSON of Slack's incoming webhooks, and what Alertmanager, GitHub and Gitea send: curl -d 'build 7 is green' ADDRESS. Who has the address can post; rotate makes another one, remove ends it. A hook can be silenced like anybody, and does not call @room. out posts what people do in the room to an address, as JSON that is signed: --mentions only what names the hook, --word only what holds a word, and then the target's {\"text\": …} is posted as the answer; --all what programs do, too. For moderators of the room and the staff of the server; out is for owners of the room.",
			who:  people, args: []argKind{argHook}, run: webhook},
		{Name: "report", Group: "Moderation", Args: "[MESSAGE [WHY…] | done NUMBER [WHY…]]", Short: "tell the staff of a message that should not be here",
			Long: "MESSAGE is a reference like #ops:1042. The staff of the server and the moderators of the room are told what it says, and the staff who said so. Staff lists the open reports with /report alone.",
			who:  anybody, args: []argKind{argRef}, run: report},
	}
}

// serverCommands are the ones about the server as a whole.
func serverCommands() []*Command {
	return []*Command{
		{Name: "approve", Group: "Server", Args: "[@name]", Short: "let somebody in who has knocked",
			Long: "Without a name it lists who waits, with the fingerprint of their key.",
			who:  staff, args: []argKind{argKnock}, run: approve},
		{Name: "deny", Group: "Server", Args: "@name", Short: "turn somebody away who has knocked",
			who: staff, args: []argKind{argKnock}, run: deny},
		{Name: "invites", Group: "Server", Args: "[HOURS]", Short: "make a code that lets one new person in",
			Long: "The code works once, and for 72 hours unless you say otherwise (at most 720). Whoever enters it chooses a name.",
			who:  staff, run: invites},
		{Name: "user", Group: "Server", Args: "[list [WORDS…] | @name | role @name owner|admin|member|bot]", Short: "who is known here; what they may do",
			Long: "Owners may do everything. Admins may do what owners may, but decide about neither owners nor admins. The last owner stays one.",
			who:  staff, args: []argKind{argUser, argPerson, argServerRole}, run: user},
		{Name: "signers", Group: "You", Args: "[@name…]", Short: "whose signatures count, for ssh-keygen -Y verify",
			Long: "A file of allowed signers: the keys of everybody, or of those who are named. /help signed tells what it is for.",
			who:  people, args: []argKind{argPerson}, run: signers},
		{Name: "bot", Group: "You", Args: "[on|off]", Short: "say that you are a program",
			Long: "What a bot says is marked, its limits are its own, and rooms can do without bots: see /bots. Alone it says what you are.",
			who:  people, args: []argKind{argSwitch}, run: bot},
		{Name: "defcon", Group: "Server", Args: "[LEVEL [WHY…]]", Short: "how far the doors are closed, from 5 to 1",
			Long: "5: everything as usual. 4: whoever has been here for less than a day, and every guest, posts at a slower rate. 3: and nobody new is let in but by staff; knocks are refused. 2: and who is new can only read. 1: only staff posts or starts a session. The level stays across restarts.",
			who:  staff, args: []argKind{argLevel}, run: defcon},
		{Name: "announce", Group: "Server", Args: "WORDS…", Short: "tell everybody something, now and in the rooms that everybody joins",
			who: staff, free: true, run: announce},
		{Name: "audit", Group: "Server", Args: "[#room] [by @name] [about WHOM] [since TIME] [before NUMBER] [COUNT]", Short: "who decided what, and why",
			Long: "The newest first, 20 if no count is given. TIME is like 2h or 7d ago. Moderators of a room see what concerns it.",
			who:  people, room: roomOrNow, args: []argKind{argRoom}, run: audit},
		{Name: "stats", Group: "Server", Short: "how the server is doing",
			who: staff, run: stats},
		{Name: "reload", Group: "Server", Short: "read config and keys again, as SIGHUP does",
			who: staff, run: reload},
		{Name: "version", Group: "Server", Short: "which version of Parley this is",
			who: anybody, run: version},
	}
}
