package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// fuseConf lets users share their mounts, or not.
const fuseConf = "/etc/fuse.conf"

// fuseConfig sees whether mounts may be shared with other users.
func fuseConfig(wanted bool) []finding {
	if os.Geteuid() == 0 {
		return nil // root may
	}
	text, err := os.ReadFile(fuseConf)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return []finding{{"allow-other", warning, err.Error(), ""}}
	}
	for _, line := range strings.Split(string(text), "\n") {
		if strings.TrimSpace(line) == "user_allow_other" {
			return []finding{{"allow-other", good, "mounts may be shared with other users", ""}}
		}
	}
	f := finding{"allow-other", good, "mounts are for you alone, as " + fuseConf + " has no user_allow_other", ""}
	if wanted {
		f.Severity, f.Remedy = failed, "as root: echo user_allow_other >> "+fuseConf
	}
	return []finding{f}
}

// kernel tells what this kernel makes slower.
func kernel() []finding {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return []finding{{"kernel", warning, err.Error(), ""}}
	}
	release := unix.ByteSliceToString(u.Release[:])
	var major, minor int
	if _, err := fmt.Sscanf(release, "%d.%d", &major, &minor); err != nil {
		return []finding{{"kernel", warning, "of unknown version " + release, ""}}
	}
	if major < 4 || major == 4 && minor < 20 {
		return []finding{{"kernel", warning, "Linux " + release + " does not keep listings of directories, so that walking through photos is slower", "use Linux 4.20 or later"}}
	}
	return []finding{{"kernel", good, "Linux " + release, ""}}
}
