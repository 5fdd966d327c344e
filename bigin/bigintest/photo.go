package bigintest

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// photo answers "Download profile photo".
//
// https://www.bigin.com/developer/docs/apis/v2/download-profile-photo.html
func (c *call) photo() answer {
	c.s.mu.Lock()
	rec := c.s.table(c.module).get(c.id)
	var uploaded time.Time
	var pic *picture
	fresh := false
	if rec != nil {
		pic, uploaded = rec.pic, rec.uploaded
		fresh = c.unmodified(uploaded)
	}
	c.s.mu.Unlock()

	switch {
	case rec == nil && !c.b.MissingPhoto204:
		return unknownID.answer()
	case pic == nil:
		return noContent()
	case fresh:
		return c.notModified()
	}
	body := pic.bytes() // may have to be drawn, so without the lock
	if body == nil {
		return noContent()
	}
	trueType := http.DetectContentType(body)
	name := "photo." + strings.TrimPrefix(trueType, "image/")
	a := answer{
		status:      http.StatusOK,
		contentType: or(c.b.ContentType, trueType),
		disposition: "attachment;filename*=UTF-8''" + url.PathEscape(name),
		body:        body,
		photo:       true,
	}
	if c.b.ETag {
		a.etag = fmt.Sprintf(`"%x"`, sha256.Sum256(body))
	}
	if c.b.LastModified {
		a.lastModified = uploaded.UTC().Format(http.TimeFormat)
	}
	return a
}
