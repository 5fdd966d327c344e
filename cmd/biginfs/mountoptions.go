package main

import (
	"slices"
	"strings"
)

// mountOptions is what -o says.
type mountOptions struct {
	settings map[string]string // by name of the flag
	helper   bool              // mount(8) says it
}

// Options of mount(8) that are for itself, or that change nothing here: a mount
// is read-only in any case, trusts nothing, and keeps no times of access.
//
// https://man7.org/linux/man-pages/man8/mount.8.html
var ignoredOptions = []string{
	"defaults", "rw", "ro", "auto", "noauto", "nofail", "_netdev", "user", "nouser", "users", "owner", "group",
	"suid", "nosuid", "dev", "nodev", "exec", "noexec", "async", "sync", "dirsync", "silent", "loud",
	"comment", "helper", "atime", "noatime", "diratime", "nodiratime", "relatime", "norelatime", "strictatime", "lazytime",
}

// parseMountOptions reads lists of options with commas between them. A sloppy
// one ignores what it does not know.
func parseMountOptions(lists []string, sloppy bool) (*mountOptions, error) {
	o := &mountOptions{settings: map[string]string{}}
	known := map[string]setting{}
	names := slices.Clone(ignoredOptions)
	for _, s := range allSettings() {
		if s.by&byMount != 0 && s.name != "background" {
			known[s.key()] = s
			names = append(names, s.key())
		}
	}
	for option := range strings.SplitSeq(strings.Join(lists, ","), ",") {
		name, value, given := strings.Cut(strings.TrimSpace(option), "=")
		s, own := known[strings.ReplaceAll(name, "-", "_")]
		switch {
		case name == "", slices.Contains(ignoredOptions, name), strings.HasPrefix(name, "x-"), strings.HasPrefix(name, "X-"):
		case own && !given && s.value != "":
			return nil, misuse("-o %s needs a value: -o %s=%s", name, s.key(), s.value)
		case own && !given:
			o.settings[s.name] = "true"
		case own:
			o.settings[s.name] = value
		case !sloppy:
			return nil, misuse("unknown mount option %s: %s", name, didYouMean(name, names, "biginfs mount --help lists the flags, which are options too"))
		}
	}
	return o, nil
}
