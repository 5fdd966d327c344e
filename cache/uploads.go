package cache

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/biginfs/biginfs/bigin"
)

// KeepUploads keeps under State what a person found out: whether the records of a
// module tell of new photos, that is, whether an upload changes Record_Image or
// Modified_Time. The cache believes it from then on. A running mount learns that
// they do not when it next writes its index, at the latest when it ends.
func KeepUploads(state, account string, m bigin.Module, told bool) error {
	file := IndexFile(state, m)
	k, err := readIndex(file, account, m)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, errForeign):
		k = kept{whole: newSnapshot(nil)} // never listed: it counts for nothing else
	case err != nil:
		return fmt.Errorf("keep what uploads show: %w", err)
	}
	k.doubted = !told
	if err := replaceFile(file, k.encode(account, m)); err != nil {
		return fmt.Errorf("keep what uploads show: %w", err)
	}
	return nil
}

// adoptKept takes in what a person found out since the file was read or written.
// It reads no more than the beginning of the file, which may be long.
func (x *index) adoptKept(c *Cache, file string) {
	if info, err := os.Lstat(file); err != nil || !info.Mode().IsRegular() {
		return // a pipe would hang whoever opens it
	}
	f, err := os.Open(file)
	if err != nil {
		return
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, 4096))
	if err != nil || !bytes.HasPrefix(b, []byte(indexMagic)) {
		return
	}
	r := reader{b: b[len(indexMagic):]}
	if r.text() != c.o.Account || r.text() != string(x.module) {
		return
	}
	for range 4 { // date, watermark, removals, listed
		r.time()
	}
	r.text() // how
	if doubted, nonce := r.flag(), r.flag(); !r.bad {
		x.belief.adopt(doubted, nonce)
	}
}
