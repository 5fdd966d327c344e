package integration_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// answerTime is how long status and doctor may take, with much to spare: they
// promise two seconds.
const answerTime = 8 * time.Second

// ask runs a command of the program at the site. It must end in time, and tell
// no secret.
func (s *site) ask(args ...string) result {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), answerTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = s.environ()
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	if ctx.Err() != nil {
		s.t.Fatalf("biginfs %q did not end within %v:\n%s%s", args, answerTime, &out, &stderr)
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		s.t.Fatal(err)
	}
	for _, secret := range s.secrets() {
		if strings.Contains(out.String()+stderr.String(), secret) {
			s.t.Errorf("biginfs %q tells a secret:\n%s%s", args, &out, &stderr)
		}
	}
	return result{out.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// statusSeen is what a script reads of a status.
type statusSeen struct {
	Version, Profile, API string
	Mounted               time.Time
	Token                 struct {
		Status, Error, Remedy string
		Expiry                time.Time
	}
	Calls struct {
		PhotoCalls  int `json:"photo_calls"`
		ListCalls   int `json:"list_calls"`
		RecordCalls int `json:"record_calls"`
		Throttled   int
		Concurrency int
		InFlight    int `json:"in_flight"`
		Waiting     int
		Credits     int `json:"credits_remaining"`
	}
	CreditReserve int `json:"credit_reserve"`
	Cache         struct {
		Photos, Bytes, Size, Hits, Misses, Downloading int
		Downloads                                      []struct {
			Photo         string
			Began         time.Time
			Arrived, Size int
		}
	}
	Tiers []struct {
		Name                                       string
		Photos, Bytes, Size, Hits, Misses, Damaged int
		Problem                                    string
	}
	Failures []struct {
		Time                                                      time.Time
		Op, Path, Errno, Code, Error, Resolution, Meaning, Remedy string
		Times                                                     int
	}
}

// status asks a mount how it is doing, in both ways. That costs no call: of those
// counted meanwhile some may be others', but not each time.
func (m *mounted) status() (statusSeen, string) {
	m.t.Helper()
	raw, text, n := m.askStatus()
	for try := 0; n != 0 && m.inFlight.Load() == 0 && try < 3; try++ {
		raw, text, n = m.askStatus()
	}
	if raw.code != 0 || raw.stderr != "" || text.code != 0 || text.stderr != "" {
		m.t.Fatalf("status ended with %d and %d: %s%s", raw.code, text.code, raw.stderr, text.stderr)
	}
	if n != 0 && m.inFlight.Load() == 0 {
		m.t.Errorf("status made %d calls", n)
	}
	var seen statusSeen
	if err := json.Unmarshal([]byte(raw.out), &seen); err != nil {
		m.t.Fatalf("%v: %s", err, raw.out)
	}
	return seen, text.out
}

// askStatus also returns how many calls were made meanwhile.
func (m *mounted) askStatus() (raw, text result, calls int) {
	m.t.Helper()
	before := m.Calls() + m.Count(bigintest.KindToken)
	raw, text = m.ask("status", "--json", m.dir), m.ask("status", m.dir)
	return raw, text, m.Calls() + m.Count(bigintest.KindToken) - before
}

// wantWords looks for what a text must tell, whatever else it says.
func wantWords(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("it does not say %q:\n%s", word, text)
		}
	}
}
