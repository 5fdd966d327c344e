package main

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
	"github.com/biginfs/biginfs/bigin/probe"
)

// reportOn is what doctor --api would write of a server, but for how long it
// took.
func reportOn(t *testing.T, s *bigintest.Server) *probe.Report {
	t.Helper()
	server := httptest.NewServer(s)
	defer server.Close()
	r, err := probe.Run(context.Background(), probe.Options{Concurrency: 3, Tokens: bigin.NewTokenSource(bigin.TokenOptions{
		Credentials: func() (bigin.Credentials, error) { return demoCredentials(server.URL), nil },
	})})
	if err != nil {
		t.Fatal(err)
	}
	r.Answers.RoundTrip = 0
	return r
}

// The demo server answers as the account does that a report is of.
func TestDemoAs(t *testing.T) {
	demo := bigintest.Demo()
	demo.Configure(func(b *bigintest.Behaviour) {
		b.Chunked, b.MissingPhoto204, b.DeletedRefused, b.SortByIgnored = true, true, 403, true
		b.Scopes = nil
	})
	want := reportOn(t, demo)
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "report.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	as, err := demoAs(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := reportOn(t, as); got.Answers.PhotoLength != probe.Chunked || !reflect.DeepEqual(got.Answers, want.Answers) {
		t.Errorf("it answers %+v, want %+v", got.Answers, want.Answers)
	}
}
