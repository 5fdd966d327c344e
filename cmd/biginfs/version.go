package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"github.com/spf13/cobra"
)

// version is set by the linker in a release.
var version string

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:                   "version",
		DisableFlagsInUseLine: true,
		Short:                 "Print the version",
		Example:               `  biginfs version`,
		Args:                  settings.Exactly(0, ""),
		Run:                   func(*cobra.Command, []string) { a.print("biginfs %s", versionText()) },
	}
}

// versionText names the version, the revision it was built from, and the
// machine it was built for.
func versionText() string {
	number, revision := version, ""
	if info, ok := debug.ReadBuildInfo(); ok {
		if number == "" && info.Main.Version != "(devel)" {
			number = info.Main.Version
		}
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				revision = " " + s.Value[:min(12, len(s.Value))]
			}
		}
	}
	return fmt.Sprintf("%s%s %s %s/%s", cmp.Or(number, "(devel)"), revision, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
