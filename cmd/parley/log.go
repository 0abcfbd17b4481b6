package main

import (
	"io"
	"log/slog"
	"os"

	pretty "charm.land/log/v2"

	"parley/config"
)

// newLog makes the logger that config asks for: JSON, key=value text, or, for
// people at a terminal, aligned and coloured. level may be changed while it runs.
func newLog(c config.Log, w io.Writer, level *slog.LevelVar) *slog.Logger {
	level.Set(c.Level)
	opts := &slog.HandlerOptions{Level: level}
	switch {
	case c.Format == config.LogJSON:
		return slog.New(slog.NewJSONHandler(w, opts))
	case c.Format == config.LogAuto && isTerminal(w):
		return slog.New(leveled{pretty.NewWithOptions(w, pretty.Options{ReportTimestamp: true, Level: pretty.DebugLevel}), level})
	}
	return slog.New(slog.NewTextHandler(w, opts))
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
