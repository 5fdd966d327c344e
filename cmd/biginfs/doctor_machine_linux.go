package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// fuseConf says whether users may share their mounts.
const fuseConf = "/etc/fuse.conf"

// maySetAllowOther reports whether this user may share mounts with others.
func maySetAllowOther() (bool, error) {
	if os.Geteuid() == 0 {
		return true, nil
	}
	text, err := os.ReadFile(fuseConf)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return false, err
	}
	for line := range strings.Lines(string(text)) {
		if strings.TrimSpace(line) == "user_allow_other" {
			return true, nil
		}
	}
	return false, nil
}

// allowOtherRemedy lets users share their mounts.
const allowOtherRemedy = "as root: echo user_allow_other >> " + fuseConf

// fuseConfig checks whether mounts may be shared with other users.
func fuseConfig(wanted bool) []finding {
	switch may, err := maySetAllowOther(); {
	case err != nil:
		return []finding{{"allow-other", warning, err.Error(), ""}}
	case may && os.Geteuid() == 0:
		return nil
	case may:
		return []finding{{"allow-other", good, "mounts may be shared with other users", ""}}
	case wanted:
		return []finding{{"allow-other", failed, fuseConf + " has no line user_allow_other, so that mounts are for you alone", allowOtherRemedy}}
	}
	return []finding{{"allow-other", good, "mounts are for you alone, as " + fuseConf + " has no user_allow_other", ""}}
}

// kernel checks whether this kernel slows mounts down.
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
