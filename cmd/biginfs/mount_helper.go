package main

import (
	"context"
	"os"
	"slices"
	"strings"

	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"github.com/spf13/cobra"
)

// helperName is what mount(8) calls us for file systems of the type biginfs.
const helperName = "mount.biginfs"

const helperUsage = "mount.biginfs PROFILE MOUNTPOINT [-sfnv] [-o OPTIONS]"

// helperManual is the source of its man page.
func helperManual() *cobra.Command {
	return &cobra.Command{
		Use:                   helperUsage,
		DisableFlagsInUseLine: true,
		Short:                 "Mount an account from fstab",
		Long: `Mount(8) runs this for file systems of the type biginfs. It mounts the account
of a profile of biginfs-login(1) in the background, and returns when the mount
answers or has failed.

Run by root, it uses the profiles and the settings in /etc/biginfs:
  biginfs login --config /etc/biginfs/config.toml
Run for a user, as the option user of fstab allows, it uses those of that user.
The profile "demo" is an invented account, which needs no login.

The OPTIONS are the flags of biginfs-mount(1), with _ for -, and those of
mount(8). Of these allow_other is the one that lets other users in. It logs to
/var/lib/biginfs/PROFILE.log.`,
		Example: `  default  /mnt/bigin  biginfs  allow_other,_netdev,x-systemd.automount  0 0
  work     /mnt/work   biginfs  noauto,user,attr_ttl=10m                 0 0
  demo     /mnt/demo   biginfs  noauto                                   0 0`,
	}
}

// mountHelper does what mount(8) asks for. The mount is always in the
// background, and the first argument, which fstab calls the device, is the
// profile.
//
// https://man7.org/linux/man-pages/man8/mount.8.html#EXTERNAL_HELPERS
func (a *app) mountHelper(ctx context.Context, args []string) error {
	if os.Getenv("PATH") == "" { // mount(8) hides it when a user mounts
		_ = os.Setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
	}
	h, err := parseHelper(args)
	if err != nil || h.fake {
		return err
	}
	o, err := settings.ParseMountOptions(h.lists, h.sloppy)
	if err != nil {
		return err
	}
	o.FromTable = true
	if !slices.Contains([]string{"biginfs", "none", settings.DemoProfile}, h.spec) {
		o.DefaultProfile(h.spec)
	}
	by := settings.ForMount
	if h.spec == settings.DemoProfile {
		by = settings.ForDemo
	}
	s, err := settings.Resolve(by, map[string]string{"background": "true"}, o)
	if err != nil {
		return err
	}
	return a.start(ctx, s, func(ctx context.Context) error {
		if h.spec == settings.DemoProfile {
			return a.demo(ctx, s, absolute(h.dir), false)
		}
		return a.mount(ctx, s, absolute(h.dir))
	})
}

// helperCall is what mount(8) asks for.
type helperCall struct {
	spec, dir    string
	lists        []string // of options
	sloppy, fake bool
}

func parseHelper(args []string) (*helperCall, error) {
	h := &helperCall{}
	var operands []string
	for i := 0; i < len(args); i++ {
		flags, isFlag := strings.CutPrefix(args[i], "-")
		if !isFlag || flags == "" {
			operands = append(operands, args[i])
			continue
		}
		for j, flag := range flags {
			switch flag {
			case 's':
				h.sloppy = true
				continue
			case 'f':
				h.fake = true
				continue
			case 'n', 'v':
				continue
			case 'o', 't', 'N':
			default:
				return nil, settings.Misuse("unknown flag -%c: %s", flag, helperUsage)
			}
			value := flags[j+1:]
			if value == "" {
				if i++; i == len(args) {
					return nil, settings.Misuse("-%c needs a value: %s", flag, helperUsage)
				}
				value = args[i]
			}
			if flag == 'o' {
				h.lists = append(h.lists, value)
			}
			break
		}
	}
	if len(operands) != 2 {
		return nil, settings.Misuse("needs two arguments: %s", helperUsage)
	}
	h.spec, h.dir = operands[0], operands[1]
	return h, nil
}
