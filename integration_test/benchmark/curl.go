package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// curl fetches all photos with curl, so many at once.
func (b *bench) curl(s *server, atOnce int) (t time.Duration, err error) {
	b = b.scope()
	defer func() { err = errors.Join(err, b.close()) }()
	to, err := b.newDir(b.ram, "curl")
	if err != nil {
		return 0, err
	}
	var config strings.Builder // the token is not for everyone who lists processes
	fmt.Fprintf(&config, "header = %q\n", "Authorization: "+s.authorization())
	for _, id := range s.ids() {
		fmt.Fprintf(&config, "url = %q\noutput = %q\n", s.photoURL(id), filepath.Join(to, fmt.Sprint(id)+".jpg"))
	}
	file := b.name(b.dir, "curl")
	if err := os.WriteFile(file, []byte(config.String()), 0o600); err != nil {
		return 0, err
	}
	t, err = timed(b.ctx, "curl", "--no-progress-meter", "--fail",
		"--parallel", "--parallel-max", strconv.Itoa(atOnce), "--config", file)
	if err != nil {
		return t, err
	}
	names, err := os.ReadDir(to)
	if err == nil && len(names) != s.Photos {
		err = fmt.Errorf("curl fetched %d photos of %d", len(names), s.Photos)
	}
	return t, err
}
