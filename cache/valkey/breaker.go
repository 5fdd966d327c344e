package valkey

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	vk "github.com/valkey-io/valkey-go"
)

const (
	refresh   = 20 * time.Second // between questions for the server's memory
	lastProbe = 5 * time.Second  // between probes, at most
)

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
	if kind(before) != kind(err) { //nolint:errorlint // kinds are compared, which nothing wraps
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
