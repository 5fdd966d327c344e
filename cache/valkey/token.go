package valkey

import (
	"context"
	"time"

	"github.com/biginfs/biginfs/bigin"
	vk "github.com/valkey-io/valkey-go"
)

// tokens shares the access token of a login.
type tokens struct{ s *Server }

// Tokens returns what shares the access token among the desks with one login.
func (s *Server) Tokens() bigin.TokenShare { return tokens{s} }

// Begin implements bigin.TokenShare.
func (t tokens) Begin(ctx context.Context, use func([]byte) bool) (done func()) {
	look := func() bool {
		text, ok := t.s.entry(ctx, t.name(), t.s.link.look)
		return ok && use(text)
	}
	if look() {
		return nil
	}
	return t.s.marks.begin(ctx, t.s.login.name("mark of token"), t.name(), look)
}

// Keep implements bigin.TokenShare.
func (t tokens) Keep(ctx context.Context, text []byte, life time.Duration) {
	if life <= 0 {
		return
	}
	name := t.name()
	// If that fails, each desk gets a token of its own.
	_ = t.s.link.work(ctx, func(ctx context.Context, c vk.Client) error {
		return c.Do(ctx, c.B().Set().Key(name).Value(vk.BinaryString(t.s.login.seal(name, "", text))).Px(life).Build()).Error()
	})
}

func (t tokens) name() string { return t.s.login.name("token") }
