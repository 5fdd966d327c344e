package fs

import (
	"strings"
	"sync"
	"time"
)

// maxFailures is how many failures are remembered.
const maxFailures = 20

// A Failure is an operation that failed, in words for the person who saw only
// its errno.
type Failure struct {
	Time       time.Time `json:"time"`
	Op         string    `json:"op"`
	Path       string    `json:"path"`
	Errno      string    `json:"errno"` // "EACCES"
	Code       string    `json:"code,omitempty"`
	Error      string    `json:"error"`
	Resolution string    `json:"resolution,omitempty"` // what Zoho's page says to do
	Times      int       `json:"times"`                // in a row
}

// failures are the most recent ones, the latest first.
type failures struct {
	mu   sync.Mutex
	list []Failure
}

func (f *failures) add(one Failure) {
	f.mu.Lock()
	defer f.mu.Unlock()
	one.Times = 1
	one.Error, _, _ = strings.Cut(one.Error, "\n") // the rest is a stack, for the log
	if len(f.list) > 0 {
		if last := f.list[0]; last.Path == one.Path && last.Op == one.Op && last.Error == one.Error {
			one.Times = last.Times + 1
			f.list = f.list[1:]
		}
	}
	f.list = append([]Failure{one}, f.list[:min(len(f.list), maxFailures-1)]...)
}

func (f *failures) last() []Failure {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]Failure{}, f.list...)
}
