package main

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// index is the tree that biginfs shows, as directory pages and files of a
// plain HTTP server. Each request takes as long as a call of Bigin.
type index struct {
	server   *bigintest.Server
	latency  time.Duration
	requests atomic.Int64
}

func (x *index) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x.requests.Add(1)
	time.Sleep(x.latency)
	part := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if len(part) == 1 && part[0] == "" {
		links(w, module+"/")
		return
	}
	if part[0] != module || len(part) > 3 {
		http.NotFound(w, r)
		return
	}
	if len(part) == 1 {
		var names []string
		for _, id := range x.server.IDs(module) {
			names = append(names, fmt.Sprintf("%d/", id))
		}
		links(w, names...)
		return
	}
	id, _ := strconv.ParseInt(part[1], 10, 64)
	photo := x.server.Photo(module, id)
	switch {
	case photo == nil:
		http.NotFound(w, r)
	case len(part) == 2:
		links(w, photoName)
	case part[2] == photoName:
		http.ServeContent(w, r, photoName, time.Unix(1_700_000_000, 0), bytes.NewReader(photo))
	default:
		http.NotFound(w, r)
	}
}

const photoName = "photo.jpg"

// links is a page like that of any server's index.
func links(w http.ResponseWriter, names ...string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	var b bytes.Buffer
	b.WriteString("<html><head><title>Index of /</title></head><body><pre><a href=\"../\">../</a>\n")
	for _, n := range names {
		fmt.Fprintf(&b, "<a href=\"%s\">%s</a>   2025-01-01 00:00\n", n, n)
	}
	b.WriteString("</pre></body></html>\n")
	_, _ = w.Write(b.Bytes())
}
