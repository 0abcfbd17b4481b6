package chat

import "slices"

// commands is the one table, in the order of help.
func commands() []*Command {
	return slices.Concat(roomCommands(), talkCommands(), findCommands(), fileCommands(), followCommands(), youCommands(), browserCommands(), presenceCommands(), moderationCommands(), banCommands(), serverCommands(), archiveCommands(), helpCommands())
}

// roomCommands are about rooms and who is in them.
func roomCommands() []*Command {
	return []*Command{
		{Name: "join", Aliases: []string{"j"}, Group: "Rooms", Args: "#room", Short: "enter a room and stay in it",
			Long: "A public room may be joined by anybody; a private one by those who were invited. You stay a member, and unread counts go on, until you /leave.",
			who:  anybody, room: roomGiven, pairs: true, args: []argKind{argRoom}, run: join},
		{Name: "accept", Group: "Rooms", Args: "[#room]", Short: "enter a room that you are invited to",
			who: people, room: roomGiven, args: []argKind{argRoom}, run: accept},
		{Name: "decline", Group: "Rooms", Args: "[#room]", Short: "give an invitation back",
			Long: "Who invited you is told. The invitation is gone; you can be invited again.",
			who:  people, room: roomGiven, args: []argKind{argRoom}, run: decline},
		{Name: "leave", Aliases: []string{"part"}, Group: "Rooms", Args: "[#room]", Short: "leave a room",
			Long: "Leaving a private room asks first: you need a new invitation to come back.",
			who:  people, instead: "quit", room: roomOrNow, pairs: true, args: []argKind{argRoom}, run: leave},
		{Name: "create", Group: "Rooms", Args: "[-p] [-g] #room [TOPIC…]", Short: "make a room",
			Long: "-p, or --private, makes it private: only invited people see it. -g, or --guests, lets guests in, who come by plain TCP without a key. The creator owns the room.",
			who:  people, room: roomGiven, flags: []string{"-p", "-g", "--private", "--guests"}, free: true, run: create},
		{Name: "list", Aliases: []string{"channels", "rooms"}, Group: "Rooms", Args: "[-a] [WORDS…]", Short: "the rooms that you can enter",
			Long: "With words, only rooms whose name or topic contains them. -a lists the archived ones instead.",
			who:  anybody, flags: []string{"-a"}, run: list},
		{Name: "topic", Group: "Rooms", Args: "[#room] [WORDS…]", Short: "show or change what a room is about",
			Long: "Without words it shows the topic; \"-\" alone removes it.",
			who:  anybody, room: roomOrNow, args: []argKind{argRoom}, free: true, run: topic},
		{Name: "invite", Group: "Rooms", Args: "[#room] @person…", Short: "ask people into a room",
			Long: "Each of them is told, and may /join even if the room is private. To let somebody new onto the server, see /invites.",
			who:  people, room: roomOrNow, args: []argKind{argPerson, argPerson, argPerson}, run: invite},
		{Name: "members", Aliases: []string{"names"}, Group: "Rooms", Args: "[#room]", Short: "who is in a room",
			Long: "+ is here now, - is away, × is not connected, @ is a moderator or the owner.",
			who:  anybody, room: roomOrNow, pairs: true, args: []argKind{argRoom}, run: members},
		{Name: "who", Group: "Rooms", Args: "[#room]", Short: "who of a room is here now",
			who: anybody, room: roomOrNow, pairs: true, args: []argKind{argRoom}, run: who},
		{Name: "switch", Aliases: []string{"go", "buffer"}, Group: "Rooms", Args: "#room|NUMBER", Short: "show another of your rooms",
			Long: "By name, by the beginning of its name, or by its number in the list.",
			who:  anybody, args: []argKind{argRoom}, run: switchRoom},
	}
}

// youCommands are about the person and their terminal.
func youCommands() []*Command {
	return []*Command{
		{Name: "whoami", Group: "You", Short: "who you are here, and by which key",
			who: anybody, run: whoami},
		{Name: "whois", Group: "You", Args: "@person", Short: "who somebody is",
			who: anybody, args: []argKind{argPerson}, run: whois},
		{Name: "keys", Group: "You", Args: "[list | add [DEVICE] KEY | name KEY DEVICE | remove FINGERPRINT]", Short: "your keys",
			Long: "Each device can have its own key. add takes the line of a .pub file, for example: /keys add laptop ssh-ed25519 AAAA… Your other sessions are told of every key that is added. name gives a key, by its fingerprint or the name of its device, another name. remove ends what is connected with that key; the last key stays.",
			who:  people, args: []argKind{argKeys}, stdin: true, run: keysCommand},
		{Name: "star", Group: "You", Args: "[#room|@person]", Short: "put a room first in your list, or back",
			who: people, room: roomOrNow, pairs: true, args: []argKind{argRoom}, run: star},
		{Name: "notify", Group: "You", Args: "[#room|@person] [all|mentions|none]", Short: "of which messages of a room you are told",
			Long: "Without a word it says how it is. Mentions are told of at first, and with them your words of /set highlight.",
			who:  people, room: roomOrNow, pairs: true, args: []argKind{argNotify}, run: notify},
		{Name: "mute", Group: "You", Args: "[#room|@person]", Short: "be told of nothing in a room",
			who: people, room: roomOrNow, pairs: true, args: []argKind{argRoom}, run: mute},
		{Name: "unmute", Group: "You", Args: "[#room|@person]", Short: "be told of mentions in a room again",
			who: people, room: roomOrNow, pairs: true, args: []argKind{argRoom}, run: unmute},
		{Name: "set", Aliases: []string{"settings"}, Group: "You", Args: "[NAME [VALUE | -]]", Short: "your settings: colours, language, time zone …",
			Long: "Without a name it lists them all, with a name it shows one and the values that it takes. - puts it back to what it was at first. A change is seen at once in all your terminals.",
			who:  anybody, args: []argKind{argSetting, argSetting}, run: set},
		{Name: "plain", Group: "You", Short: "go on in plain lines: for screen readers and slow links",
			who: anybody, run: do(PlainMode)},
		{Name: "view", Group: "You", Short: "go on in the chat view",
			who: anybody, run: do(ViewMode)},
		{Name: "press", Group: "You", Args: "KEY", Short: "do what a key of the chat view does",
			Long: "For keys that your terminal keeps to itself: /press Alt-a. /shortcuts lists them.",
			who:  anybody, run: press},
		{Name: "clear", Group: "You", Short: "clear the screen; the messages stay",
			who: anybody, run: do(Clear)},
	}
}

// helpCommands are about help.
func helpCommands() []*Command {
	return []*Command{
		{Name: "help", Aliases: []string{"h", "?"}, Group: "Help", Args: "[COMMAND | WORD | all]", Short: "the commands, or one of them",
			who: anybody, args: []argKind{argCommand}, run: help},
		{Name: "shortcuts", Group: "Help", Short: "the keys of the chat view",
			who: anybody, run: shortcuts},
		{Name: "quit", Aliases: []string{"exit"}, Group: "Help", Short: "leave; your rooms go on without you",
			who: anybody, run: do(Quit)},
	}
}
