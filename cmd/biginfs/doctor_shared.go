package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/cache/valkey"
)

// sharedCache checks the server that desks share, if there is one.
func (p *patient) sharedCache(ctx context.Context) []finding {
	const check = "shared cache"
	a := p.settings.SharedCache
	if a.Host == "" {
		return nil
	}
	memory, err := valkey.Check(ctx, a)
	if err != nil {
		return []finding{{check, failed, fmt.Sprintf("%s: %v", a, err), sharedRemedy(err)}}
	}
	bound := "without a bound"
	if memory.Max > 0 {
		bound = "of " + sizeText(memory.Max)
	}
	found := []finding{{check, good, fmt.Sprintf("%s answers: %s, %s used %s, policy %s", a, memory.Version, sizeText(memory.Used), bound, memory.Policy), ""}}
	warn := func(text, remedy string) { found = append(found, finding{check, warning, text, remedy}) }
	local := bigin.SecureURL(&url.URL{Scheme: "http", Host: a.Host}) == nil // this machine
	if !a.TLS && !local {
		warn("without TLS: what is stored is sealed, but the password and who asks for what can be seen on the network", "use rediss:// and see the section on teams of the README")
	}
	if a.Password == "" && !local {
		warn("without a password: whoever reaches the server can empty it", "set requirepass on the server, and use --shared-cache-password-file")
	}
	switch {
	case memory.Max == 0:
		warn("the server may use all of its machine's memory", "set there: maxmemory 1gb, maxmemory-policy allkeys-lru")
	case memory.Policy == "noeviction":
		warn("the server takes nothing more when its memory is full", "set there: maxmemory-policy allkeys-lru")
	}
	return found
}

// sharedRemedy is what to do when the server is of no use.
func sharedRemedy(err error) string {
	switch {
	case errors.Is(err, valkey.ErrPassword):
		return "see --shared-cache-password-file, and the user in the address if there is one"
	case errors.Is(err, valkey.ErrCertificate):
		return "name the file of who vouches for the server with --shared-cache-ca, and use the host name in its certificate"
	case errors.Is(err, valkey.ErrSlow):
		return "see how busy the server and the network are: an answer must come within 100 ms; mounts go on without it"
	case errors.Is(err, valkey.ErrNonsense):
		return "see that the address is that of a Valkey or Redis server, and rediss:// only where it has TLS"
	case errors.Is(err, valkey.ErrRefused):
		return "see what the server's ACL allows its user: all commands on the keys biginfs:*"
	}
	return "see that the server runs, and rediss:// is used where it has TLS; mounts go on without it"
}
