package bigintest

import (
	"net/http"
	"net/url"
	"strings"
)

// photo answers "Download profile photo".
//
// https://www.bigin.com/developer/docs/apis/v2/download-profile-photo.html
func (c *call) photo() answer {
	c.s.mu.Lock()
	rec := c.s.table(c.module).get(c.id)
	var pic *picture
	fresh := false
	if rec != nil {
		pic = rec.pic
		fresh = c.unmodified(rec.uploaded)
	}
	c.s.mu.Unlock()

	switch {
	case rec == nil && !c.b.MissingPhoto204:
		return unknownID.answer()
	case pic == nil:
		return noContent()
	case fresh:
		return answer{status: http.StatusNotModified}
	}
	body := pic.bytes() // may have to be drawn, so without the lock
	if body == nil {
		return noContent()
	}
	trueType := http.DetectContentType(body)
	name := "photo." + strings.TrimPrefix(trueType, "image/")
	return answer{
		status:      http.StatusOK,
		contentType: or(c.b.ContentType, trueType),
		disposition: "attachment;filename*=UTF-8''" + url.PathEscape(name),
		body:        body,
		photo:       true,
	}
}
