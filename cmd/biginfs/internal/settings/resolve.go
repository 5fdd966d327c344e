package settings

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// layer is one place where settings come from.
type layer struct {
	values map[string]string // by name of the flag
	source func(setting) string
	file   bool // the source is a file, with keys in it
	byHand bool // the source is the command line
}

// resolver finds the value of each setting. A flag comes before -o, then come the
// environment, the profile in the config file, the rest of that file, and the
// default.
type resolver struct {
	by     Use
	table  bool // run by mount(8)
	layers []layer
}

// byDefault is the source of what nobody chose.
const byDefault = "default"

// Resolve returns the settings that a command takes. given holds the values of its
// flags by name; o may be nil. Mistakes are UsageErrors.
func Resolve(by Use, given map[string]string, o *MountOptions) (*Settings, error) {
	if o == nil {
		o = &MountOptions{}
	}
	r := &resolver{by: by, table: o.FromTable, layers: []layer{
		{values: given, source: func(s setting) string { return "--" + s.name }, byHand: true},
		{values: o.values, source: func(s setting) string { return "-o " + s.key() }, byHand: true},
		{values: environment(), source: setting.env},
	}}
	s := &Settings{Profile: DemoProfile} // where there is no other
	if err := r.addFile(s); err != nil {
		return nil, err
	}
	for _, row := range allSettings() {
		if row.by&by == 0 {
			continue
		}
		c := r.choose(row)
		if row.name == "config" {
			c.Text = s.Config
		} else if err := row.set(s, c.Text); err != nil {
			return nil, Misuse("%s: %v", c.where, err)
		}
		if row.name == "profile" && c.byHand {
			s.asked = c.Source
		}
		s.Chosen = append(s.Chosen, c)
	}
	for i := range s.Chosen {
		if s.Chosen[i].Name == sharedCache {
			if err := s.finishSharedCache(&s.Chosen[i]); err != nil {
				return nil, err
			}
		}
	}
	s.State = stateDir(filepath.Dir(s.Config), r.table)
	return s, nil
}

// choose returns the value from the first layer that has the setting.
func (r *resolver) choose(row setting) Choice {
	for _, l := range r.layers {
		if text, ok := l.values[row.name]; ok {
			c := Choice{Name: row.name, Text: text, Source: l.source(row), where: l.source(row), byHand: l.byHand, file: l.file}
			if l.file {
				c.where += ": " + row.key()
			}
			return c
		}
	}
	return Choice{Name: row.name, Text: row.def, Source: byDefault, where: row.name}
}

// addFile adds the layers of the config file. The layers so far say which file it
// is, and which profile in it.
func (r *resolver) addFile(s *Settings) error {
	var row, profile setting
	for _, each := range allSettings() {
		switch each.name {
		case "config":
			row = each
		case "profile":
			profile = each
		}
	}
	c := r.choose(row)
	if c.Source == byDefault {
		c.Text = configFile(r.table)
	}
	path, err := filepath.Abs(c.Text)
	if err != nil {
		return Misuse("%s: %v", c.Source, err)
	}
	s.Config = path
	file, err := readConfig(path)
	switch {
	case errors.Is(err, os.ErrNotExist) && (c.Source == byDefault || r.by&(ForLogin|ForLogout) != 0):
		s.NoConfig = true
		return nil
	case errors.Is(err, os.ErrNotExist):
		return Misuse("%s: there is no file %s", c.Source, path)
	case err != nil:
		return err
	}
	asked := len(r.layers)
	r.layers = append(r.layers, layer{values: file.top, source: func(setting) string { return path }, file: true})
	name := r.choose(profile).Text
	own := layer{values: file.profiles[name], source: func(setting) string { return path + " [profiles." + name + "]" }, file: true}
	r.layers = slices.Insert(r.layers, asked, own)
	return nil
}

// environment is what the environment says. An empty variable says nothing.
func environment() map[string]string {
	values := map[string]string{}
	for _, s := range allSettings() {
		if text := os.Getenv(s.env()); text != "" {
			values[s.name] = text
		}
	}
	return values
}

// UnknownVariables returns a remark for each variable that looks like a setting
// but is none.
func UnknownVariables() []string {
	const prefix = "BIGINFS_"
	var names []string // without it, or all would be near
	for _, name := range []string{EnvClientID, EnvClientSecret, EnvRefreshToken} {
		names = append(names, strings.TrimPrefix(name, prefix))
	}
	for _, s := range allSettings() {
		names = append(names, strings.TrimPrefix(s.env(), prefix))
	}
	var all []string
	for _, variable := range os.Environ() {
		variable, value, _ := strings.Cut(variable, "=")
		name, ours := strings.CutPrefix(variable, prefix)
		if value == "" || !ours || slices.Contains(names, name) {
			continue
		}
		remedy := "biginfs config lists the settings"
		if best, ok := nearest(name, names); ok {
			remedy = "did you mean " + prefix + best + "?"
		}
		all = append(all, fmt.Sprintf("the variable %s means nothing: %s", variable, remedy))
	}
	slices.Sort(all)
	return all
}
