package integration_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// program is the path of the binary under test. plainProgram is the same
// without the race detector, once somebody asked for it.
var program, plainProgram string

func TestMain(m *testing.M) { os.Exit(buildAndRun(m)) }

// buildAndRun builds the program once, where every user can execute it.
func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "biginfs-test-")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "biginfs")
	plainProgram = filepath.Join(dir, "plain", "biginfs")
	err = errors.Join(lookAtSources(), build(program, raceDetector))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// lookAtSources looks at the files that the program is made of, so that go test
// does not repeat an old result when they have changed.
func lookAtSources() error {
	return filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".go") {
			_, err = os.Stat(path)
		}
		return err
	})
}

func build(path string, race bool) error {
	args := []string{"build", "-o", path}
	if race {
		args = append(args, "-race")
	}
	out, err := exec.Command("go", append(args, "github.com/biginfs/biginfs/cmd/biginfs")...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return nil
}

// withoutRaceDetector has the program at the site be one that takes no more
// memory than what people run.
func (s *site) withoutRaceDetector() {
	s.t.Helper()
	if !raceDetector {
		return
	}
	if err := buildPlain(); err != nil {
		s.t.Fatal(err)
	}
	s.program = plainProgram
}

var buildPlain = sync.OnceValue(func() error { return build(plainProgram, false) })
