package settings

import (
	"slices"
	"strings"
)

// MountOptions is what -o says.
type MountOptions struct {
	FromTable bool // mount(8) says it, for a line of fstab

	values map[string]string // by name of the flag
}

// Options that are for mount(8) itself, or that change nothing here: a mount is
// read-only, nosuid and nodev in any case, and keeps no access times.
//
// https://man7.org/linux/man-pages/man8/mount.8.html
var ignoredOptions = []string{
	"defaults", "rw", "ro", "auto", "noauto", "nofail", "_netdev", "user", "nouser", "users", "owner", "group",
	"suid", "nosuid", "dev", "nodev", "exec", "noexec", "async", "sync", "dirsync", "silent", "loud",
	"comment", "helper", "atime", "noatime", "diratime", "nodiratime", "relatime", "norelatime", "strictatime", "lazytime",
}

// ParseMountOptions reads comma-separated lists of options. If sloppy, it ignores
// those it does not know.
func ParseMountOptions(lists []string, sloppy bool) (*MountOptions, error) {
	o := &MountOptions{values: map[string]string{}}
	known := map[string]setting{}
	names := slices.Clone(ignoredOptions)
	for _, s := range allSettings() {
		if s.by&ForMount != 0 && s.name != "background" {
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
			return nil, Misuse("-o %s needs a value: -o %s=%s", name, s.key(), s.value)
		case own && !given:
			o.values[s.name] = "true"
		case own:
			o.values[s.name] = value
		case !sloppy:
			return nil, Misuse("unknown mount option %s: %s", name, DidYouMean(name, names, "biginfs mount --help lists the flags, which are options too"))
		}
	}
	return o, nil
}

// DefaultProfile sets the profile, unless the options name one.
func (o *MountOptions) DefaultProfile(name string) {
	if _, chosen := o.values["profile"]; !chosen {
		o.values["profile"] = name
	}
}
