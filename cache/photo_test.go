package cache

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

func TestPhotoLives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(5, 0)
		c := over(t, a)
		first := mustPhoto(t, c, id(0))
		time.Sleep(contentTTL - 1)
		if p := mustPhoto(t, c, id(0)); p != first {
			t.Error("another photo")
		}
		a.wantCalls(t, 1, 0, 0)
		time.Sleep(1 * time.Nanosecond)
		second := mustPhoto(t, c, id(0))
		if second == first {
			t.Error("the old photo")
		}
		a.wantCalls(t, 2, 0, 0)
		if s := c.Stats(); s.Hits != 1 || s.Misses != 2 || s.Photos != 1 || s.Bytes != 100 || s.Size != 1<<20 {
			t.Errorf("%+v", s)
		}
	})
}

// A photo past its time is still that of the file opened with it, and of no
// other.
func TestPhotoOf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(5, 0)
		c := over(t, a)
		of := func(v *bigin.Version) *bigin.Photo {
			t.Helper()
			p, err := photoOf(t.Context(), c, id(0), v)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		first := mustPhoto(t, c, id(0))
		if p := of(nil); p != first {
			t.Error("a fresh photo is good for all")
		}
		time.Sleep(contentTTL + reuse - 1)
		if p := of(first.Version()); p != first {
			t.Error("another photo")
		}
		a.wantCalls(t, 1, 0, 0)
		other := bigin.NewPhoto(nil)
		second := of(other.Version())
		if second == first {
			t.Error("the old photo, for another version")
		}
		a.wantCalls(t, 2, 0, 0)
		if p := of(first.Version()); p != second {
			t.Error("the old photo, when there is a new one")
		}
		time.Sleep(contentTTL + reuse + 1)
		if p := of(second.Version()); p == second {
			t.Error("the old photo, past its reuse")
		}
		a.wantCalls(t, 3, 0, 0)
	})
}

// What is not there is not asked for again, for a time.
func TestNegativeLives(t *testing.T) {
	for _, err := range []error{
		bigin.ErrNoPhoto, bigin.ErrNoRecord, bigin.ErrTooLarge,
		refusal(400, bigin.InvalidData), refusal(400, bigin.InvalidModule), refusal(404, bigin.InvalidURLPattern),
		refusal(403, bigin.NoPermission), refusal(400, bigin.AuthorizationFailed), refusal(401, bigin.OAuthScopeMismatch),
	} {
		synctest.Test(t, func(t *testing.T) {
			a := newAccount(5, 0)
			wrapped := fmt.Errorf("photo Contacts/10: %w", err)
			a.onPhoto = func(context.Context, bigin.RecordID) error { return wrapped }
			c := over(t, a)
			for range 3 {
				if _, got := photo(t.Context(), c, id(0)); !errors.Is(got, err) {
					t.Errorf("%v, want %v", got, err)
				}
			}
			a.wantCalls(t, 1, 0, 0)
			time.Sleep(negativeTTL - 1)
			if _, err := photo(t.Context(), c, id(0)); err == nil {
				t.Error("a photo")
			}
			a.wantCalls(t, 1, 0, 0)
			time.Sleep(1 * time.Nanosecond)
			a.set(func(a *account) { a.onPhoto = nil })
			mustPhoto(t, c, id(0))
			mustPhoto(t, c, id(0))
			a.wantCalls(t, 2, 0, 0)
		})
	}
}

// What may pass is asked for again a moment later.
func TestPassingErrorsAreNotKept(t *testing.T) {
	for _, err := range []error{
		refusal(500, bigin.InternalError), refusal(429, bigin.TooManyRequests), refusal(401, bigin.InvalidToken),
		io.ErrUnexpectedEOF, bigin.ErrCutShort, bigin.ErrSilent, bigin.ErrNotImage, bigin.ErrReserve, bigin.ErrRefused,
	} {
		synctest.Test(t, func(t *testing.T) {
			a := newAccount(5, 0)
			a.onPhoto = func(context.Context, bigin.RecordID) error { return err }
			c := over(t, a)
			for range 3 {
				if _, got := photo(t.Context(), c, id(0)); !errors.Is(got, err) {
					t.Errorf("%v, want %v", got, err)
				}
				time.Sleep(failureLife + 1)
			}
			a.wantCalls(t, 3, 0, 0)
		})
	}
}

