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

// waits are the longest waits for an answer where somebody is kept waiting.
type waits struct {
	look time.Duration // of a reader
	turn time.Duration // of a call to Bigin that needs a turn
	ping time.Duration // of a probe
}

// usual adds up to 250 ms at most for a read: it looks, and then waits for its
// turn.
var usual = waits{look: 150 * time.Millisecond, turn: 100 * time.Millisecond, ping: 100 * time.Millisecond}

// The waits that keep nobody waiting, and what they prove.
const (
	workWait = 2 * time.Second       // in the background
	backWait = 3 * time.Second       // of a load that nobody waits for, for a link that was up to come back
	hasty    = 50 * time.Millisecond // a shorter wait proves nothing about the server
	fullFor  = 5 * time.Second       // how long nothing is written after the server said so
)

// link is the way to the server. It is up or not: as soon as an answer fails or does
// not come, whoever asks gets errDown at once, until a probe is answered in time.
// It is safe for concurrent use.
//
// An answer that does not come may be this machine's fault, if it is busy. So that
// alone puts the link in doubt: the others wait for the outcome of a second
// question, which follows at once. A server that does not answer that one either
// may be busy itself: it is late. Its connections are kept, and it is still asked
// for what keeps nobody waiting, until it answers or has been silent for long.
// Only then is the link down.
type link struct {
	waits
	address Address
	log     *slog.Logger
	changed func(up bool) // called for each change, without a lock held

	turns  chan struct{} // one for each connection: whoever waits in the client's own pool may never be woken
	ctx    context.Context
	cancel context.CancelFunc
	over   chan struct{} // closed when the prober has ended
	first  chan struct{} // closed after the first probe

	mu      sync.Mutex
	client  vk.Client     // nil while not up
	late    vk.Client     // instead, while the server is silent but not taken for gone
	doubt   chan struct{} // closed when it is settled; nil if there is none
	conns   map[net.Conn]struct{}
	problem error     // why it is not up
	left    time.Time // when it was last up
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

// read asks the server for a value on behalf of a load. A load that nobody waits
// for has time; otherwise the wait lasts no longer than the load's patience.
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

// await waits for a link that went down to come back, as long as nobody waits for
// the load. It returns the client, or nil if that was in vain.
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

// do asks the server on behalf of somebody who can wait that long. The error is
// errDown, that of ctx, the client's Nil, ErrFull, or one after which the link is
// not up.
func (l *link) do(ctx context.Context, wait time.Duration, ask func(context.Context, vk.Client) error) error {
	return l.ask(ctx, wait, l.inUse, ask)
}

// work asks the server for what keeps nobody waiting, even if it is late. The errors
// are those of do.
func (l *link) work(ctx context.Context, ask func(context.Context, vk.Client) error) error {
	return l.ask(ctx, workWait, l.atHand, ask)
}

// inUse returns the client while the link is up, and what is closed when the doubt
// ends, if there is any.
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
		return fault // whoever asked had no time, or this machine gave it none
	}
	l.fail(client, fault)
	return fault
}

// overslept reports whether a wait took so much longer than it should that this
// machine is too busy for it to prove anything.
func overslept(begun time.Time, wait time.Duration) bool {
	return time.Since(begun) > wait+20*time.Millisecond
}

// isUp reports whether the server can be used, as far as is known.
func (l *link) isUp() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.client != nil
}

// isDown reports whether the server is taken for gone: nothing can be stored there.
func (l *link) isDown() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.client == nil && l.late == nil
}

// isFull reports whether the server said recently that its memory is full.
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
