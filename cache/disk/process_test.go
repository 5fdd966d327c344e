package disk

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/integration_test/need"
)

// The processes of these tests are this one again, with the variable set.
const processVariable = "BIGINFS_TEST_DISK_PROCESS"

func TestMain(m *testing.M) {
	if dir := os.Getenv(processVariable); dir != "" {
		keepForEver(dir)
	}
	m.Run()
	need.Report()
}

const processBound = 10e6

// keepForEver keeps photos and reads them, in no order, and says something for
// each hundred.
func keepForEver(dir string) {
	p, err := Open(Options{Dir: dir, Size: processBound, Account: "somebody"})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for i := 1; ; i++ {
		id := 1 + rand.IntN(1000)
		b := photo(id, 1000+rand.IntN(100_000))
		p.Keep(bigin.Contacts, record(id), b, time.Now())
		if id := 1 + rand.IntN(1000); i%3 == 0 {
			if b, _, ok := p.Photo(context.Background(), bigin.Contacts, record(id)); ok && string(b) != string(photo(id, len(b))) {
				fmt.Println("a photo is not its own")
				os.Exit(1)
			}
		}
		if i%50 == 0 {
			fmt.Println("going on")
		}
		for p.tasks.size() > 1<<20 { // else most would be dropped
			time.Sleep(time.Millisecond)
		}
	}
}

func (q *queue) size() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.bytes
}

// process starts one. It is killed with the test, if not before.
func process(t *testing.T, dir string) (cmd *exec.Cmd, said *bufio.Scanner) {
	t.Helper()
	cmd = exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), processVariable+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kill(cmd) })
	return cmd, bufio.NewScanner(out)
}

func kill(cmd *exec.Cmd) {
	_ = cmd.Process.Kill() // it may be dead
	_ = cmd.Wait()
}

// Two processes and this one share a directory: the bound holds at every
// moment, and no photo is torn or damaged.
func TestManyProcesses(t *testing.T) {
	dir := place(t)
	p := open(t, dir, processBound)
	_, one := process(t, dir)
	_, two := process(t, dir)
	most := int64(0)
	for range 10 {
		for _, said := range []*bufio.Scanner{one, two} {
			if !said.Scan() || said.Text() != "going on" {
				t.Fatalf("a process says %q", said.Text())
			}
		}
		_, use := files(t, dir)
		most = max(most, use)
		for id := 1; id <= 1000; id++ {
			p.has(t, id)
		}
	}
	if most > processBound*11/10 || most < processBound*8/10 {
		t.Errorf("they take up to %d bytes, want about %d", most, int64(processBound))
	}
	if s := p.Stats(); s.Damaged > 0 || s.Hits == 0 || s.Problem != "" {
		t.Errorf("%+v", s)
	}
}

// A process may be killed at any moment. Nothing that the next believes is
// wrong, nothing is left behind, and the count is right.
func TestKilled(t *testing.T) {
	dir := place(t)
	for i := range 30 {
		cmd, said := process(t, dir)
		if !said.Scan() || said.Text() != "going on" {
			t.Fatalf("the process says %q", said.Text())
		}
		time.Sleep(time.Duration(rand.IntN(30_000)) * time.Microsecond) // a moment as good as any
		kill(cmd)
		if i%6 != 5 {
			continue
		}
		p := open(t, dir, processBound)
		hits := 0
		for id := 1; id <= 1000; id++ {
			if p.has(t, id) {
				hits++
			}
		}
		p.Close()
		paths, use := files(t, dir)
		for _, path := range paths {
			if filepath.Base(path) == temporary {
				t.Errorf("left behind: %s", strings.TrimPrefix(path, dir))
			}
		}
		if s := p.Stats(); s.Damaged > 0 || hits == 0 || s.Photos != len(paths) || s.Photos != hits {
			t.Errorf("%d photos are read, %d are there, and stats are %+v", hits, len(paths), s)
		}
		if use > processBound*11/10 {
			t.Errorf("they take %d bytes", use)
		}
	}
}
