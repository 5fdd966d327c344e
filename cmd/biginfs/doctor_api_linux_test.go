package main

import (
	"bytes"
	"image"
	"image/png"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
	"github.com/biginfs/biginfs/cache"
	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
)

// watched is an account with a photo to replace, and the environment of a person
// who may look at it.
func watched(t *testing.T, b bigintest.Behaviour) (s *bigintest.Server, id int64, env []string) {
	t.Helper()
	s = &bigintest.Server{Behaviour: b}
	id = s.Add("Contacts", bigintest.Record{Last: "Doe", Photo: onePixel, Modified: oldTime})
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, id, append(homeOf(t), "BIGINFS_ACCOUNTS_URL="+server.URL,
		settings.EnvClientID+"="+bigintest.DefaultClientID, settings.EnvClientSecret+"="+bigintest.DefaultClientSecret,
		settings.EnvRefreshToken+"="+bigintest.DefaultRefreshToken)
}

// At a terminal nothing is asked of Bigin before a person has agreed.
func TestDoctorAPIAsks(t *testing.T) {
	for keys, calls := range map[string]bool{"y\r": true, "n\r": false, "\r": false} {
		s, _, env := watched(t, bigintest.Behaviour{})
		p := atTerminal(t, env, "doctor", "--api")
		p.types("Go on? [y/N] ", keys)
		if code := p.exit(); (code == exitDone) != calls || (s.Calls() > 0) != calls {
			t.Errorf("%q: exit code %d after %d calls: %q", keys, code, s.Calls(), p.sees())
		}
	}
	s, _, env := watched(t, bigintest.Behaviour{})
	if p := atTerminal(t, env, "doctor", "--api", "--yes"); p.exit() != exitDone || s.Calls() == 0 {
		t.Errorf("it asks all the same: %q", p.sees())
	}
}

// A person replaces a photo, and what that shows is what the next mount
// believes.
func TestDoctorWatchesAnUpload(t *testing.T) {
	for words, c := range map[string]struct {
		b    bigintest.Behaviour
		told bool
	}{
		"an upload changes Modified_Time and Record_Image": {bigintest.Behaviour{}, true},
		"an upload changes Modified_Time:":                 {bigintest.Behaviour{UploadKeepsImage: true}, true},
		"an upload changes Record_Image:":                  {bigintest.Behaviour{UploadKeepsModifiedTime: true}, true},
		"an upload leaves the record as it was":            {bigintest.Behaviour{UploadKeepsModifiedTime: true, UploadKeepsImage: true}, false},
		"an upload leaves the record as it was:":           {bigintest.Behaviour{UploadKeepsModifiedTime: true, VolatileImage: true}, false},
	} {
		s, id, env := watched(t, c.b)
		p := atTerminal(t, env, "doctor", "--api", "--watch-upload", "Contacts/"+strconv.FormatInt(id, 10))
		p.types("Go on? [y/N] ", "y\r")
		p.types("Then press Enter ", "")
		s.SetPhoto("Contacts", id, bytes.Replace(onePixel, []byte("IDAT"), []byte("idat"), 1))
		p.types("Then press Enter ", "\r")
		if code := p.exit(); code != exitDone || !strings.Contains(p.sees(), words) || s.Calls() > 25 {
			t.Errorf("%q: exit code %d, %d calls: %q", words, code, s.Calls(), p.sees())
		}
		if limits := strings.Contains(p.sees(), "with these limits: "); !limits && !c.told {
			t.Errorf("%q: no limit: %q", words, p.sees())
		}
		state := filepath.Join(strings.TrimPrefix(env[0], "HOME="), ".local/state/biginfs/default")
		if _, err := os.Stat(cache.IndexFile(state, bigin.Contacts)); err != nil {
			t.Error(err)
		}
	}
}

var (
	oldTime  = time.Now().AddDate(-1, 0, 0)
	onePixel = func() []byte {
		var b bytes.Buffer
		if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
			panic(err)
		}
		return b.Bytes()
	}()
)
