package bigintest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"
)

// answer is what is to be sent.
type answer struct {
	status             int
	contentType        string
	disposition        string // Content-Disposition
	location           string // of redirects
	etag, lastModified string
	body               []byte
	photo              bool // subject to Chunked and Bandwidth
	retryAfter         time.Duration
}

func noContent() answer { return answer{status: http.StatusNoContent} }

// object is a JSON object.
type object = map[string]any

// reply is an answer in JSON.
func reply(status int, v any) answer {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil { // a field of a Record that JSON can't hold
		return failure(http.StatusInternalServerError, "INTERNAL_ERROR", err.Error())
	}
	return answer{
		status:      status,
		contentType: "application/json;charset=UTF-8",
		body:        bytes.TrimSuffix(buf.Bytes(), []byte("\n")),
	}
}

// set changes values of a JSON object.
func (a *answer) set(values map[string]any) {
	o := object{}
	if json.Unmarshal(a.body, &o) != nil {
		return
	}
	for k, v := range values {
		if o[k] = v; v == nil {
			delete(o, k)
		}
	}
	a.body = reply(a.status, o).body
}

// failure is an error answer: one flat object, the details being key and value
// in turn.
func failure(status int, code, message string, details ...any) answer {
	d := object{}
	for i := 0; i+1 < len(details); i += 2 {
		d[details[i].(string)] = details[i+1]
	}
	return reply(status, object{"code": code, "details": d, "message": message, "status": "error"})
}
