package valkey

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/cache"
	vk "github.com/valkey-io/valkey-go"
)

// waits are how long answers are waited for where someone loses that time.
type waits struct {
	look time.Duration // by a reader
	turn time.Duration // by callers of Bigin
	ping time.Duration // of a probe
}

// usual makes that 250 ms at most for a read, all in all: it looks, and then
// waits for its turn.
var usual = waits{look: 150 * time.Millisecond, turn: 100 * time.Millisecond, ping: 100 * time.Millisecond}

// How long is waited for what nobody loses time by.
const (
	workWait = 2 * time.Second       // in the background
	backWait = 3 * time.Second       // by loads that nobody waits for, for a link to come back that was up
	hasty    = 50 * time.Millisecond // a wait shorter than that proves nothing of the server
	fullFor  = 5 * time.Second       // after the server said so, nothing is written
)

// link is the way to the server. It is up or not: as soon as an answer fails
// or stays out, whoever asks has errDown at once, until a probe is answered in
// time. It is safe for concurrent use.
//
// An answer that stays out may be the fault of this machine, which is busy. So
// that alone makes the link doubtful: others wait until a second question, which
// follows at once, tells. A server that leaves that unanswered too may be busy
// itself: its connections are kept, and what nobody waits for is still asked,
// until it answers or has been silent for long. Only then is the link down.
type link struct {
	waits
	address Address
	log     *slog.Logger
	changed func(up bool) // called for each change, without a lock held

	turns  chan struct{} // one for each connection; the client's pool can let those sleep who wait for one
	ctx    context.Context
	cancel context.CancelFunc
	over   chan struct{} // closed when the prober has ended
	first  chan struct{} // closed after the first probe

	mu      sync.Mutex
	client  vk.Client     // nil while not up
	late    vk.Client     // in its place, while the server is silent and not taken for gone
	doubt   chan struct{} // closed when it is settled; nil when there is none
	conns   map[net.Conn]struct{}
	problem error     // why it is not up
	left    time.Time // when it was up last
	full    time.Time
	back    chan struct{} // closed when the link is up
	ill     chan struct{} // gets a value when the link goes down or is in doubt
	memory  Memory
}

// newLink returns a link that is down until its first probe is answered.
func newLink(w waits, a Address, log *slog.Logger, changed func(bool)) *link {
	l := &link{
		waits: w, address: a, log: log, changed: changed,
		turns: make(chan struct{}, connections),
		conns: map[net.Conn]struct{}{}, back: make(chan struct{}), ill: make(chan struct{}, 1), over: make(chan struct{}), first: make(chan struct{}),
	}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	return l
}

// close ends the link.
func (l *link) close() {
	l.cancel()
	<-l.over
	l.mu.Lock()
	client := cmp.Or(l.client, l.late)
	l.client, l.late = nil, nil
	l.mu.Unlock()
	l.drop(client)
}

