package bigintest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// FromReport returns the behaviour that a report of "biginfs doctor --api"
// describes, so that the account it was made of can be had in a test. What the
// report does not tell is as it is in the zero Behaviour.
func FromReport(report []byte) (Behaviour, error) {
	var in struct {
		Report  string `json:"report"`
		Version int    `json:"version"`
		Answers struct {
			Modules       map[string]string `json:"modules"`
			MissingRecord string            `json:"missing_record"`
			MissingPhoto  string            `json:"missing_photo"`
			PhotoLength   string            `json:"photo_length"`
			PhotoType     string            `json:"photo_type"`
			PhotoBytes    string            `json:"photo_bytes"`
			ETag          string            `json:"etag"`
			LastModified  string            `json:"last_modified"`
			CacheControl  string            `json:"cache_control"`
			ImageInList   string            `json:"record_image_twice"`
			SortByID      string            `json:"sort_by_id"`
			SortByTime    string            `json:"sort_by_time"`
			ListSince     string            `json:"list_since"`
			PageToken     string            `json:"page_token"`
			Deleted       string            `json:"deleted"`
			DeletedOrder  Order             `json:"deleted_order"`
			DeletedEnds   string            `json:"deleted_ends"`
			DeletedSince  string            `json:"deleted_since"`
			AtOnce        int               `json:"at_once"`
			Limited       string            `json:"limited"`
			RetryAfter    string            `json:"retry_after"`
			Credits       string            `json:"credits"`
			Date          string            `json:"date"`
			ClockSkew     int               `json:"clock_skew"`
			RoundTrip     int               `json:"round_trip"`
		} `json:"answers"`
	}
	if err := json.Unmarshal(report, &in); err != nil {
		return Behaviour{}, fmt.Errorf("bigintest: read a report: %w", err)
	}
	if in.Report != "biginfs doctor --api" || in.Version != 1 {
		return Behaviour{}, fmt.Errorf("bigintest: not a report of biginfs doctor --api, or of another version of it")
	}
	a := &in.Answers
	b := Behaviour{
		MissingRecord400: strings.HasPrefix(a.MissingRecord, "400"),
		MissingPhoto204:  a.MissingPhoto == "204",
		Chunked:          a.PhotoLength == "chunked",
		ETag:             a.ETag == "yes",
		LastModified:     a.LastModified == "yes",
		CacheControl:     a.CacheControl,
		VolatileImage:    a.ImageInList == "differs",
		SortOrderIgnored: a.SortByID == "ignored",
		SortByIgnored:    a.SortByTime == "ignored",
		Conditional:      a.ListSince == "304" || a.ListSince == "204",
		Conditional204:   a.ListSince == "204",
		PageTokenUnbound: a.PageToken == "unbound",

		DeletedEndless:     a.DeletedEnds == "no",
		DeletedConditional: a.DeletedSince == "honoured",

		NoDate:    a.Date == "no",
		ClockSkew: time.Duration(a.ClockSkew) * time.Second,
		Latency:   time.Duration(a.RoundTrip) * time.Millisecond,
	}
	if a.PhotoType != a.PhotoBytes && a.PhotoType != "other" {
		b.ContentType = a.PhotoType
	}
	if slices.Contains([]Order{NewestFirst, OldestFirst, Unsorted}, a.DeletedOrder) {
		b.DeletedOrder = a.DeletedOrder
	}
	if status, _ := statusOf(a.Deleted); slices.Contains([]int{401, 403, 404}, status) {
		b.DeletedRefused = status
	}
	if a.Limited == "yes" {
		b.Concurrency = max(a.AtOnce, 1)
		if s, err := strconv.Atoi(a.RetryAfter); err == nil {
			b.RetryAfter = time.Duration(s) * time.Second
		}
	}
	if a.Credits == "yes" { // how many there are it does not tell
		b.Credits, b.CreditsSent = 1_000_000, CreditsAlways
	}
	b.Scopes = []string{}
	for module, answer := range a.Modules {
		if status, ok := statusOf(answer); ok && status < 300 {
			b.Scopes = append(b.Scopes, "ZohoBigin.modules."+strings.ToLower(module)+".READ")
		}
	}
	if slices.Sort(b.Scopes); len(b.Scopes) == len(readAll) {
		b.Scopes = nil // which is the same, and what most tests say
	}
	return b, nil
}

// statusOf reads the status that an answer of a report begins with.
func statusOf(answer string) (status int, ok bool) {
	first, _, _ := strings.Cut(answer, " ")
	status, err := strconv.Atoi(first)
	return status, err == nil
}
