package valkey

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"

	vk "github.com/valkey-io/valkey-go"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/cache"
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
	workWait  = 2 * time.Second       // in the background
	backWait  = time.Second           // by loads that nobody waits for, for a link that is down
	dialWait  = time.Second           // of a probe, with TLS and password
	hasty     = 50 * time.Millisecond // a wait shorter than that proves nothing of the server
	refresh   = 20 * time.Second      // between questions for the server's memory
	lastProbe = 5 * time.Second       // between probes, at most
	fullFor   = 5 * time.Second       // after the server said so, nothing is written
)

// connections is how many questions are under way at most: each takes one of
// its own.
const connections = 6

// link is the way to the server. It is up or down: as soon as an answer fails
// or stays out, whoever asks has errDown at once, until a probe is answered in
// time. It is safe for concurrent use.
//
// An answer that stays out may be the fault of this machine, which is busy. So
// that alone makes the link doubtful: others wait, and nothing is dropped, until
// a second question, which follows at once, tells.
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
	client  vk.Client     // nil while down
	doubt   chan struct{} // closed when it is settled; nil when there is none
	conns   map[net.Conn]struct{}
	problem error // why it is down
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
	client := l.client
	l.client = nil
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

// await waits for a link that is down to come back, for as long as nobody waits
// for the load, and returns the client; nil when that was in vain.
func (l *link) await(ctx context.Context, raised <-chan struct{}) vk.Client {
	l.mu.Lock()
	client, back := l.client, l.back
	l.mu.Unlock()
	if client != nil {
		return client
	}
	select {
	case <-back:
	case <-raised:
	case <-ctx.Done():
	case <-l.ctx.Done():
	case <-time.After(backWait):
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.client
}

// do asks the server, and waits so long for the answer. Errors are errDown,
// that of ctx, Nil of the client, ErrFull, and all others after which the link
// is down.
func (l *link) do(ctx context.Context, wait time.Duration, ask func(context.Context, vk.Client) error) error {
	l.mu.Lock()
	client, doubt := l.client, l.doubt
	l.mu.Unlock()
	if client == nil || wait <= 0 {
		return errDown
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	begun := time.Now()
	bounded, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	if doubt != nil {
		select {
		case <-doubt:
			return l.do(ctx, wait-time.Since(begun), ask)
		case <-bounded.Done():
			return errDown
		}
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

// fail notes that the server did not answer as it should, if the client is
// still that of the link.
func (l *link) fail(client vk.Client, why error) {
	l.mu.Lock()
	current := client != nil && l.client == client
	slow := errors.Is(why, ErrSlow)
	if current && slow && l.doubt == nil {
		l.doubt = make(chan struct{})
	}
	l.mu.Unlock()
	if !current {
		return
	}
	if !slow {
		l.takeDown(client, why)
	}
	select {
	case l.ill <- struct{}{}:
	default:
	}
}

// takeDown takes the link down, if it still is that client's.
func (l *link) takeDown(client vk.Client, why error) {
	l.mu.Lock()
	current := l.client == client
	if current {
		l.client, l.problem, l.back = nil, why, make(chan struct{})
		l.believe()
	}
	l.mu.Unlock()
	if !current {
		return
	}
	l.log.Warn("shared cache left alone until it answers again", "server", l.address, "error", why)
	l.drop(client)
	l.changed(false)
}

// believe ends the doubt. The caller holds the lock.
func (l *link) believe() {
	if l.doubt != nil {
		close(l.doubt)
		l.doubt = nil
	}
}

// settle asks again when the link is in doubt.
func (l *link) settle() {
	l.mu.Lock()
	client, doubt := l.client, l.doubt
	l.mu.Unlock()
	if client == nil || doubt == nil {
		return
	}
	for try := 1; ; try++ {
		begun := time.Now()
		ctx, cancel := context.WithTimeout(l.ctx, l.ping)
		fault := diagnose(client.Do(ctx, client.B().Ping().Build()).Error())
		cancel()
		if fault == nil {
			break
		}
		if !errors.Is(fault, ErrSlow) || !overslept(begun, l.ping) || try == 3 {
			l.takeDown(client, fault)
			return
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.believe()
}

// drop lets go of a client and its connections, also of those that wait for an
// answer.
func (l *link) drop(client vk.Client) {
	l.mu.Lock()
	conns := l.conns
	l.conns = map[net.Conn]struct{}{}
	l.mu.Unlock()
	for c := range conns {
		c.Close()
	}
	if client != nil {
		client.Close()
	}
}

// watch probes whenever the link is down, until it is closed.
func (l *link) watch() {
	defer close(l.over)
	pause := time.Duration(0)
	slow := 0
	settled := sync.OnceFunc(func() { close(l.first) })
	defer settled()
	for l.ctx.Err() == nil {
		if l.isUp() {
			pause = 0
			select {
			case <-l.ill:
				l.settle()
			case <-time.After(refresh):
				l.refresh()
			case <-l.ctx.Done():
			}
			continue
		}
		err := l.probe()
		if err == nil {
			l.log.Info("shared cache in use", "server", l.address)
			l.changed(true)
			settled()
			continue
		}
		if slow++; !errors.Is(err, ErrSlow) || slow == 5 { // a slow answer may be the fault of this machine, which has just begun
			settled()
		}
		if l.ctx.Err() == nil {
			l.note(err)
		}
		pause = min(max(2*pause, 50*time.Millisecond), lastProbe)
		select {
		case <-time.After(pause/2 + rand.N(pause)/2):
		case <-l.ctx.Done():
		}
	}
}

// refresh asks what the server says of its memory.
func (l *link) refresh() {
	var m Memory
	if err := l.do(l.ctx, workWait, func(ctx context.Context, c vk.Client) (err error) {
		m, err = readMemory(ctx, c)
		return err
	}); err != nil {
		return // the link is down then, or in doubt
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.memory = m
}

// note keeps and logs what a probe came to, once for each kind of trouble.
func (l *link) note(err error) {
	l.mu.Lock()
	before := l.problem
	l.problem = err
	l.mu.Unlock()
	if kind(before) != kind(err) {
		l.log.Warn("shared cache of no use", "server", l.address, "error", err)
	}
}

// probe connects anew, and takes the link up if the server answers as fast as
// a reader needs it.
func (l *link) probe() error {
	client, err := l.dial()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(l.ctx, dialWait)
	defer cancel()
	err = warm(ctx, client)
	memory := Memory{}
	if err == nil {
		memory, err = readMemory(ctx, client)
	}
	if err == nil {
		begun := time.Now()
		err = client.Do(ctx, client.B().Ping().Build()).Error()
		if err == nil && time.Since(begun) > l.ping {
			err = ErrSlow
		}
	}
	if fault := diagnose(err); fault != nil {
		l.drop(client)
		return fault
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.client, l.problem, l.memory = client, nil, memory
	close(l.back)
	return nil
}

// warm has all connections made, which takes longer than readers wait.
func warm(ctx context.Context, client vk.Client) error {
	errs := make([]error, connections)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { errs[i] = client.Do(ctx, client.B().Ping().Build()).Error() })
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// errLater makes the client begin without a connection.
var errLater = errors.New("not connected yet")

// dial returns a client that connects when it is used.
//
// Its commands go one at a time over connections of a pool, each with a
// deadline of its own: an answer that stays out ends its connection and no
// other command's. Without pipelining there is no reader in the background,
// which would end the process at an answer that nobody asked for. Nothing is
// tried again, and nothing is kept on this side.
func (l *link) dial() (vk.Client, error) {
	ready := false
	var first sync.WaitGroup // the first connections are made all at once: none is idle before the last is asked for
	first.Add(connections)
	var dials atomic.Int64
	client, err := vk.NewClient(vk.ClientOption{
		InitAddress: []string{l.address.Host},
		Username:    l.address.User,
		Password:    l.address.Password,
		SelectDB:    l.address.Database,
		TLSConfig:   l.address.tls(),
		DialCtxFn: func(ctx context.Context, address string, d *net.Dialer, config *tls.Config) (net.Conn, error) {
			if !ready { // NewClient makes a connection that is no use of
				return nil, errLater
			}
			if dials.Add(1) <= connections {
				first.Done()
				first.Wait()
			}
			return l.connect(ctx, address, d, config)
		},
		Dialer:                net.Dialer{Timeout: dialWait, KeepAlive: -1},
		ConnWriteTimeout:      workWait,
		BlockingPoolSize:      connections + 1, // one for probes
		ReadBufferEachConn:    64 << 10,
		WriteBufferEachConn:   64 << 10,
		ClientSetInfo:         vk.DisableClientSetInfo,
		ForceSingleClient:     true,
		DisableAutoPipelining: true,
		DisableRetry:          true,
		DisableCache:          true,
	})
	if client == nil {
		return nil, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	ready = true
	return client, nil
}

// connect makes one connection.
func (l *link) connect(ctx context.Context, address string, d *net.Dialer, config *tls.Config) (net.Conn, error) {
	var conn net.Conn
	var err error
	if config == nil {
		conn, err = d.DialContext(ctx, "tcp", address)
	} else {
		conn, err = (&tls.Dialer{NetDialer: d, Config: config}).DialContext(ctx, "tcp", address)
	}
	if err != nil {
		return nil, err
	}
	tracked := &guard{Conn: conn}
	tracked.closed = func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.conns, tracked)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conns[tracked] = struct{}{}
	return tracked, nil
}
