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
	refresh   = 20 * time.Second // between looks at the server's memory
	lastProbe = 5 * time.Second  // between probes, at most
)

// fail notes that the server did not answer as it should. It does nothing if the
// link has given up that client already.
func (l *link) fail(client vk.Client, why error) {
	if !errors.Is(why, ErrSlow) {
		l.leave(client, why)
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.client == client && l.doubt == nil {
		l.doubt = make(chan struct{})
		l.poke()
	}
}

// leave stops using a client, unless the link has given it up already. The client
// of a server that is merely late is kept.
func (l *link) leave(client vk.Client, why error) {
	l.mu.Lock()
	used, late := l.client == client, l.late == client
	if used || late {
		l.client, l.late, l.problem = nil, nil, why
	}
	if used {
		l.left, l.back = time.Now(), make(chan struct{})
		l.believe()
		l.poke()
		if errors.Is(why, ErrSlow) {
			l.late = client
		}
	}
	kept := l.late == client
	l.mu.Unlock()
	if used {
		l.log.Warn("shared cache left alone until it answers again", "server", l.address, "error", why)
	}
	if (used || late) && !kept {
		l.drop(client)
	}
	if used {
		l.changed(false)
	}
}

// poke wakes watch. The caller holds the lock.
func (l *link) poke() {
	select {
	case l.ill <- struct{}{}:
	default:
	}
}

// believe ends the doubt. The caller holds the lock.
func (l *link) believe() {
	if l.doubt != nil {
		close(l.doubt)
		l.doubt = nil
	}
}

// settle pings the server when the link is in doubt, and ends the doubt.
func (l *link) settle() {
	client, doubt := l.inUse()
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
			l.leave(client, fault)
			return
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.believe()
}

// watch probes whenever the link is not up, until it is closed.
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
		if slow++; !errors.Is(err, ErrSlow) || slow == 5 { // a slow answer may be this machine's fault: the program has just started
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

// refresh asks the server about its memory.
func (l *link) refresh() {
	var m Memory
	if err := l.work(l.ctx, func(ctx context.Context, c vk.Client) (err error) {
		m, err = readMemory(ctx, c)
		return err
	}); err != nil {
		return // then the link is down or in doubt
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.memory = m
}

// note keeps why a probe failed, and logs it when it is another reason than before.
func (l *link) note(err error) {
	l.mu.Lock()
	before := l.problem
	l.problem = err
	l.mu.Unlock()
	if kind(before) != kind(err) { //nolint:errorlint // kind returns the bare error
		l.log.Warn("shared cache of no use", "server", l.address, "error", err)
	}
}

// probe brings the link up if the server answers as fast as readers need. It uses
// the connections to a server that was late, else new ones. A server that answers,
// but not as fast, is late.
func (l *link) probe() error {
	l.mu.Lock()
	client, wait, memory := l.late, workWait, l.memory
	l.mu.Unlock()
	fresh := client == nil
	if fresh {
		var err error
		if client, err = l.dial(); err != nil {
			return err
		}
		wait = dialWait
	}
	ctx, cancel := context.WithTimeout(l.ctx, wait)
	defer cancel()
	err := warm(ctx, client)
	if err == nil && fresh {
		memory, err = readMemory(ctx, client)
	}
	if err == nil {
		err = l.prompt(ctx, client)
	}
	fault := diagnose(err)
	l.mu.Lock()
	dropped := !fresh && l.late != client // by whoever got an error from it meanwhile
	l.late = nil
	switch {
	case dropped:
		fault = errDown
	case fault == nil:
		l.client, l.problem, l.memory = client, nil, memory
		close(l.back)
	case errors.Is(fault, ErrSlow) && ctx.Err() == nil:
		l.late = client
	}
	kept := l.client == client || l.late == client
	l.mu.Unlock()
	if !kept {
		l.drop(client)
	}
	return fault
}

// prompt returns ErrSlow unless the server answers as fast as readers need.
func (l *link) prompt(ctx context.Context, client vk.Client) error {
	begun := time.Now()
	if err := client.Do(ctx, client.B().Ping().Build()).Error(); err != nil {
		return err
	}
	if time.Since(begun) > l.ping {
		return ErrSlow
	}
	return nil
}
