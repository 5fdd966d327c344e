package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
)

// A log may be read at a terminal, and what it holds may come from anywhere.
func TestLogSteersNoTerminal(t *testing.T) {
	const foreign = "a\x1b[2Jb\u009b31mc\x7fd\u202ee\u2028f\ng\U000E0041"
	for _, format := range []string{"text", "json"} {
		var out bytes.Buffer
		log := newLog(&out, &settings.Settings{LogLevel: slog.LevelInfo, LogFormat: format}, "/mnt/"+foreign)
		log.Warn("a read failed", "error", errors.New(foreign), foreign, 1)
		log.Info("and another line")
		lines := strings.Split(out.String(), "\n")
		if len(lines) != 3 || lines[2] != "" {
			t.Fatalf("%s: %d lines: %q", format, len(lines), out.String())
		}
		for _, line := range lines {
			if strings.IndexFunc(line, steers) >= 0 {
				t.Errorf("%s: %q", format, line)
			}
		}
		if format == "text" {
			continue
		}
		var back map[string]any
		if err := json.Unmarshal([]byte(lines[0]), &back); err != nil || back["error"] != foreign || back["mount"] != "/mnt/"+foreign {
			t.Errorf("%s comes back as %q, %v", lines[0], back, err)
		}
	}
}
