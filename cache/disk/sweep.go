package disk

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// use is when a file was used last, and how many bytes of disk it takes.
type use struct {
	at    time.Time
	bytes int64
}

// sweep removes what was used least recently until the photos of all accounts
// take no more than that many bytes, and says what is left. It removes what a
// process that was killed left behind. The caller has the lock.
func (d *directory) sweep(ctx context.Context, most int64) (usage, error) {
	for {
		uses, directories, err := d.look(ctx)
		left := usage{len(uses), directories * block}
		for _, u := range uses {
			left.bytes += u.bytes
		}
		if err != nil || left.bytes <= most || left.photos == 0 {
			return left, err
		}
		// Each file takes its share of the directories with it, more or less. If
		// that was too little, another look finds the rest.
		share := left.bytes - most
		slices.SortFunc(uses, func(a, b use) int { return a.at.Compare(b.at) })
		var last time.Time // of those that go
		for _, u := range uses {
			last = u.at
			if share -= u.bytes + directories*block/int64(len(uses)); share <= 0 {
				break
			}
		}
		if err := d.removeUntil(ctx, last); err != nil {
			return left, err
		}
	}
}

// look returns the times and sizes of all files, of which there may be a
// million, and the number of directories. Empty ones are removed.
func (d *directory) look(ctx context.Context) (uses []use, directories int64, err error) {
	err = d.each(ctx, func(shard *os.File, names []string) error {
		if len(names) > 0 {
			directories++
		}
		for _, name := range names {
			if u, ok := useOf(shard, name); ok {
				uses = append(uses, u)
			}
		}
		return nil
	})
	return uses, directories, err
}

// removeUntil removes what was last used at that time or before.
func (d *directory) removeUntil(ctx context.Context, last time.Time) error {
	return d.each(ctx, func(shard *os.File, names []string) error {
		for _, name := range names {
			u, ok := useOf(shard, name)
			if !ok || u.at.After(last) {
				continue
			}
			if err := unix.Unlinkat(int(shard.Fd()), name, 0); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return &os.PathError{Op: "remove", Path: name, Err: err} // else it would be tried forever
			}
		}
		return nil
	})
}

func useOf(shard *os.File, name string) (use, bool) {
	var s unix.Stat_t
	err := unix.Fstatat(int(shard.Fd()), name, &s, unix.AT_SYMLINK_NOFOLLOW)
	if err != nil || s.Mode&unix.S_IFMT != unix.S_IFREG {
		return use{}, false
	}
	at := time.Unix(s.Mtim.Unix())
	if at.After(time.Now().Add(time.Minute)) {
		at = time.Time{} // the clock was wrong: the file would outlive all that are used
	}
	return use{at, onDisk(s.Size)}, true
}

// each calls do for the directories of all accounts that photos are in, and
// then removes those that are empty. What cannot be read is left out: another
// user's, say.
func (d *directory) each(ctx context.Context, do func(shard *os.File, names []string) error) error {
	accounts, err := readNames(d.all, ".")
	if err != nil {
		return err
	}
	for _, name := range accounts {
		if !isAccountName(name) {
			continue
		}
		account, err := d.all.OpenRoot(name)
		if err != nil {
			continue
		}
		err = eachOf(ctx, account, do)
		_ = account.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

func eachOf(ctx context.Context, account *os.Root, do func(shard *os.File, names []string) error) error {
	_ = account.Remove(temporary)
	names, err := readNames(account, ".")
	if err != nil {
		return nil //nolint:nilerr // another user's, say
	}
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return err
		}
		shard, err := account.OpenFile(name, os.O_RDONLY|unix.O_DIRECTORY, 0)
		if err != nil {
			continue
		}
		files, err := shard.Readdirnames(-1)
		if err == nil {
			err = do(shard, files)
		}
		_ = shard.Close()
		if err != nil {
			return err
		}
		if len(files) == 0 {
			_ = account.Remove(name)
		}
	}
	return nil
}