// read asks the server for a value on behalf of a load. While nobody waits for
// the load it has time; a reader waits no longer than its patience lasts.
func (l *link) read(ctx context.Context, ask func(context.Context, vk.Client) ([]byte, error)) ([]byte, error) {
	type answer struct {
		value []byte
		err   error
	}
	answered := make(chan answer, 1)
	question := func(wait time.Duration) {
		var a answer
		a.err = l.do(ctx, wait, func(ctx context.Context, c vk.Client) (err error) {
			a.value, err = ask(ctx, c)
			return err
		})
		answered <- a
	}
	p := cache.PatienceOf(ctx)
	raised := bigin.Raised(ctx)
	select {
	case <-raised:
		raised = nil
	default:
	}
	if raised == nil {
		begun := time.Now()
		question(p.Left(l.look))
		p.Spend(time.Since(begun))
		a := <-answered
		return a.value, a.err
	}
	client := l.await(ctx, raised)
	for asked := false; !asked; {
		if client == nil {
			return nil, errDown
		}
		go question(workWait)
		select {
		case a := <-answered:
			if !errors.Is(a.err, errDown) {
				return a.value, a.err
			}
			client = l.await(ctx, raised) // it went down meanwhile
		case <-raised:
			asked = true
		}
	}
	if !l.isUp() {
		return nil, errDown
	}
	begun := time.Now()
	defer func() { p.Spend(time.Since(begun)) }()
	select {
	case a := <-answered:
		return a.value, a.err
	case <-time.After(p.Left(l.look)):
		l.fail(client, ErrSlow)
		return nil, ErrSlow
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// await waits for a link that is not up any more to come back, for as long as
// nobody waits for the load, and returns the client; nil when that was in vain.
func (l *link) await(ctx context.Context, raised <-chan struct{}) vk.Client {
	l.mu.Lock()
	client, back, left := l.client, l.back, l.left
	l.mu.Unlock()
	if client != nil {
		return client
	}
	select {
	case <-back:
	case <-raised:
	case <-ctx.Done():
	case <-l.ctx.Done():
	case <-time.After(time.Until(left.Add(backWait))):
	}
	client, _ = l.inUse()
	return client
}

// do asks the server for someone who waits so long for the answer. Errors are
// errDown, that of ctx, Nil of the client, ErrFull, and all others after which
// the link is not up.
func (l *link) do(ctx context.Context, wait time.Duration, ask func(context.Context, vk.Client) error) error {
	return l.ask(ctx, wait, l.inUse, ask)
}

// work asks the server for what nobody loses time by, also one that is late.
// Errors are those of do.
func (l *link) work(ctx context.Context, ask func(context.Context, vk.Client) error) error {
	return l.ask(ctx, workWait, l.atHand, ask)
}

// inUse returns the client while the link is up, and what ends the doubt of it
// if there is any.
func (l *link) inUse() (client vk.Client, doubt <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.client, l.doubt
}

// atHand is inUse, or the client of a server that is late.
func (l *link) atHand() (client vk.Client, doubt <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return cmp.Or(l.client, l.late), l.doubt
}

func (l *link) ask(ctx context.Context, wait time.Duration, who func() (vk.Client, <-chan struct{}), ask func(context.Context, vk.Client) error) error {
	begun := time.Now()
	bounded, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	client, doubt := who()
	for ; client != nil && doubt != nil; client, doubt = who() {
		select {
		case <-doubt:
		case <-bounded.Done():
			return errDown
		}
	}
	if client == nil || wait <= 0 {
		return errDown
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case l.turns <- struct{}{}:
		defer func() { <-l.turns }()
	case <-bounded.Done():
		if ctx.Err() == nil && wait >= hasty {
			l.fail(client, ErrSlow)
		}
		return errDown
	}
	wait -= time.Since(begun)
	begun = time.Now()
	err := ask(bounded, client)
	fault := diagnose(err)
	switch {
	case fault == nil:
		return err
	case errors.Is(fault, ErrFull):
		l.fill()
		return fault
	case errors.Is(fault, ErrSlow) && (ctx.Err() != nil || wait < hasty || overslept(begun, wait)):
		return fault // whoever asked had no time, or got none from this machine
	}
	l.fail(client, fault)
	return fault
}

// overslept tells whether a wait took so much longer than it should that this
// machine is too busy for its time to prove anything.
func overslept(begun time.Time, wait time.Duration) bool {
	return time.Since(begun) > wait+20*time.Millisecond
}

// isUp tells whether the server is of use, as far as is known.
func (l *link) isUp() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.client != nil
}

// isDown tells whether the server is taken for gone: nothing can be left there.
func (l *link) isDown() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.client == nil && l.late == nil
}

// isFull tells whether the server said of late that its memory is full.
func (l *link) isFull() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Now().Before(l.full)
}

// fill notes that the server's memory is full.
func (l *link) fill() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Now().After(l.full) {
		l.log.Warn("shared cache keeps nothing more for now", "server", l.address, "error", ErrFull)
	}
	l.full = time.Now().Add(fullFor)
}
