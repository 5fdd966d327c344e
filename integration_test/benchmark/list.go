package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"time"
)

// listing reads the names of a large module, against a client that asks for
// one page after the other and does nothing with them. The first name is to be
// there in half a second where the pages take five, and so is the second
// listing: a tenth.
func listing(a account) func(*bench) ([]sample, error) {
	const share, growth = 0.1, 60e6
	return func(b *bench) ([]sample, error) {
		s, err := b.serve(a)
		if err != nil {
			return nil, err
		}
		before, err := s.bareListing()
		if err != nil {
			return nil, err
		}
		if err := s.reset(); err != nil {
			return nil, err
		}
		m, err := b.mount(s)
		if err != nil {
			return nil, err
		}
		small, err := m.memory("VmRSS")
		if err != nil {
			return nil, err
		}
		name, all, err := names(m.records(), a.records())
		if err != nil {
			return nil, err
		}
		calls, err := s.count()
		if err != nil {
			return nil, err
		}
		if err := s.reset(); err != nil {
			return nil, err
		}
		_, again, err := names(m.records(), a.records())
		if err != nil {
			return nil, err
		}
		large, err := m.memory("VmRSS")
		if err != nil {
			return nil, err
		}
		none, err := s.count()
		if err != nil {
			return nil, err
		}
		after, err := s.bareListing()
		if err != nil {
			return nil, err
		}
		base := (before + after) / 2 // the machine may be busier now
		const pages = "the pages alone"
		first := against("first name", name, base, pages, share)
		whole := against("all names", all, base, pages, 1.1)
		whole.calls, whole.checks = &calls, []check{{"calls", calls.Calls, a.pages() + 3}} // its two ends may load some in vain, where they meet
		second := against("all names again", again, base, pages, share)
		second.calls, second.checks = &none, noCalls(none)
		grown := sample{work: "resident, more than before", ours: quantity{large - small, bytesUnit}, figure: quantity{growth, bytesUnit}}
		return []sample{first, whole, second, grown}, nil
	}
}

// bareListing asks for all pages.
func (s *server) bareListing() (time.Duration, error) {
	q := url.Values{"fields": {fieldsOf}, "per_page": {"200"}, "sort_by": {"id"}, "sort_order": {"asc"}}
	begun := time.Now()
	for {
		body, err := s.get(module + "?" + q.Encode())
		if err != nil {
			return 0, err
		}
		var page struct {
			Info struct {
				Next *string `json:"next_page_token"`
			} `json:"info"`
		}
		if err := json.Unmarshal(body, &page); err != nil {
			return 0, err
		}
		if page.Info.Next == nil {
			return time.Since(begun), nil
		}
		q.Set("page_token", *page.Info.Next)
	}
}

// names reads the names in dir and tells when the first was there, and all.
func names(dir string, want int) (first, all time.Duration, err error) {
	begun := time.Now()
	d, err := os.Open(dir)
	if err != nil {
		return 0, 0, err
	}
	defer d.Close()
	n := 0
	for {
		some, err := d.Readdirnames(100)
		if n == 0 {
			first = time.Since(begun)
		}
		if n += len(some); err == io.EOF {
			break
		}
		if err != nil {
			return 0, 0, err
		}
	}
	if n != want {
		return 0, 0, fmt.Errorf("listed %d records of %d", n, want)
	}
	return first, time.Since(begun), nil
}
