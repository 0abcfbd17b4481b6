package main

import (
	"context"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"parley/rooms"
	"parley/sshd"
	"parley/web"
)

// metrics turns the counters of the parts into metrics when it is asked. No
// label ever holds text that a client sent.
type metrics struct {
	rooms *rooms.Manager
	ssh   *sshd.Server // nil when the face is off
	web   *web.Server  // likewise
	hooks *web.Courier
}

func newMetrics(r *rooms.Manager, s *sshd.Server, w *web.Server, c *web.Courier) metrics {
	return metrics{r, s, w, c}
}

// Describe sends nothing: which metrics there are is known when they are collected.
func (m metrics) Describe(chan<- *prometheus.Desc) {}

// Collect reads the counters once.
func (m metrics) Collect(out chan<- prometheus.Metric) {
	emit := func(kind prometheus.ValueType, name, help string, v float64, labels ...string) {
		var keys, values []string
		for i := 0; i+1 < len(labels); i += 2 {
			keys, values = append(keys, labels[i]), append(values, labels[i+1])
		}
		out <- prometheus.MustNewConstMetric(prometheus.NewDesc("parley_"+name, help, keys, nil), kind, v, values...)
	}
	const gauge, counter = prometheus.GaugeValue, prometheus.CounterValue
	r := m.rooms.Stats()
	emit(gauge, "sessions", "Live sessions of people, by any face.", float64(r.Sessions))
	emit(gauge, "rooms_loaded", "Rooms held in memory.", float64(r.RoomsLoaded))
	emit(counter, "posts_total", "Events committed.", float64(r.Posts))
	emit(counter, "commits_total", "Transactions committed.", float64(r.Commits))
	emit(counter, "commit_errors_total", "Transactions that the store refused.", float64(r.CommitErrors))
	emit(counter, "commit_seconds_total", "Time spent in commits.", r.CommitSeconds)
	emit(counter, "store_reads_total", "Reads that the tails in memory could not answer.", float64(r.StoreReads))
	m.collectDisk(emit)
	panics := r.Panics
	if m.web != nil {
		w := m.web.Stats()
		panics += w.Panics
		emit(gauge, "web_sockets", "WebSockets of browsers.", float64(w.Sockets))
		for status, n := range w.Requests {
			emit(counter, "web_requests_total", "HTTP requests by the status of their answer.", float64(n), "status", strconv.Itoa(status))
		}
		emit(counter, "web_csp_reports_total", "Reports of browsers that the policy of the page has kept something from running; anybody may send some.", float64(w.Violated))
	}
	h := m.hooks.Stats()
	panics += h.Panics
	emit(counter, "hook_deliveries_total", "Tries to deliver an event to a hook out, by outcome.", float64(h.Delivered), "outcome", "ok")
	emit(counter, "hook_deliveries_total", "Tries to deliver an event to a hook out, by outcome.", float64(h.Failed), "outcome", "failed")
	if m.ssh != nil {
		panics += m.ssh.Stats().Panics
		m.collectSSH(emit)
	}
	emit(counter, "panics_total", "Panics recovered; each one is a defect.", float64(panics))
}

// diskTimeout is how long a scrape waits for the store to say what it has left.
const diskTimeout = 2 * time.Second

// collectDisk leaves its metrics out where they are not known.
func (m metrics) collectDisk(emit func(kind prometheus.ValueType, name, help string, v float64, labels ...string)) {
	ctx, cancel := context.WithTimeout(context.Background(), diskTimeout)
	defer cancel()
	disk, err := m.rooms.Space(ctx)
	if err != nil || disk.Size == 0 {
		return
	}
	emit(prometheus.GaugeValue, "disk_free_bytes", "Bytes that are free on the volume of the database.", float64(disk.Free))
	emit(prometheus.GaugeValue, "disk_reserve_bytes", "Bytes that files leave free on it, for messages.", float64(disk.Reserve()))
	emit(prometheus.GaugeValue, "disk_files_bytes", "Bytes of files that still fit.", float64(disk.Left()))
}

func (m metrics) collectSSH(emit func(kind prometheus.ValueType, name, help string, v float64, labels ...string)) {
	const gauge, counter = prometheus.GaugeValue, prometheus.CounterValue
	s := m.ssh.Stats()
	emit(gauge, "ssh_connections", "Open SSH connections.", float64(s.Connections))
	emit(gauge, "ssh_sessions", "Running SSH sessions.", float64(s.Sessions))
	emit(counter, "ssh_handshakes_total", "SSH handshakes by outcome.", float64(s.HandshakesOK), "outcome", "ok")
	emit(counter, "ssh_handshakes_total", "SSH handshakes by outcome.", float64(s.HandshakesFailed), "outcome", "failed")
	for why, n := range s.Refused {
		emit(counter, "ssh_refused_total", "Connections turned away before the key exchange, by reason.", float64(n), "reason", string(why))
	}
	emit(counter, "ssh_keepalive_kills_total", "Connections closed because the client fell silent.", float64(s.KeepaliveKills))
	emit(counter, "ssh_stall_kills_total", "Connections closed because the client took nothing.", float64(s.StallKills))
	emit(counter, "ssh_revoked_total", "Connections ended because their key was revoked or expired.", float64(s.Revoked))
}
