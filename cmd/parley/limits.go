package main

import (
	"time"

	"parley/config"
	"parley/rooms"
	"parley/sshd"
	"parley/tcpd"
	"parley/web"
)

// roomLimits are the limits that package rooms keeps.
func roomLimits(cfg *config.Config) rooms.Limits {
	l := cfg.Limits
	return rooms.Limits{
		PostRate: float64(l.Posts), PostBurst: l.PostBurst, BotRate: float64(l.BotPosts), BotBurst: l.BotPostBurst,
		PrefixRate: float64(l.PostsPerPrefix), PrefixBurst: l.PostBurstPerPrefix,
		Mute: l.Mute, JoinRate: float64(l.Joins), JoinBurst: l.JoinBurst,
		CreateRate: float64(l.Creates), CreateBurst: l.CreateBurst, SearchRate: float64(l.Searches), SearchBurst: l.SearchBurst, MessageBytes: l.MessageBytes, Exempt: l.Exempt,
		FileBytes: int64(l.FileBytes), Files: rooms.Quota{Person: int64(l.FilesPerPerson), Room: int64(l.FilesPerRoom)},
	}
}

// sshLimits are the limits that package sshd keeps.
func sshLimits(cfg *config.Config) sshd.Limits {
	l := cfg.Limits
	return sshd.Limits{
		Exempt: l.Exempt, Connections: l.Connections, ConnectionsPerPrefix: l.ConnectionsPerPrefix,
		Unauthenticated: l.Unauthenticated, UnauthenticatedPerPrefix: l.UnauthenticatedPerPrefix,
		Handshakes: float64(l.Handshakes), HandshakeBurst: l.HandshakeBurst,
		HandshakeTimeout: l.HandshakeTimeout, Channels: l.Channels, InputBytes: l.InputBytes, Idle: l.Idle,
		WriteStall: l.WriteStall, Keepalive: l.Keepalive, KeepaliveCount: l.KeepaliveCount,
	}
}

// tcpLimits are the limits that package tcpd keeps.
func tcpLimits(cfg *config.Config) tcpd.Limits {
	l := cfg.Limits
	return tcpd.Limits{ConnectionsPerPrefix: l.ConnectionsPerPrefix, Exempt: l.Exempted}
}

// tcpStall is limits.write_stall as package tcpd takes it: there 0 is the
// default and less than 0 is off.
func tcpStall(cfg *config.Config) time.Duration {
	if cfg.Limits.WriteStall == 0 {
		return -1
	}
	return cfg.Limits.WriteStall
}

// socketLimits are the limits of the browsers' WebSockets.
func socketLimits(l config.Limits) web.SocketLimits {
	return web.SocketLimits{
		Total: l.Connections, Person: l.Channels, InputBytes: l.InputBytes,
		WriteStall: l.WriteStall, Keepalive: l.Keepalive, KeepaliveCount: l.KeepaliveCount,
	}
}
