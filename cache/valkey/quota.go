package valkey

import (
	"context"
	_ "embed"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	"github.com/biginfs/biginfs/bigin"
	vk "github.com/valkey-io/valkey-go"
)

const (
	turnPoll  = 15 * time.Millisecond // between requests for a turn
	turnBeat  = 2 * time.Second       // between signs of life from a desk that wants nothing
	longPause = 30 * time.Second      // the longest pause that the server is believed
	overdue   = 10 * time.Second      // after that long without a turn, a desk takes one
)

//go:embed quota.lua
var quotaScript string

var exchange = vk.NewLuaScript(quotaScript)

// Quota is a bigin.Quota that all desks of one client share, whatever their logins.
// One goroutine tells the server, as often as needed, what this desk holds and
// wants, and learns what it is given.
//
// The server counts in clear, and could lie. But it can neither make a desk do more
// than it would alone, nor stop it: a turn that is overdue is taken.
type Quota struct {
	link   *link
	sealer *sealer
	desk   string
	most   int
	over   chan struct{}
	wake   chan struct{}
	ctx    context.Context
	cancel context.CancelFunc

	telling sync.Mutex // held while the member is told, so that it hears everything in order

	mu      sync.Mutex
	member  bigin.QuotaMember
	up      bool
	held    int // turns that the member has
	want    int
	begun   int
	done    int           // calls that succeeded
	retry   time.Duration // Retry-After of a 429; negative when there was none
	credits creditNote
	news    bool // the server has not been told the credits yet
	last    Turns
	since   time.Time // since when something is wanted and nothing was given
}

// Turns is what the server last said about the calls of all desks.
type Turns struct {
	Desks    int `json:"desks"`     // of this client, seen in the last few seconds
	InFlight int `json:"in_flight"` // calls of all of them together
	Limit    int `json:"limit"`     // calls at once for all of them
	Day      int `json:"day"`       // calls of all of them in the last 24 hours
}

// creditNote is what a desk knows about the credits.
type creditNote struct {
	left int
	asOf time.Time
}

var _ bigin.Quota = (*Quota)(nil)

func newQuota(l *link, s *sealer, desk string, most int) *Quota {
	q := &Quota{link: l, sealer: s, desk: desk, most: most, retry: -1, wake: make(chan struct{}, 1), over: make(chan struct{})}
	q.ctx, q.cancel = context.WithCancel(context.Background())
	go q.run()
	return q
}

// Turns returns what the server last said. ok is false while it does not count.
func (q *Quota) Turns() (t Turns, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.last, q.up
}

// Join implements bigin.Quota.
func (q *Quota) Join(m bigin.QuotaMember) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.member = m
	q.poke()
}

// Want implements bigin.Quota.
func (q *Quota) Want(n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.want == 0 && n > 0 {
		q.since = time.Now()
	}
	if n != q.want {
		q.want = n
		q.poke()
	}
}

// Return implements bigin.Quota.
func (q *Quota) Return(n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.held = max(0, q.held-n)
	q.poke()
}

// Began implements bigin.Quota.
func (q *Quota) Began() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.begun++
}

// Succeeded implements bigin.Quota.
func (q *Quota) Succeeded() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.done++
}

// Throttled implements bigin.Quota.
func (q *Quota) Throttled(retryAfter time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.retry = max(q.retry, retryAfter, 0)
	q.poke()
}

// Credits implements bigin.Quota.
func (q *Quota) Credits(left int, asOf time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.credits, q.news = creditNote{left, asOf}, true
}

// poke makes the exchange happen soon. The caller holds the lock.
func (q *Quota) poke() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// changed is told when the link goes up or down.
func (q *Quota) changed(up bool) {
	if up {
		q.mu.Lock()
		q.poke() // the desks act together once the first exchange succeeds
		q.mu.Unlock()
		return
	}
	q.alone()
}

// alone leaves the member to itself, with its share of what all of them had.
func (q *Quota) alone() {
	q.telling.Lock()
	defer q.telling.Unlock()
	q.mu.Lock()
	was, m, desks := q.up, q.member, max(q.last.Desks, 1)
	q.up, q.held = false, 0
	q.mu.Unlock()
	if was && m != nil {
		m.Alone(max(1, q.most/desks))
	}
}

// close gives everything back, and takes leave of the other desks.
func (q *Quota) close() {
	q.cancel()
	<-q.over
	q.mu.Lock()
	q.held, q.want = 0, -1
	q.mu.Unlock()
	_, _ = q.ask(context.Background()) // if that fails, the server soon forgets this desk
}

func (q *Quota) run() {
	defer close(q.over)
	for {
		if q.ctx.Err() != nil {
			return
		}
		next := q.turn()
		timer := time.NewTimer(next)
		select {
		case <-q.wake:
		case <-timer.C:
		case <-q.ctx.Done():
		}
		timer.Stop()
	}
}

