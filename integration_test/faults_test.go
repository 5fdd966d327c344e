package integration_test

import (
	"net/http"
	"time"

	"github.com/biginfs/biginfs/bigin/bigintest"
)

// namedFault is a fault and what it is called.
type namedFault struct {
	name  string
	fault bigintest.Fault
}

// wireFaults are what may become of any answer on its way.
var wireFaults = []namedFault{
	{"closed without an answer", bigintest.Fault{Cut: true}},
	{"reset without an answer", bigintest.Fault{Cut: true, By: bigintest.RST}},
	{"stream ended without an answer", bigintest.Fault{Cut: true, By: bigintest.StreamEnd}},
	{"closed in the headers", bigintest.Fault{CutHeaders: true}},
	{"reset in the headers", bigintest.Fault{CutHeaders: true, By: bigintest.RST}},
	{"closed after the headers", bigintest.Fault{CutBody: true}},
	{"reset after the headers", bigintest.Fault{CutBody: true, By: bigintest.RST}},
	{"closed in the body", bigintest.Fault{CutAfter: 150}},
	{"reset in the body", bigintest.Fault{CutAfter: 150, By: bigintest.RST}},
	{"stream ended in the body", bigintest.Fault{CutAfter: 150, By: bigintest.StreamEnd}},
	{"no answer", bigintest.Fault{StallHeaders: true}},
	{"silent connection", bigintest.Fault{Silent: true}},
	{"silence in the body", bigintest.Fault{StallAfter: 150}},
	{"announced too short", bigintest.Fault{Length: 150}},
	{"announced too long", bigintest.Fault{Length: 1 << 20}},
	{"redirected for ever", bigintest.Fault{RedirectLoop: true}},
	{"200 with nothing", bigintest.Fault{Status: 200}},
	{"304", bigintest.Fault{Status: 304}},
	{"500", bigintest.Fault{Code: "INTERNAL_ERROR"}},
	{"502 with a page", bigintest.Fault{Status: 502, Body: []byte("<html>Bad Gateway</html>"), ContentType: "text/html"}},
	{"503 that asks for an hour", bigintest.Fault{Status: 503, Header: http.Header{"Retry-After": {"3600"}}}},
	{"an unknown code", bigintest.Fault{Status: 418, Code: "TEAPOT"}},
	{"a page to sign in", bigintest.Fault{Body: []byte("<!DOCTYPE html><title>Sign in</title>"), ContentType: "text/html"}},
	{"JSON that is cut", body(`{"data":[{"id":"2034020000000489033","Last_Name":"Lo`)},
	{"an empty object", body(`{}`)},
	{"null", body(`null`)},
	{"a list", body(`[]`)},
	{"a gzip bomb", bigintest.Fault{Inflate: 300 << 20}},
}

// listFaults are what Bigin or what stands before it may make of a page.
var listFaults = []namedFault{
	{"429", bigintest.Fault{Status: 429, RetryAfter: time.Hour}},
	{"403", bigintest.Fault{Code: "NO_PERMISSION"}},
	{"400 for the module", bigintest.Fault{Code: "INVALID_MODULE"}},
	{"400 for the data", bigintest.Fault{Code: "INVALID_DATA"}},
	{"an error with 200", body(`{"code":"INTERNAL_ERROR","message":"x","status":"error"}`)},
	{"an id that is none", body(`{"data":[{"id":"../../etc"}],"info":{"more_records":false}}`)},
	{"ids in the wrong order", bigintest.Fault{Wrong: bigintest.WrongOrder}},
	{"an id that comes twice", bigintest.Fault{Wrong: bigintest.WrongTwice}},
	{"more, and no way to it", bigintest.Fault{Wrong: bigintest.WrongTotal}},
	{"the same page for ever", bigintest.Fault{Wrong: bigintest.EndlessSame}},
	{"short pages for ever", bigintest.Fault{Wrong: bigintest.EndlessShort}},
	{"empty pages for ever", bigintest.Fault{Wrong: bigintest.EndlessEmpty}},
	// What is empty is believed only when it is said twice.
	{"204 once", bigintest.Fault{Status: 204, Count: 1}},
	{"no data once", once(`{"data":[],"info":{"more_records":false}}`)},
	{"null for data once", once(`{"data":null,"info":{"more_records":false}}`)},
}

// tokenFaults are what the accounts server may answer to a refresh.
var tokenFaults = []namedFault{
	{"204", bigintest.Fault{Status: 204}},
	{"429", bigintest.Fault{Status: 429}},
	{"invalid_client", body(`{"error":"invalid_client"}`)},
	{"invalid_code", body(`{"error":"invalid_code"}`)},
	{"an error nobody knows", body(`{"error":"tea_time"}`)},
	{"no token", bigintest.Fault{Set: map[string]any{"access_token": nil}}},
	{"an empty token", bigintest.Fault{Set: map[string]any{"access_token": ""}}},
	{"a token with a line break", bigintest.Fault{Set: map[string]any{"access_token": "1000.a\r\nX-Evil: 1"}}},
	{"a life that is over", bigintest.Fault{Set: map[string]any{"expires_in": -5}}},
	{"no domain", bigintest.Fault{Set: map[string]any{"api_domain": nil}}},
	{"a foreign domain", bigintest.Fault{Set: map[string]any{"api_domain": "https://www.example.com"}}},
	{"a domain with a line break", bigintest.Fault{Set: map[string]any{"api_domain": "https://www.zohoapis.com\r\n.example.com"}}},
}

func body(json string) bigintest.Fault {
	return bigintest.Fault{Body: []byte(json), ContentType: "application/json"}
}

func once(json string) bigintest.Fault {
	f := body(json)
	f.Count = 1
	return f
}
