package probe

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// WatchCalls is how many calls WatchUpload makes at most: two before the upload and
// two after each of two.
const WatchCalls = 6

// Errors of WatchUpload, besides those of the context and of uploaded.
var (
	ErrNoPhotoThere = errors.New("the record cannot be watched: it has no photo that can be had")
	ErrNoUpload     = errors.New("the photo is still the same")
)

// Upload is what a record shows of a photo that was uploaded in place of
// another.
type Upload struct {
	MovesTime  bool // Modified_Time is another
	MovesImage bool // Record_Image is another
}

// WatchUpload looks at a record, calls uploaded, which returns once a person has
// replaced the photo, and looks again. If the photo is still the same it calls
// uploaded once more. ErrNoUpload means that nothing was learned.
//
// Where a report says that Record_Image differs in each answer, MovesImage says
// nothing about uploads.
func WatchUpload(ctx context.Context, o Options, m bigin.Module, id bigin.RecordID, uploaded func(ctx context.Context, again bool) error) (Upload, error) {
	token, err := o.Tokens.Token(ctx)
	if err != nil {
		return Upload{}, err
	}
	l := newLine(o, token.APIDomain, WatchCalls)
	defer l.close()
	before, err := l.look(ctx, m, id, recordFirst)
	if err != nil {
		return Upload{}, err
	}
	for _, again := range []bool{false, true} {
		if err := uploaded(ctx, again); err != nil {
			return Upload{}, err
		}
		after, err := l.look(ctx, m, id, photoFirst)
		if err != nil {
			return Upload{}, err
		}
		if after.photo != before.photo {
			return Upload{!after.modified.Equal(before.modified), after.image != before.image}, nil
		}
	}
	return Upload{}, ErrNoUpload
}

// state is a record and its photo at a time.
type state struct {
	modified time.Time
	image    string
	photo    [sha256.Size]byte
}

// In which order look asks. Before the upload the record comes first, after it
// the photo: then no upload in between makes a new photo go with an old record.
const (
	recordFirst = false
	photoFirst  = true
)

// look makes two calls.
func (l *line) look(ctx context.Context, m bigin.Module, id bigin.RecordID, photoFirst bool) (state, error) {
	path := string(m) + "/" + id.String()
	var photo *result
	if photoFirst {
		photo = l.call(ctx, call{path: path + "/photo", photo: true})
	}
	rec := l.call(ctx, call{path: path, query: url.Values{"fields": {"Modified_Time,Record_Image"}}})
	if !photoFirst {
		photo = l.call(ctx, call{path: path + "/photo", photo: true})
	}
	rows := rec.records()
	switch {
	case ctx.Err() != nil:
		return state{}, context.Cause(ctx)
	case len(rows) != 1:
		return state{}, fmt.Errorf("%w: record: %s", ErrNoPhotoThere, rec.outcome())
	case photo.status != 200:
		return state{}, fmt.Errorf("%w: photo: %s", ErrNoPhotoThere, photo.outcome())
	}
	return state{rows[0].modified, rows[0].image, sha256.Sum256(photo.body)}, nil
}
