package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// alertGroup is what Alertmanager posts to a webhook, version 4 of it, and Grafana in nearly the same form:
// prometheus.io/docs/alerting/latest/configuration/#webhook_config.
type alertGroup struct {
	Status            string
	GroupLabels       map[string]string
	CommonLabels      map[string]string
	CommonAnnotations map[string]string
	ExternalURL       string
	TruncatedAlerts   int
	Alerts            []alert
}

type alert struct {
	Status       string
	Labels       map[string]string
	Annotations  map[string]string
	GeneratorURL string
}

// readAlerts makes a message of a group of alerts: a title, and a line for each alert.
func readAlerts(body []byte) (string, error) {
	var g alertGroup
	if err := json.Unmarshal(body, &g); err != nil {
		return "", errors.New("the alerts are not as Alertmanager sends them: labels and annotations are texts")
	}
	firing := 0
	for _, a := range g.Alerts {
		if a.Status == "firing" {
			firing++
		}
	}
	state := fmt.Sprintf("*[%s]*", inline(strings.ToUpper(g.Status)))
	if firing > 0 {
		state = fmt.Sprintf("*[FIRING:%d]*", firing)
	}
	lines := []string{strings.TrimSpace(state + " " + g.title())}
	for _, a := range g.Alerts[:min(len(g.Alerts), maxItems)] {
		lines = append(lines, "- "+g.line(a))
	}
	if more := len(g.Alerts) - maxItems + g.TruncatedAlerts; more > 0 && len(g.Alerts) >= maxItems || g.TruncatedAlerts > 0 {
		lines = append(lines, fmt.Sprintf("- … and %d more", max(more, g.TruncatedAlerts)))
	}
	if address := link(g.ExternalURL); address != "" {
		lines = append(lines, strings.TrimSpace(address))
	}
	return strings.Join(lines, "\n"), nil
}

// title is what the alerts of a group have in common: their name first.
func (g *alertGroup) title() string {
	name := firstOf(g.CommonLabels["alertname"], g.GroupLabels["alertname"])
	return strings.TrimSpace(inline(name) + " " + labels(g.GroupLabels, nil))
}

// line is one alert: what it says of itself, or its labels, those of the group left out.
func (g *alertGroup) line(a alert) string {
	words := firstOf(a.Annotations["summary"], firstOf(a.Annotations["message"], a.Annotations["description"]))
	own := labels(a.Labels, g.CommonLabels)
	if words == "" && own == "" {
		own = labels(a.Labels, nil)
	}
	line := strings.TrimSpace(first(words) + " " + own)
	if a.Status == "resolved" && g.Status != "resolved" {
		line = "resolved: " + line
	}
	return line + link(a.GeneratorURL)
}

// labels lists labels by name, without their alertname and those that are known: (cluster=eu, job=api).
func labels(all, known map[string]string) string {
	var list []string
	for name, value := range all {
		if name == "alertname" {
			continue
		}
		if same, there := known[name]; there && same == value {
			continue
		}
		list = append(list, inline(name)+"="+inline(value))
	}
	if len(list) == 0 {
		return ""
	}
	slices.Sort(list)
	return inline("(" + strings.Join(list, ", ") + ")")
}