// Photos past their time are shown again only when Bigin cannot be reached or
// will not be asked, and not for long.
func TestStaleIfError(t *testing.T) {
	const stale = 10 * time.Minute
	for _, c := range []struct {
		err   error
		stale bool
	}{
		{errors.New("dial tcp: connection refused"), true},
		{io.ErrUnexpectedEOF, true},
		{context.DeadlineExceeded, true},
		{bigin.ErrSilent, true},
		{bigin.ErrCutShort, true},
		{refusal(500, bigin.InternalError), true},
		{refusal(503, ""), true},
		{refusal(429, bigin.TooManyRequests), true},
		{bigin.ErrReserve, true},
		{bigin.ErrManyGrants, true},

		{bigin.ErrNoPhoto, false},
		{bigin.ErrNoRecord, false},
		{bigin.ErrTooLarge, false},
		{bigin.ErrNotImage, false},
		{bigin.ErrProtocol, false},
		{bigin.ErrPanic, false},
		{bigin.ErrRefused, false},
		{bigin.ErrNoCredentials, false},
		{bigin.ErrInsecureURL, false},
		{bigin.ErrClosed, false},
		{context.Canceled, false},
		{refusal(403, bigin.NoPermission), false},
		{refusal(401, bigin.InvalidToken), false},
		{refusal(401, ""), false},
		{refusal(400, bigin.InvalidRequestMethod), false},
		{refusal(400, bigin.RecordLocked), false},
	} {
		t.Run(c.err.Error(), func(t *testing.T) {
			for _, allowed := range []bool{true, false} {
				synctest.Test(t, func(t *testing.T) {
					a := newAccount(5, 0)
					cache := over(t, a, func(o *Options) {
						if allowed {
							o.StaleIfError = stale
						}
					})
					first := mustPhoto(t, cache, id(0))
					a.set(func(a *account) {
						a.onPhoto = func(context.Context, bigin.RecordID) error { return fmt.Errorf("photo: %w", c.err) }
					})
					for _, sleep := range []time.Duration{contentTTL, stale - 1, 1} {
						time.Sleep(sleep)
						want := allowed && c.stale && sleep != 1
						p, err := photo(t.Context(), cache, id(0))
						if want && (p != first || err != nil) || !want && (p != nil || !errors.Is(err, c.err)) {
							t.Errorf("allowed %t: a photo %t, %v after %v", allowed, p != nil, err, sleep)
						}
					}
				})
			}
		})
	}
}

// A caller that gives up gets its own reason, not a photo.
func TestStaleIsNotForThoseWhoLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(5, 0)
		c := over(t, a, func(o *Options) { o.StaleIfError = time.Hour })
		mustPhoto(t, c, id(0))
		time.Sleep(contentTTL)
		a.set(func(a *account) {
			a.onPhoto = func(ctx context.Context, _ bigin.RecordID) error { <-ctx.Done(); return ctx.Err() }
		})
		why := errors.New("control-C")
		ctx, cancel := context.WithCancelCause(t.Context())
		go func() { synctest.Wait(); cancel(why) }()
		if p, err := photo(ctx, c, id(0)); p != nil || err != why {
			t.Errorf("a photo %t, %v", p != nil, err)
		}
	})
}

// A definite answer ends what was in the cache.
func TestPhotoThatWentAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(5, 0)
		c := over(t, a, func(o *Options) { o.StaleIfError = time.Hour })
		first := mustPhoto(t, c, id(0))
		a.setPhoto(id(0), false)
		time.Sleep(contentTTL)
		for _, v := range []*bigin.Version{nil, first.Version()} {
			p, err := photoOf(t.Context(), c, id(0), v)
			if p != nil || !errors.Is(err, bigin.ErrNoPhoto) {
				t.Errorf("a photo %t, %v", p != nil, err)
			}
		}
		if s := c.Stats(); s.Photos != 0 || s.Bytes != 0 {
			t.Errorf("%+v", s)
		}
	})
}
