package valkey

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	vk "github.com/valkey-io/valkey-go"
)

// connections is how many questions can be under way: each has a connection to
// itself.
const connections = 6

const dialWait = time.Second // of a probe, with TLS and password

// drop closes a client and its connections, including those that wait for an
// answer.
func (l *link) drop(client vk.Client) {
	l.mu.Lock()
	conns := l.conns
	l.conns = map[net.Conn]struct{}{}
	l.mu.Unlock()
	for c := range conns {
		_ = c.Close()
	}
	if client != nil {
		client.Close()
	}
}

// warm makes all connections ahead of time: that takes longer than readers wait.
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
// Commands go one at a time over pooled connections, each with a deadline of its
// own: an answer that never comes costs one connection, and no other command.
// Without pipelining the client has no background reader, which would panic at
// an answer that nobody asked for. Nothing is retried, and nothing is cached on
// this side.
func (l *link) dial() (vk.Client, error) {
	ready := false
	all := make(chan struct{}) // closed once as many are asked for as warm wants: until then none may become idle and be used twice
	var dials atomic.Int64
	client, err := vk.NewClient(vk.ClientOption{
		InitAddress: []string{l.address.Host},
		Username:    l.address.User,
		Password:    l.address.Password,
		SelectDB:    l.address.Database,
		TLSConfig:   l.address.tls(),
		DialCtxFn: func(ctx context.Context, address string, d *net.Dialer, config *tls.Config) (net.Conn, error) {
			if !ready { // NewClient makes a connection that nobody needs
				return nil, errLater
			}
			switch n := dials.Add(1); {
			case n == connections:
				close(all)
			case n < connections:
				select {
				case <-all:
				case <-l.ctx.Done(): // the others will not come
				case <-time.After(dialWait):
				}
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
