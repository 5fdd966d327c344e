package disk_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/cache/disk"
)

// A photo is there for the next process, as long as its record is what it was.
func Example() {
	tmp, err := os.MkdirTemp("", "photos")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(tmp)
	o := disk.Options{Dir: filepath.Join(tmp, "cache"), Size: 1 << 30, Account: "of whoever signed in"}
	r := bigin.Record{ID: 4876876000000624001, Image: 0x5eed, Modified: time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)}

	photos, err := disk.Open(o)
	if err != nil {
		log.Fatal(err)
	}
	photos.Keep(bigin.Contacts, r, []byte("GIF89a…"), time.Now())
	photos.Close() // it is written now

	if photos, err = disk.Open(o); err != nil {
		log.Fatal(err)
	}
	defer photos.Close()
	ctx := context.Background()
	b, _, ok := photos.Photo(ctx, bigin.Contacts, r)
	fmt.Printf("%s %v\n", b, ok)
	r.Modified = r.Modified.Add(time.Hour)
	_, _, ok = photos.Photo(ctx, bigin.Contacts, r)
	fmt.Println("once the record has changed:", ok)
	// Output:
	// GIF89a… true
	// once the record has changed: false
}
