package settings

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// configuration is what the config file says, by name of the flag.
type configuration struct {
	top      map[string]string
	profiles map[string]map[string]string
}

// readConfig reads the config file. The program never writes it.
func readConfig(path string) (*configuration, error) {
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, err
	case err != nil:
		return nil, Misuse("config file: %v", err)
	}
	var raw map[string]any
	if _, err := toml.Decode(string(text), &raw); err != nil {
		return nil, wrongSyntax(path, string(text), err)
	}
	c := &configuration{profiles: map[string]map[string]string{}}
	profiles, _ := raw["profiles"].(map[string]any)
	if _, there := raw["profiles"]; there && profiles == nil {
		return nil, Misuse("%s: profiles: write a table for each, such as [profiles.work]", path)
	}
	delete(raw, "profiles")
	if c.top, err = readKeys(path, "", raw, "profiles"); err != nil {
		return nil, err
	}
	for name, table := range profiles {
		keys, ok := table.(map[string]any)
		if _, err := parseProfile(name); err != nil {
			return nil, Misuse("%s: %v", path, err)
		}
		if !ok {
			return nil, Misuse("%s: profiles.%s: write it as a table: [profiles.%s]", path, name, name)
		}
		if c.profiles[name], err = readKeys(path, "profiles."+name+".", keys); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// readKeys returns the values of a table of the file.
func readKeys(path, prefix string, table map[string]any, more ...string) (map[string]string, error) {
	known := map[string]setting{}
	names := more
	for _, s := range allSettings() {
		if s.name == "config" || s.name == "profile" && prefix != "" {
			continue
		}
		known[s.key()] = s
		names = append(names, s.key())
	}
	values := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(table)) {
		s, ok := known[key]
		switch {
		case slices.Contains([]string{"client_id", "client_secret", "refresh_token"}, key):
			return nil, Misuse("%s: %s%s does not belong there; biginfs login keeps it in %s", path, prefix, key, credentialsName)
		case isTable(table[key]) && prefix == "" && (!ok || s.name == "profile"):
			return nil, Misuse("%s: there is no table [%s]; each profile is a table of its own: [profiles.work]", path, key)
		case !ok:
			return nil, Misuse("%s: unknown key %s%s: %s", path, prefix, key, DidYouMean(key, names, "biginfs mount --help lists them all"))
		}
		text, err := plain(table[key])
		if err != nil {
			return nil, Misuse("%s: %s%s: %v", path, prefix, key, err)
		}
		values[s.name] = text
	}
	return values, nil
}

// bare matches a line whose value lacks its quotes, such as attr_ttl = 5m.
var bare = regexp.MustCompile(`^\s*([\w-]+)\s*=\s*([^\s"'\[{#=][^\s"'#=]*)\s*(#.*)?$`)

// wrongSyntax says what is wrong with the file, in words of our own where the
// parser's would puzzle.
func wrongSyntax(path, text string, err error) error {
	var syntax toml.ParseError
	if !errors.As(err, &syntax) {
		return Misuse("%s: %v", path, err)
	}
	lines := strings.Split(text, "\n")
	if n := syntax.Position.Line; n >= 1 && n <= len(lines) {
		if m := bare.FindStringSubmatch(strings.TrimSuffix(lines[n-1], "\r")); m != nil {
			return Misuse("%s, line %d: put the value in quotes: %s = %q", path, n, m[1], m[2])
		}
	}
	return Misuse("%s, line %d: %s", path, syntax.Position.Line, syntax.Message)
}

func isTable(v any) bool {
	_, ok := v.(map[string]any)
	return ok
}

// plain returns a value as text, as the flag takes it.
func plain(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case bool:
		return strconv.FormatBool(v), nil
	}
	return "", fmt.Errorf("write the value as a string")
}