// turn makes one exchange, and returns when the next is due at the latest.
func (q *Quota) turn() time.Duration {
	q.mu.Lock()
	m := q.member
	q.mu.Unlock()
	if m == nil || !q.link.isUp() {
		return time.Hour // changed and Join wake
	}
	if q.link.isFull() {
		q.alone()
		return fullFor
	}
	got, err := q.ask(q.ctx)
	switch {
	case errors.Is(err, ErrFull):
		q.alone()
		return fullFor
	case err != nil:
		return turnPoll // if the server stays silent, the link goes down and alone is called
	}
	q.tell(m, got)
	q.mu.Lock()
	want := q.want
	q.mu.Unlock()
	switch {
	case want > 0 && got.pause > turnPoll:
		return min(got.pause, longPause, overdue)
	case want > 0:
		return turnPoll/2 + rand.N(turnPoll)
	}
	return turnBeat
}

// tell gives the member what it got.
func (q *Quota) tell(m bigin.QuotaMember, got answer) {
	q.telling.Lock()
	defer q.telling.Unlock()
	if !q.link.isUp() {
		return // alone was called, or is about to be
	}
	q.mu.Lock()
	first := !q.up
	q.up = true
	if got.granted == 0 && q.want > 0 && time.Since(q.since) > overdue {
		got.granted = 1
	}
	if got.granted > 0 {
		q.held += got.granted
		q.want = max(0, q.want-got.granted)
		q.since = time.Now()
	}
	got.InFlight += q.held
	q.last = got.Turns
	q.mu.Unlock()

	if first {
		m.Together()
	}
	if got.granted > 0 {
		m.Granted(got.granted)
	}
	if !got.credits.asOf.IsZero() {
		m.Credits(got.credits.left, got.credits.asOf, got.others)
	}
}

// answer is the outcome of an exchange.
type answer struct {
	Turns
	granted int
	others  int // calls that other desks have under way
	pause   time.Duration
	credits creditNote
}

// ask makes an exchange with the server.
func (q *Quota) ask(ctx context.Context) (answer, error) {
	keys := []string{q.sealer.name("desks"), q.sealer.name("limit"), q.sealer.name("calls"), q.sealer.name("credits")}
	q.mu.Lock()
	held, want, begun, done, retry, news := q.held, q.want, q.begun, q.done, q.retry, q.news
	note := ""
	if news {
		note = q.sealCredits(keys[3], q.credits)
	}
	q.begun, q.done, q.retry, q.news = 0, 0, -1, false
	q.mu.Unlock()
	args := []string{q.desk}
	for _, n := range []int{q.most, held, want, begun, done, int(retry.Milliseconds())} {
		args = append(args, strconv.Itoa(n))
	}
	if retry < 0 {
		args[len(args)-1] = "-1"
	}
	args = append(args, note)
	var a answer
	err := q.link.do(ctx, q.link.turn, func(ctx context.Context, c vk.Client) error {
		values, err := exchange.Exec(ctx, c, keys, args).ToArray()
		if err != nil {
			return err
		}
		a, err = q.read(keys[3], values)
		return err
	})
	return a, err
}

// read takes an answer apart.
func (q *Quota) read(name string, values []vk.ValkeyMessage) (answer, error) {
	if len(values) != 7 {
		return answer{}, ErrNonsense
	}
	var n [6]int
	for i := range n {
		v, err := values[i].AsInt64()
		if err != nil || v < 0 || v > 1<<40 {
			return answer{}, ErrNonsense
		}
		n[i] = int(v)
	}
	note, err := values[6].ToString()
	if err != nil {
		return answer{}, ErrNonsense
	}
	a := answer{granted: min(n[0], q.most), others: n[1], pause: time.Duration(n[2]) * time.Millisecond}
	a.Turns = Turns{InFlight: n[1], Limit: n[3], Desks: n[4], Day: n[5]}
	if note != "" {
		a.credits = q.openCredits(name, note)
	}
	return a, nil
}

func (q *Quota) sealCredits(name string, c creditNote) string {
	text := withDate(binary.BigEndian.AppendUint64(nil, uint64(c.left)), c.asOf)
	return string(q.sealer.seal(name, "", text))
}

// openCredits returns what another desk learned, or nothing.
func (q *Quota) openCredits(name, sealed string) creditNote {
	text, err := q.sealer.open(name, "", []byte(sealed))
	if err != nil || len(text) != 16 {
		return creditNote{}
	}
	asOf, left := dated(text)
	if asOf.After(time.Now()) {
		asOf = time.Now() // the clocks differ
	}
	return creditNote{int(binary.BigEndian.Uint64(left)), asOf}
}
