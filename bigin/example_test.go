package bigin_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http/httptest"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
)

// connect returns a client of a Bigin in memory, which stands for the true one.
func connect() (c *bigin.Client, stop func()) {
	server := &bigintest.Server{}
	server.Add("Contacts", bigintest.Record{ID: 101, First: "Ada", Last: "Lovelace", Photo: []byte("\x89PNG\r\n\x1a\n and more")})
	server.Add("Contacts", bigintest.Record{ID: 102, Last: "Turing"})
	at := httptest.NewServer(server)

	tokens := bigin.NewTokenSource(bigin.TokenOptions{
		Credentials: func() (bigin.Credentials, error) {
			return bigin.Credentials{
				ClientID:     bigintest.DefaultClientID,
				ClientSecret: bigintest.DefaultClientSecret,
				RefreshToken: bigintest.DefaultRefreshToken,
				AccountsURL:  at.URL, // else https://accounts.zoho.eu, for one
			}, nil
		},
	})
	c = bigin.New(bigin.Options{Tokens: tokens})
	return c, func() { c.Close(); at.Close() }
}

// A listing comes a page at a time, and says itself where it ends.
func ExampleClient_Records() {
	client, stop := connect()
	defer stop()

	for token := ""; ; {
		page, err := client.Records(context.Background(), bigin.Contacts, token)
		if err != nil {
			log.Fatal(err)
		}
		for _, r := range page.Records {
			fmt.Println(r.ID, r.Name, r.HasPhoto())
		}
		if token = page.Next; token == "" {
			break
		}
	}
	fmt.Println(client.Stats().Calls(), "call")
	// Output:
	// 101 Ada Lovelace true
	// 102 Turing false
	// 1 call
}

// The size of a photo is known before its bytes have arrived.
func ExampleClient_Photo() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()

	photo, err := client.Photo(ctx, bigin.Contacts, 101)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(photo.Size(), photo.MIME())
	b, err := photo.Bytes(ctx, 0, int(photo.Size()))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%q\n", b)

	_, err = client.Photo(ctx, bigin.Contacts, 102)
	fmt.Println(errors.Is(err, bigin.ErrNoPhoto))
	// Output:
	// 17 image/png
	// "\x89PNG\r\n\x1a\n and more"
	// true
}
