package cache_test

import (
	"context"
	"fmt"
	"log"
	"net/http/httptest"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
	"github.com/biginfs/biginfs/cache"
)

// A cache over a client reads a module, and then again. Within their time the
// listing and the photos cost nothing more.
func Example() {
	server := &bigintest.Server{}
	for _, name := range []string{"Lovelace", "Hopper", "Noether"} {
		server.Add("Contacts", bigintest.Record{Last: name, Photo: []byte("GIF89a" + name)})
	}
	http := httptest.NewServer(server)
	defer http.Close()
	client := bigin.New(bigin.Options{Tokens: bigin.NewTokenSource(bigin.TokenOptions{
		Credentials: func() (bigin.Credentials, error) {
			return bigin.Credentials{
				ClientID: bigintest.DefaultClientID, ClientSecret: bigintest.DefaultClientSecret,
				RefreshToken: bigintest.DefaultRefreshToken, AccountsURL: http.URL,
			}, nil
		},
	})})
	defer client.Close()

	c := cache.New(cache.Options{
		Source:  client,
		AttrTTL: time.Minute, ContentTTL: 5 * time.Minute,
		Size: 1 << 20,
	})
	defer c.Close()
	ctx := context.Background()
	for range 2 {
		if err := read(ctx, c); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println("calls:", server.Count(bigintest.KindList), "for a page,", server.Count(bigintest.KindPhoto), "for photos")
	// Output:
	// Lovelace, 14 bytes of image/gif
	// Hopper, 12 bytes of image/gif
	// Noether, 13 bytes of image/gif
	// Lovelace, 14 bytes of image/gif
	// Hopper, 12 bytes of image/gif
	// Noether, 13 bytes of image/gif
	// calls: 1 for a page, 3 for photos
}

// read reads the photos of all contacts, in their order.
func read(ctx context.Context, c *cache.Cache) error {
	contacts := c.Listing(bigin.Contacts)
	for id := bigin.RecordID(0); ; {
		r, ok, err := contacts.After(ctx, id)
		if err != nil || !ok {
			return err
		}
		id = r.ID
		photo, release, err := c.Photo(ctx, bigin.Contacts, id, nil)
		if err != nil {
			return err
		}
		b, err := photo.Bytes(ctx, 0, int(photo.Size())) // waits until they are there
		release()
		if err != nil {
			return err
		}
		fmt.Printf("%s, %d bytes of %s\n", r.Name, len(b), photo.MIME())
	}
}
