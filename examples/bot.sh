#!/bin/sh
# A bot in ten lines: it answers "ping" with "pong". Usage: bot.sh ssh [OPTIONS] HOST, for example: bot.sh ssh bot@chat.example
# What is read goes into jq, what jq makes of it goes back in: a fifo closes the circle.
dir=$(mktemp -d) && trap 'rm -rf "$dir"' EXIT && mkfifo "$dir/in"
"$@" attach --json <"$dir/in" | jq --unbuffered -c '
  if .type == "hello" then .me.name as $me | {id: "hello", command: "whoami"}
  elif .type == "message" and .text == "ping"
  then {id: .seq, command: "post", args: .room, body: "pong", nonce: "pong-\(.room)-\(.seq)"}
  else empty end' >"$dir/in"
