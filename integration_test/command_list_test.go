package integration_test

import (
	"cmp"
	"encoding/binary"
	"encoding/gob"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// countEntries lists a directory and says the error, or "OK" and how many
// entries there are.
func countEntries(args []string) error {
	entries, err := os.ReadDir(args[0])
	if err != nil {
		fmt.Println(errnoName(err))
		return nil
	}
	fmt.Println("OK", len(entries))
	return nil
}

// firstEntry says the first name of a directory, and asks for no more.
func firstEntry(args []string) error {
	d, err := os.Open(args[0])
	if err != nil {
		return err
	}
	defer d.Close()
	names, err := d.Readdirnames(1)
	if err != nil {
		return err
	}
	fmt.Println(names[0])
	return nil
}

// scanRecords lists a module and all its records, and goes by what the listings
// say of the types.
func scanRecords(args []string) error {
	records, err := os.ReadDir(args[0])
	if err != nil {
		return err
	}
	for _, record := range records {
		files, err := os.ReadDir(filepath.Join(args[0], record.Name()))
		if err != nil {
			return err
		}
		for _, f := range files {
			if !f.Type().IsRegular() || f.Name() != "photo.jpg" {
				return fmt.Errorf("%s holds %v", record.Name(), f)
			}
		}
	}
	return nil
}

// dirent is an entry of a directory as the kernel gives it.
type dirent struct {
	name string
	ino  uint64
}

func (e dirent) isDot() bool { return e.name == "." || e.name == ".." }

// dirents reads a directory, the dots with it. The standard library keeps the inodes to itself.
//
// https://man7.org/linux/man-pages/man2/getdents.2.html
func dirents(dir string) (list []dirent, err error) {
	fd, err := unix.Open(dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	b := make([]byte, 32<<10)
	for {
		n, err := unix.Getdents(fd, b)
		if err != nil || n == 0 {
			return list, err
		}
		for rest := b[:n]; len(rest) > 0; {
			const nameAt = 19 // after d_ino, d_off, d_reclen and d_type
			length := binary.NativeEndian.Uint16(rest[16:])
			name, _, _ := strings.Cut(string(rest[nameAt:length]), "\x00")
			list = append(list, dirent{name, binary.NativeEndian.Uint64(rest)})
			rest = rest[length:]
		}
	}
}

// orders says the entries of a directory in the order of the listing, of their
// names, and of their inodes as the listing and as stat have them.
func orders(args []string) error {
	listed, err := dirents(args[0])
	if err != nil {
		return err
	}
	listed = slices.DeleteFunc(listed, dirent.isDot)
	say := func(order string, entries []dirent) {
		fmt.Print(order)
		for _, e := range entries {
			fmt.Print(" ", e.name)
		}
		fmt.Println()
	}
	byName := func(a, b dirent) int { return cmp.Compare(a.name, b.name) }
	byInode := func(a, b dirent) int { return cmp.Compare(a.ino, b.ino) }
	say("as listed", listed)
	say("by name", slices.SortedFunc(slices.Values(listed), byName))
	say("by inode in the listing", slices.SortedFunc(slices.Values(listed), byInode))
	stats := slices.Clone(listed)
	for i, e := range stats {
		var st unix.Stat_t
		if err := unix.Stat(filepath.Join(args[0], e.name), &st); err != nil {
			return err
		}
		if stats[i].ino = st.Ino; st.Ino != e.ino {
			fmt.Println("another inode in stat of", e.name)
		}
	}
	say("by inode of stat", slices.SortedFunc(slices.Values(stats), byInode))
	return nil
}

// checkInodes walks a mount and says which files have no number, one of another,
// or another than they are listed with; or how many there are.
func checkInodes(args []string) error {
	seen := map[uint64]string{}
	wrong := 0
	complain := func(format string, args ...any) {
		wrong++
		fmt.Printf(format+"\n", args...)
	}
	var walk func(dir string) error
	walk = func(dir string) error {
		var own unix.Stat_t
		if err := unix.Lstat(dir, &own); err != nil {
			return err
		}
		if own.Ino == 0 {
			complain("%s has no number", dir)
		}
		entries, err := dirents(dir)
		if err != nil {
			return err
		}
		for _, e := range entries {
			path := filepath.Join(dir, e.name)
			var st unix.Stat_t
			if err := unix.Lstat(path, &st); err != nil {
				return err
			}
			switch {
			case e.name == ".." && dir == args[0]: // belongs to what is mounted on
			case e.ino == 0 || e.ino != st.Ino:
				complain("%s/%s is listed with the number %d and has %d", dir, e.name, e.ino, st.Ino)
			}
			if e.isDot() {
				continue
			}
			if other, ok := seen[st.Ino]; ok {
				complain("%s and %s have the same number", path, other)
			}
			seen[st.Ino] = path
			if st.Mode&unix.S_IFMT == unix.S_IFDIR {
				if err := walk(path); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if err := walk(args[0]); err != nil {
		return err
	}
	if wrong == 0 {
		fmt.Println(len(seen), "files are as they should be")
	}
	return nil
}

// lookUp looks names up in a directory, and a photo below each, and says what
// came of it.
func lookUp(args []string) error {
	for _, name := range args[1:] {
		path := args[0] + "/" + name // not cleaned
		for _, p := range []string{path, path + "/photo.jpg"} {
			var st unix.Stat_t
			if err := unix.Lstat(p, &st); err != nil {
				fmt.Println(errnoName(err))
			} else {
				fmt.Println("OK")
			}
		}
	}
	return nil
}

// linkSeen is what a program sees of a link.
type linkSeen struct {
	Name, Target, Real string
	Same, Inside       bool // it shows the bytes of its record; it leads into the mount
	Bytes              int
}

// followLinks reads a folder of links as a file manager does that shows
// pictures, and says what it saw in gob: JSON would mend the names.
func followLinks(args []string) error {
	root, err := filepath.EvalSymlinks(args[0])
	if err != nil {
		return err
	}
	names, err := os.ReadDir(args[1])
	if err != nil {
		return err
	}
	seen := make([]linkSeen, 0, len(names))
	for _, e := range names {
		l := linkSeen{Name: e.Name()}
		path := filepath.Join(args[1], l.Name)
		if l.Target, err = os.Readlink(path); err != nil {
			return err
		}
		at, err := filepath.EvalSymlinks(path)
		if err != nil {
			return err
		}
		if l.Real, err = filepath.Rel(root, at); err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		same, err := os.ReadFile(at)
		if err != nil {
			return err
		}
		l.Same, l.Inside, l.Bytes = string(data) == string(same), strings.HasPrefix(at, root+"/"), len(data)
		seen = append(seen, l)
	}
	return gob.NewEncoder(os.Stdout).Encode(seen)
}
