package probe

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/bigintest"
)

func TestWatchUpload(t *testing.T) {
	for want, b := range map[Upload]bigintest.Behaviour{
		{true, true}:   {},
		{false, true}:  {UploadKeepsModifiedTime: true},
		{true, false}:  {UploadKeepsImage: true},
		{false, false}: {UploadKeepsModifiedTime: true, UploadKeepsImage: true},
	} {
		for _, onFirst := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				s := account(b)
				id := s.Add("Contacts", bigintest.Record{Last: "Watched", Photo: png})
				asked := 0
				got, err := WatchUpload(t.Context(), optionsFor(s), bigin.Contacts, bigin.RecordID(id), func(_ context.Context, again bool) error {
					if asked++; again != (asked == 2) {
						t.Error("asked again:", again)
					}
					time.Sleep(time.Minute)
					if onFirst || again {
						s.SetPhoto("Contacts", id, bytes.Repeat(png, 2))
					}
					return nil
				})
				if err != nil || got != want || s.Calls() > WatchCalls {
					t.Errorf("%+v: %+v, %v, %d calls", want, got, err, s.Calls())
				}
			})
		}
	}
}

func TestWatchUploadThatTellsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := account(bigintest.Behaviour{})
		ids := s.IDs("Contacts")
		wait := func(context.Context, bool) error { return nil }
		bare := s.Add("Contacts", bigintest.Record{Last: "Bare"})
		for id, want := range map[int64]error{ids[0]: ErrNoUpload, bare: ErrNoPhotoThere, 7: ErrNoPhotoThere} {
			if s.Photo("Contacts", id) == nil {
				want = ErrNoPhotoThere
			}
			if got, err := WatchUpload(t.Context(), optionsFor(s), bigin.Contacts, bigin.RecordID(id), wait); !errors.Is(err, want) {
				t.Errorf("%d: %+v, %v, want %v", id, got, err, want)
			}
		}
	})
}
