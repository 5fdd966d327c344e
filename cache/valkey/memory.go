package valkey

import (
	"context"
	"strconv"
	"strings"

	vk "github.com/valkey-io/valkey-go"
)

// Memory is what the server says about its memory.
type Memory struct {
	Version string // of the server
	Used    int64  // bytes
	Max     int64  // bytes; 0 if unbounded
	Policy  string // what is evicted when it is full; "noeviction" is nothing
}

// readMemory asks the server for its version and memory.
//
// https://valkey.io/commands/info/
func readMemory(ctx context.Context, c vk.Client) (Memory, error) {
	var m Memory
	for _, section := range []string{"memory", "server"} {
		text, err := c.Do(ctx, c.B().Info().Section(section).Build()).ToString()
		if err != nil {
			return Memory{}, err
		}
		for line := range strings.SplitSeq(text, "\n") {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
			switch name {
			case "used_memory":
				m.Used, _ = strconv.ParseInt(value, 10, 64) // 0 if it makes no sense
			case "maxmemory":
				m.Max, _ = strconv.ParseInt(value, 10, 64)
			case "maxmemory_policy":
				m.Policy = clean(value)
			case "redis_version":
				if m.Version == "" {
					m.Version = "Redis " + clean(value)
				}
			case "valkey_version":
				m.Version = "Valkey " + clean(value)
			}
		}
	}
	if m.Version == "" {
		return Memory{}, ErrNonsense
	}
	return m, nil
}
