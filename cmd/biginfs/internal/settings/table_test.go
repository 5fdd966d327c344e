package settings

import (
	"testing"

	"github.com/spf13/cobra"
)

// Each setting is a flag of the commands that use it, and its default is right.
func TestTable(t *testing.T) {
	cmd := &cobra.Command{}
	AddFlags(cmd, ForMount)
	seen := map[string]bool{}
	for _, s := range allSettings() {
		if seen[s.name] {
			t.Errorf("%s stands there twice", s.name)
		}
		seen[s.name] = true
		if s.by&ForMount != 0 && cmd.Flags().Lookup(s.name) == nil {
			t.Errorf("mount has no --%s", s.name)
		}
		if err := s.set(&Settings{}, s.def); err != nil {
			t.Errorf("the default of %s: %v", s.name, err)
		}
	}
}
