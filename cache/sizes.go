package cache

import (
	"bufio"
	"cmp"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

const (
	maxSizes  = 200_000         // sizes that are remembered
	saveSizes = 5 * time.Minute // at most so often, and at the end
)

// sizes remembers in a file how large photos are, so that a tool which looks
// at sizes only, like the second run of rsync, costs no call. A size counts
// while the record is what it was: same Record_Image, same Modified_Time. It
// is safe for concurrent use, and for several processes the last one wins.
type sizes struct {
	file string
	log  *slog.Logger

	mu    sync.Mutex
	known map[string]size
	dirty bool
	saved time.Time
}

// size is what is remembered of a photo.
type size struct {
	image    uint64 // of the record
	modified int64  // of the record, Unix seconds
	bytes    int64
	mime     string
	used     int64 // Unix seconds
}

// openSizes reads the file. One that cannot be read is begun anew: all that is
// lost is calls.
func openSizes(file string, log *slog.Logger) *sizes {
	s := &sizes{file: file, log: log, known: make(map[string]size), saved: time.Now()}
	f, err := os.Open(file)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			log.Warn("sizes of photos are not remembered from before", "file", file, "error", err)
		}
		return s
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan() && len(s.known) < maxSizes; {
		if key, v, ok := parseSize(lines.Text()); ok {
			s.known[key] = v
		}
	}
	return s
}

// line is a size as it stands in the file. There may be 200,000 of them, so
// none of package fmt here.
func (v *size) line(b []byte, key string) []byte {
	b = append(append(b, key...), ' ')
	b = append(strconv.AppendUint(b, v.image, 16), ' ')
	b = append(strconv.AppendInt(b, v.modified, 10), ' ')
	b = append(strconv.AppendInt(b, v.bytes, 10), ' ')
	b = append(append(b, cmp.Or(v.mime, "-")...), ' ')
	return append(strconv.AppendInt(b, v.used, 10), '\n')
}

func parseSize(line string) (key string, v size, ok bool) {
	f := strings.Fields(line)
	if len(f) != 6 {
		return "", size{}, false
	}
	var errs [4]error
	v.image, errs[0] = strconv.ParseUint(f[1], 16, 64)
	v.modified, errs[1] = strconv.ParseInt(f[2], 10, 64)
	v.bytes, errs[2] = strconv.ParseInt(f[3], 10, 64)
	v.mime = f[4]
	v.used, errs[3] = strconv.ParseInt(f[5], 10, 64)
	return f[0], v, errors.Join(errs[:]...) == nil && v.bytes > 0
}

// get returns what is remembered of the photo of a record that is as given.
func (s *sizes) get(key string, r bigin.Record) (size, bool) {
	if s == nil {
		return size{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.known[key]
	if !ok || v.image != r.Image || v.modified != r.Modified.Unix() {
		return size{}, false
	}
	v.used = time.Now().Unix()
	s.known[key] = v
	return v, true
}

// put remembers the photo of a record.
func (s *sizes) put(key string, r bigin.Record, p *bigin.Photo) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.known[key] = size{r.Image, r.Modified.Unix(), p.Size(), p.MIME(), now.Unix()}
	s.dirty = true
	if now.Sub(s.saved) > saveSizes {
		s.save()
	}
}

// close writes what is new.
func (s *sizes) close() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.save()
}

// save writes the file, whole or not at all. The caller holds the lock.
func (s *sizes) save() {
	s.saved = time.Now()
	if !s.dirty {
		return
	}
	s.dirty = false
	s.bound()
	if err := s.write(); err != nil {
		s.log.Warn("sizes of photos could not be kept for the next mount", "file", s.file, "error", err)
	}
}

// bound drops what was of no use for the longest time.
func (s *sizes) bound() {
	if len(s.known) <= maxSizes {
		return
	}
	keys := make([]string, 0, len(s.known))
	for key := range s.known {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Compare(s.known[a].used, s.known[b].used) })
	for _, key := range keys[:len(keys)-maxSizes*9/10] {
		delete(s.known, key)
	}
}

func (s *sizes) write() error {
	dir := filepath.Dir(s.file)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, filepath.Base(s.file)+".*") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // no more there once renamed
	w := bufio.NewWriter(f)
	var line []byte
	for key, v := range s.known {
		line = v.line(line[:0], key)
		_, _ = w.Write(line) // Flush tells of the error
	}
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), s.file)
}
