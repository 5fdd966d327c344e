package integration_test

import (
	"encoding/gob"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

var (
	campaignTime = flag.Duration("campaign", 0, "how long the campaign takes; 0: a minute with CI=true, else 10s")
	campaignSeed = flag.Uint64("campaign-seed", 0, "seed of the campaign, as a failure says it; 0: another each time")
)

// What the campaign's mount may believe, and how long an operation may take.
// campaignLag is how old what a program sees may be at most: a listing and a
// photo at the end of their time, each of which took an operation to come.
const (
	campaignTimeout = 2 * time.Second
	campaignTTL     = 500 * time.Millisecond
	campaignLag     = 2*campaignTTL + 2*campaignTimeout
)

// Random system calls, maps and tools meet random faults and signals while records
// change. Every byte must be of a version that was current while the file was
// open, every listing be of the records that were, every error be of the table and
// come in time; and at the end no request, no descriptor, no goroutine and no
// memory may be left over.
//
//	go test ./integration_test -run Campaign -campaign 1h -campaign-seed 4711
func TestCampaign(t *testing.T) {
	d, seed := *campaignTime, *campaignSeed
	if d == 0 {
		d = 10 * time.Second
		if thorough() {
			d = time.Minute
		}
	}
	if seed == 0 {
		seed = rand.Uint64()
	}
	again := fmt.Sprintf("-run Campaign -campaign %v -campaign-seed %d", d, seed)
	defer func() {
		if t.Failed() {
			t.Logf("the same again: go test ./integration_test %s", again)
		}
	}()

	server := &bigintest.Server{}
	ids := add(server, "Contacts", 430, 3000, 0)
	for i, id := range ids[:60] { // those that are read
		server.SetPhoto("Contacts", id, photoOf(500+i*i*40, uint64(i)))
	}
	h := newHistory(server, ids)
	s := newSiteOver(t, []bigintest.Protocol{bigintest.HTTP2, bigintest.PlainHTTP}[seed%2], server)
	s.env = append(s.env, "GOTRACEBACK=all")
	ttl := campaignTTL.String()
	flags := []string{"--timeout", campaignTimeout.String(), "--attr-ttl", ttl, "--content-ttl", ttl, "--negative-ttl", ttl, "--cache-size", "1MiB"}
	quiet := s.mount(flags...)
	quiet.sh(`ls "$1" >/dev/null; cat "$1"/`+strconv.FormatInt(ids[60], 10)+`/photo.jpg >/dev/null`, quiet.path("Contacts"))
	few := len(quiet.stacks())
	m := s.mount(flags...)
	m.expect("")
	descriptors := m.descriptors()

	stop := make(chan struct{})
	var trouble sync.WaitGroup
	trouble.Go(func() { h.changes(rand.New(rand.NewPCG(seed, 2)), ids[:60], stop) })
	trouble.Go(func() { faults(s, h, rand.New(rand.NewPCG(seed, 3)), stop) })
	var readers sync.WaitGroup
	for i := range 4 {
		args := []string{m.path("Contacts"), strconv.FormatUint(seed+uint64(i), 10), d.String()}
		for _, id := range ids[:60] {
			args = append(args, strconv.FormatInt(id, 10))
		}
		cmd := m.command(t.Context(), "campaign", args...)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		readers.Go(func() {
			h.check(t, out)
			if err := cmd.Wait(); err != nil {
				t.Errorf("a campaigner: %v", err)
			}
		})
	}
	readers.Go(func() { tools(m, h, rand.New(rand.NewPCG(seed, 4)), ids[60:120], d) })
	readers.Wait()
	close(stop)
	trouble.Wait()
	m.ClearFaults()
	if seen, _ := m.status(); len(seen.Failures) == 0 {
		t.Error("status names no failure")
	}

	all := server.IDs("Contacts")
	eventually(t, "all is listed", func() bool { return m.errnoOfList(m.path("Contacts")) == fmt.Sprint("OK ", len(all)) })
	for _, id := range all[:20] {
		if want := server.Photo("Contacts", id); want != nil {
			eventually(t, "the photo is that of now", func() bool { return m.try("cat", m.photo("Contacts", id)).out == string(want) })
		}
	}
	eventually(t, "the server has no request left", func() bool { return s.inFlight.Load() == 0 })
	eventually(t, "nothing is downloaded any more", func() bool { seen, _ := m.status(); return seen.Cache.Downloading == 0 })
	s.endpoint.Disconnect(bigintest.FIN)
	eventually(t, "the file descriptors are gone", func() bool { return m.descriptors() <= descriptors+1 })
	if peak := m.peak(); !raceDetector && peak > 200<<20 {
		t.Errorf("the peak of memory was %d MiB", peak>>20)
	}
	if left := m.stacks(); len(left) > few+4 {
		t.Errorf("%d goroutines are left, of a quiet mount %d:\n%s", len(left), few, strings.Join(left, "\n\n"))
	}
}

// check compares what a campaigner says with the history.
func (h *history) check(t *testing.T, out io.Reader) {
	in := gob.NewDecoder(out)
	steps, failed := 0, 0
	for {
		var s step
		if err := in.Decode(&s); err != nil {
			break // the campaigner says itself whether it ended well
		}
		steps++
		if s.Errno != "" {
			failed++
		}
		if wrong := h.wrong(s, campaignLag, campaignTimeout+1500*time.Millisecond); wrong != "" {
			t.Errorf("%s of %d from %v to %v, which ended with %q: %s", s.What, s.ID, s.Begin.Format(time.StampMilli), s.End.Format(time.StampMilli), s.Errno, wrong)
		}
	}
	if t.Logf("%d steps, of which %d failed", steps, failed); steps == 0 {
		t.Error("a campaigner did nothing")
	}
}

// changes changes records until it is stopped.
func (h *history) changes(r *rand.Rand, ids []int64, stop chan struct{}) {
	for n := uint64(1000); ; n++ {
		select {
		case <-stop:
			return
		case <-time.After(time.Duration(20+r.IntN(200)) * time.Millisecond):
		}
		id := ids[r.IntN(len(ids))]
		if now := h.during(id, time.Now(), time.Now()); !now[len(now)-1].there {
			continue
		}
		switch r.IntN(10) {
		case 0:
			h.change(id, state{}, func() { h.server.Delete("Contacts", id) })
		case 1:
			h.change(id, state{there: true}, func() { h.server.SetPhoto("Contacts", id, nil) })
		default:
			photo := photoOf(500+r.IntN(150_000), n)
			h.change(id, state{there: true, photo: photo}, func() { h.server.SetPhoto("Contacts", id, photo) })
		}
	}
}

// faults lets one thing after another go wrong until it is stopped.
func faults(s *site, h *history, r *rand.Rand, stop chan struct{}) {
	all := slices.DeleteFunc(slices.Concat(wireFaults, listFaults), func(f namedFault) bool {
		return f.fault.Code != "" && f.fault.Code != "INTERNAL_ERROR" || // true answers, for all one can know
			f.fault.RetryAfter > 0 || f.fault.Header != nil || // a pause of an hour ends the campaign
			strings.HasSuffix(string(f.fault.Wrong), "short") || f.fault.Count > 0 ||
			f.fault.Length > 0 && f.fault.Length < 1000 // a photo of which Bigin announces less is shorter
	})
	wait := func(d time.Duration) bool {
		select {
		case <-stop:
			return false
		case <-time.After(d):
			return true
		}
	}
	for {
		f := all[r.IntN(len(all))].fault
		f.Kind = []bigintest.Kind{bigintest.KindPhoto, bigintest.KindList, "", bigintest.KindRecord}[r.IntN(4)]
		f.Skip, f.Count = r.IntN(3), r.IntN(4)
		truth := func() {}
		if f.Length == announced {
			truth = h.lie()
		}
		s.AddFault(f)
		ok := wait(time.Duration(50+r.IntN(1500)) * time.Millisecond)
		s.ClearFaults()
		truth()
		if r.IntN(10) == 0 {
			s.endpoint.Disconnect([]bigintest.End{bigintest.FIN, bigintest.RST}[r.IntN(2)])
		}
		if !ok || !wait(time.Duration(r.IntN(1000))*time.Millisecond) {
			return
		}
	}
}

// tools lets tools of the machine read photos that do not change, and ends some of
// them before they are done.
func tools(m *mounted, h *history, r *rand.Rand, ids []int64, d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); {
		id := ids[r.IntN(len(ids))]
		photo, want := m.photo("Contacts", id), h.first(id)
		tool := [][]string{{"cat", photo}, {"dd", "status=none", "bs=777", "if=" + photo}, {"head", "-c", "100000", photo}, {"tail", "-c", "+1", photo}}[r.IntN(4)]
		if r.IntN(4) == 0 {
			m.endEarly(tool, time.Duration(r.IntN(20))*time.Millisecond, []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGKILL}[r.IntN(3)])
			continue
		}
		got := m.try(tool[0], tool[1:]...)
		if got.code == 0 && got.out != string(want) || !strings.HasPrefix(string(want), got.out) {
			m.t.Errorf("%q ended with %d and %d bytes, which are not the photo of %d", tool, got.code, len(got.out), len(want))
		}
	}
}

// endEarly begins a tool and ends it after a while, which it must do at once unless
// it is done.
func (m *mounted) endEarly(tool []string, after time.Duration, with syscall.Signal) {
	m.t.Helper()
	cmd := m.command(m.t.Context(), tool[0], tool[1:]...)
	if err := cmd.Start(); err != nil {
		m.t.Error(err)
		return
	}
	time.Sleep(after) // any moment will do
	sent := time.Now()
	if err := cmd.Process.Signal(with); err != nil && !errors.Is(err, os.ErrProcessDone) {
		m.t.Error(err)
	}
	var ended *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &ended) {
		m.t.Errorf("%q: %v", tool, err)
	}
	if took := time.Since(sent); took > time.Second {
		m.t.Errorf("%q took %v to end after %v", tool, took, with)
	}
}
