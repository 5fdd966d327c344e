package integration_test

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/biginfs/biginfs/integration_test/need"
	"github.com/biginfs/biginfs/integration_test/sweep"
)

// program is the path of the binary under test. plainProgram is the same
// without the race detector, once somebody asked for it.
var program, plainProgram string

func TestMain(m *testing.M) {
	sweep.Main()
	if command := asCommand(); command != nil {
		os.Exit(runCommand(command))
	}
	flag.Parse()
	atOnce()
	os.Exit(buildAndRun(m))
}

// atOnce has more tests run at once than there are processors, unless somebody
// chose: most of the time they wait.
func atOnce() {
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		_ = f.Value.Set(strconv.Itoa(2 * runtime.GOMAXPROCS(0))) // a number
	}
}

// buildAndRun builds the program once, where every user can execute it, and has
// all that the tests make below one directory.
func buildAndRun(m *testing.M) (code int) {
	dir, err := os.MkdirTemp("", "biginfs-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	program = filepath.Join(dir, "biginfs")
	plainProgram = filepath.Join(dir, "plain", "biginfs")
	commands, tmp := filepath.Join(dir, "commands"), filepath.Join(dir, "tmp")
	if err = errors.Join(os.Chmod(dir, 0o755), os.Mkdir(tmp, 0o755), installCommands(commands)); err != nil {
		fmt.Fprintln(os.Stderr, errors.Join(err, os.RemoveAll(dir)))
		return 1
	}
	sweepUp, err := sweep.Start(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, errors.Join(err, os.RemoveAll(dir)))
		return 1
	}
	defer func() {
		if err := sweepUp(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}()
	err = errors.Join(
		os.Setenv("TMPDIR", tmp),
		setPath(commands),
		build(program, raceDetector),
	)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer need.Report()
	return m.Run()
}

// goCommand is the go that runs the tests, whatever else the machine has.
var goCommand string

// pathOfTools is where the tools are that read the mount: the commands, and the
// machine's own. Other directories of the PATH may hold wrappers, which take
// longer than the tool.
var pathOfTools = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

func setPath(commands string) (err error) {
	if goCommand, err = exec.LookPath("go"); err != nil {
		return err
	}
	pathOfTools = commands + ":" + pathOfTools
	return os.Setenv("PATH", pathOfTools+":"+os.Getenv("PATH"))
}

// lookAtSources looks at the files that the program is made of, so that go test
// does not repeat an old result when they have changed. It notes only what is
// looked at while tests run.
var lookAtSources = sync.OnceValue(func() error {
	return filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".go") {
			_, err = os.Stat(path)
		}
		return err
	})
})

func build(path string, race bool) error {
	args := []string{"build", "-o", path}
	if race {
		args = append(args, "-race")
	}
	out, err := exec.Command(goCommand, append(args, "github.com/biginfs/biginfs/cmd/biginfs")...).CombinedOutput()
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
