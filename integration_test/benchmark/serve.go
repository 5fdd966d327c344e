package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// serveCommand makes this program the server. It is a process of its own so
// that its memory and CPU time are not mistaken for those of what is measured.
const serveCommand = "serve"

// greeting is what the server tells when it is ready.
type greeting struct {
	API     string // of Bigin and of the accounts server
	Index   string // the same photos as files, for peers that know only HTTP
	Control string
	Token   string // for a client that does not sign in
}

// counts is what the server was asked.
type counts struct {
	Photos  int
	Records int // calls for one record
	Calls   int // of all kinds
	Most    int // calls at once
	Refused int // answered 429
	Files   int // requests to the index
}

// serve reads an account from standard input, serves it, greets on standard
// output, and ends when standard input does: however the parent ends.
func serve() int {
	signal.Ignore(os.Interrupt) // mounts end first, and they need their server
	if err := serveUntil(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		return 1
	}
	return 0
}

func serveUntil(in io.Reader, out io.Writer) error {
	var a account
	d := json.NewDecoder(in)
	if err := d.Decode(&a); err != nil {
		return err
	}
	s := &bigintest.Server{}
	a.fill(s)
	files := &index{server: s, latency: a.Latency}
	g := greeting{Token: s.IssueToken()}
	for _, serve := range []struct {
		url     *string
		handler http.Handler
	}{{&g.API, s}, {&g.Index, files}, {&g.Control, control(s, files, a)}} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		*serve.url = "http://" + l.Addr().String()
		go func() { _ = http.Serve(l, serve.handler) }()
	}
	if err := json.NewEncoder(out).Encode(g); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, d.Buffered())
	if err == nil {
		_, err = io.Copy(io.Discard, in)
	}
	return err
}

// control tells and resets what was counted, and changes the account.
func control(s *bigintest.Server, files *index, a account) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /control/reset", func(http.ResponseWriter, *http.Request) {
		s.ResetLog()
		files.requests.Store(0)
	})
	mux.HandleFunc("GET /control/count", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(counts{
			Photos: s.Count(bigintest.KindPhoto), Records: s.Count(bigintest.KindRecord),
			Calls: s.Calls(), Most: s.MaxInFlight(),
			Refused: s.Status429(), Files: int(files.requests.Load()),
		})
	})
	mux.HandleFunc("POST /control/change", func(w http.ResponseWriter, r *http.Request) {
		var c change
		if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		c.apply(s, a)
	})
	return mux
}
