package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// layer is one place where settings come from.
type layer struct {
	values map[string]string // by name of the flag
	source func(setting) string
	file   bool // the source is a file, with keys in it
	byHand bool // the source is the command line
}

// resolver finds the value of each setting: a flag beats -o, that beats the
// environment, that the profile in the config file, that the rest of the file,
// and that the default.
type resolver struct {
	by     uses
	helper bool // run by mount(8)
	layers []layer
}

// byDefault is the source of what nobody chose.
const byDefault = "default"

// resolve returns the settings that a command uses.
func resolve(by uses, flags map[string]string, o *mountOptions) (*settings, error) {
	if o == nil {
		o = &mountOptions{}
	}
	r := &resolver{by: by, helper: o.helper, layers: []layer{
		{values: flags, source: func(s setting) string { return "--" + s.name }, byHand: true},
		{values: o.settings, source: func(s setting) string { return "-o " + s.key() }, byHand: true},
		{values: environment(), source: setting.env},
	}}
	s := &settings{profile: demoProfile} // where there is no other
	if err := r.addFile(s); err != nil {
		return nil, err
	}
	for _, row := range allSettings() {
		if row.by&by == 0 {
			continue
		}
		c := r.choose(row)
		if row.name == "config" {
			c.text = s.config
		} else if err := row.set(s, c.text); err != nil {
			return nil, misuse("%s: %v", c.where, err)
		}
		if row.name == "profile" && c.byHand {
			s.asked = c.source
		}
		s.chosen = append(s.chosen, c)
	}
	s.state = stateDir(filepath.Dir(s.config), r.helper)
	return s, nil
}

// choose returns what the first layer says that has the setting.
func (r *resolver) choose(row setting) choice {
	for _, l := range r.layers {
		if text, ok := l.values[row.name]; ok {
			c := choice{setting: row, text: text, source: l.source(row), where: l.source(row), byHand: l.byHand}
			if l.file {
				c.where += ": " + row.key()
			}
			return c
		}
	}
	return choice{setting: row, text: row.def, source: byDefault, where: row.name}
}

// addFile adds the layers of the config file. It finds the file and the
// profile in it through the layers that are there already.
func (r *resolver) addFile(s *settings) error {
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
	if c.source == byDefault {
		c.text = configFile(r.helper)
	}
	path, err := filepath.Abs(c.text)
	if err != nil {
		return misuse("%s: %v", c.source, err)
	}
	s.config = path
	file, err := readConfig(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && (c.source == byDefault || r.by&(byLogin|byLogout) != 0):
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return misuse("%s: there is no file %s", c.source, path)
	case err != nil:
		return err
	}
	asked := len(r.layers)
	r.layers = append(r.layers, layer{values: file.top, source: func(setting) string { return path }, file: true})
	name := r.choose(profile).text
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
