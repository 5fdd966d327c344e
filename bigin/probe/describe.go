package probe

import (
	"encoding/json"
	"mime"
	"slices"
	"strconv"
	"strings"

	"github.com/biginfs/biginfs/bigin"
)

// This file decides what parts of an answer go into a report: words from these
// lists, and nothing else.

var knownCodes = []string{
	string(bigin.InvalidModule), string(bigin.InvalidURLPattern), string(bigin.OAuthScopeMismatch), string(bigin.NoPermission),
	string(bigin.InternalError), string(bigin.InvalidRequestMethod), string(bigin.AuthorizationFailed), string(bigin.InvalidData),
	string(bigin.InvalidToken), string(bigin.AuthenticationFailure), string(bigin.InvalidOAuthToken), string(bigin.RecordLocked),
	string(bigin.NotApproved), string(bigin.TooManyRequests), string(bigin.PaginationLimit), string(bigin.DiscretePagination),
	"REQUIRED_PARAM_MISSING", "LIMIT_EXCEEDED", "INVALID_QUERY", "FEATURE_NOT_SUPPORTED",
}

var knownHeaders = []string{
	"Cache-Control", "Connection", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Length",
	"Content-Security-Policy", "Content-Type", "Date", "ETag", "Expires", "Last-Modified", "Location", "Pragma", "Retry-After", "Server",
	"Set-Cookie", "Strict-Transport-Security", "Transfer-Encoding", "Vary", "WWW-Authenticate", "X-API-CREDITS-REMAINING",
	"X-Content-Type-Options", "X-Download-Options", "X-Frame-Options", "X-XSS-Protection", "Referrer-Policy", "Clientversion", "Clientsubversion",
	"X-Accesstoken-Reset", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-Conmgr",
}

var knownTypes = []string{
	"image/png", "image/jpeg", "image/jpg", "image/gif", "image/bmp", "image/webp", "image/x-ms-bmp",
	"application/octet-stream", "binary/octet-stream", "application/x-download", "application/download", "application/force-download",
	"application/json", "text/html", "text/plain", "text/xml", "application/xml",
}

var knownKeys = []string{
	"data", "info", "id", "Modified_Time", "Record_Image",
	"per_page", "count", "page", "sort_by", "sort_order", "more_records", "next_page_token", "previous_page_token", "page_token_expiry",
	"code", "details", "message", "status", "param", "param_name", "limit", "api_name", "json_path",
	"deleted_by", "created_by", "deleted_time", "display_name", "type", "name",
}

// describe is the call as a report has it.
func (r *result) describe() Call {
	c := Call{Ask: r.ask, Times: 1, Answer: r.outcome(), Headers: map[string]string{}}
	for name, values := range r.header {
		i := slices.IndexFunc(knownHeaders, func(known string) bool { return strings.EqualFold(known, name) })
		if i < 0 {
			c.Others++
			continue
		}
		c.Headers[knownHeaders[i]] = headerValue(knownHeaders[i], strings.Join(values, ", "))
	}
	var v any
	if json.Unmarshal(r.body, &v) == nil {
		types := map[string][]string{}
		shape(types, "", v, 6)
		c.Shape = map[string]string{}
		for path, t := range types {
			slices.Sort(t)
			c.Shape[path] = strings.Join(t, "|")
		}
	}
	return c
}

// headerValue is the value of a header field if it tells nothing of people,
// else "".
func headerValue(name, v string) string {
	switch name {
	case "Content-Type":
		return knownType(v)
	case "Cache-Control":
		return knownDirectives(v)
	case "Content-Encoding", "Transfer-Encoding":
		return oneOf(strings.ToLower(v), "gzip", "br", "deflate", "identity", "chunked")
	case "Retry-After":
		return number(v)
	}
	return ""
}

// code is Bigin's code, or OTHER if it is not a known one.
func (r *result) code() string {
	var in struct {
		Code any `json:"code"`
	}
	if r.status < 400 || json.Unmarshal(r.body, &in) != nil || in.Code == nil {
		return ""
	}
	s, _ := in.Code.(string)
	if slices.Contains(knownCodes, s) {
		return s
	}
	return strings.ToUpper(Other)
}

func knownType(v string) string {
	media, _, err := mime.ParseMediaType(v)
	if v == "" {
		return ""
	}
	if err != nil {
		return Other
	}
	return oneOf(media, knownTypes...)
}

func knownDirectives(v string) string {
	var known []string
	for d := range strings.SplitSeq(v, ",") {
		name, value, _ := strings.Cut(strings.ToLower(strings.TrimSpace(d)), "=")
		switch name {
		case "no-store", "no-cache", "must-revalidate", "private", "public", "no-transform", "immutable":
			known = append(known, name)
		case "max-age", "s-maxage":
			known = append(known, name+"="+number(value))
		case "":
		default:
			known = append(known, Other)
		}
	}
	return strings.Join(known, ", ")
}

// number is v if it is a small number, such as one of seconds, else Other: a
// longer one may be somebody's.
func number(v string) string {
	if n, err := strconv.ParseUint(v, 10, 32); err == nil && n <= 1_000_000 {
		return strconv.FormatUint(n, 10)
	}
	return Other
}

func oneOf(v string, known ...string) string {
	if v == "" || slices.Contains(known, v) {
		return v
	}
	return Other
}

// shape collects the types that a JSON value has at each path.
func shape(types map[string][]string, path string, v any, depth int) {
	add := func(t string) {
		if !slices.Contains(types[path], t) {
			types[path] = append(types[path], t)
		}
	}
	switch v := v.(type) {
	case nil:
		add("null")
	case bool:
		add("bool")
	case float64:
		add("number")
	case string:
		add("string")
	case []any:
		if add("array"); depth > 0 {
			for _, e := range v {
				shape(types, path+"[]", e, depth-1)
			}
		}
	case map[string]any:
		if add("object"); depth > 0 {
			for key, e := range v {
				if !slices.Contains(knownKeys, key) {
					key = "?"
				}
				shape(types, strings.TrimPrefix(path+"."+key, "."), e, depth-1)
			}
		}
	}
}
