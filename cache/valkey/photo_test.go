package valkey

import (
	"bytes"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

func picture(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	copy(b, "\x89PNG\r\n\x1a\n")
	return b
}

// What one desk keeps, another with the same login finds; nobody else does.
func TestPhotoIsShared(t *testing.T) {
	e := startEngine(t)
	one, two := desk(t, e.address(), alice), desk(t, e.address(), alice)
	fetched := time.Now().Add(-time.Minute)
	r, b := record(42), picture(60_000)
	kept(t, one, r, b, fetched)

	got, at, ok := two.Photo(t.Context(), bigin.Contacts, r)
	if !ok || !bytes.Equal(got, b) || !at.Equal(fetched.Round(0)) {
		t.Fatalf("%d bytes of %v, %v", len(got), at, ok)
	}
	if s := two.Stats(); s.Hits != 1 || s.Misses != 0 || s.Problem != "" {
		t.Errorf("%+v", s)
	}
	for name, other := range map[string]bigin.Record{
		"another image": {ID: 42, Image: 8, Modified: r.Modified},
		"modified":      {ID: 42, Image: 7, Modified: r.Modified.Add(time.Second)},
		"another id":    {ID: 43, Image: 7, Modified: r.Modified},
	} {
		if _, _, ok := two.Photo(t.Context(), bigin.Contacts, other); ok {
			t.Errorf("%s: found", name)
		}
	}
	if _, _, ok := two.Photo(t.Context(), bigin.Accounts, r); ok {
		t.Error("found in another module")
	}
	bob := alice
	bob.RefreshToken = "1000.bob"
	if _, _, ok := desk(t, e.address(), bob).Photo(t.Context(), bigin.Contacts, r); ok {
		t.Error("found by another login")
	}
	if s := two.Stats(); s.Misses != 4 || s.Damaged != 0 {
		t.Errorf("%+v", s)
	}
	two.Forget(bigin.Contacts, 42)
	eventually(t, "it is forgotten", func() bool {
		_, _, ok := one.Photo(t.Context(), bigin.Contacts, r)
		return !ok
	})
}

// Nothing on the server tells anything, and whatever is changed there is a
// miss and is counted.
func TestServerIsNotTrusted(t *testing.T) {
	e := startEngine(t)
	s := desk(t, e.address(), alice)
	one, two := record(7618134000000648066), record(7618134000000648077)
	b := picture(5000)
	kept(t, s, one, b, time.Now())
	kept(t, s, two, picture(5000), time.Now())
	s.KeepIndex(bigin.Contacts, []byte("Ada Lovelace 7618134000000648066"), time.Now())
	s.Tokens().Keep(t.Context(), []byte("1000.accesstoken"), time.Hour)
	s.quota.Credits(4321, time.Now())
	_, _, done := s.BeginPhoto(t.Context(), bigin.Contacts, record(99))
	defer done()
	eventually(t, "the index is there", func() bool {
		_, _, ok := s.index(t.Context(), bigin.Contacts, time.Time{})
		return ok
	})

	all := e.dump()
	if len(all) < 6 {
		t.Fatalf("%d entries", len(all))
	}
	for name, value := range all {
		if !strings.HasPrefix(name, prefix) {
			t.Errorf("name %q", name)
		}
		for _, secret := range [][]byte{
			b[:16], b[100:116], []byte("Ada"), []byte("Lovelace"), []byte("761813"), []byte("Contacts"),
			[]byte("accesstoken"), []byte("1000."), []byte("alice"), []byte("clientsecret"), []byte("PNG"),
		} {
			if bytes.Contains(value, secret) || strings.Contains(name, string(secret)) {
				t.Errorf("%q is in the clear in %q", secret, name)
			}
		}
	}

	c := e.client()
	name, other := s.photoName(bigin.Contacts, one.ID), s.photoName(bigin.Contacts, two.ID)
	entry := all[name]
	flipped := bytes.Clone(entry)
	flipped[len(flipped)/2] ^= 1
	carol := alice
	carol.RefreshToken = "1000.carol"
	theirs := desk(t, e.address(), carol)
	foreign := append(s.tag(name, photoVersion(one)), theirs.login.seal(name, photoVersion(one), withDate(b, time.Now()))...)
	older := one
	older.Modified = older.Modified.Add(-time.Hour)
	replayed := append(s.tag(name, photoVersion(one)), s.login.seal(name, photoVersion(older), withDate(b, time.Now()))...)
	for what, text := range map[string][]byte{
		"altered":                 flipped,
		"cut":                     entry[:len(entry)-1],
		"nearly nothing":          entry[:9],
		"empty":                   {},
		"swapped":                 append(bytes.Clone(s.tag(name, photoVersion(one))), all[other][tagLen:]...),
		"sealed by another login": foreign,
		"an older version":        replayed,
	} {
		if err := e.do(c, "SET", name, string(text)).Error(); err != nil {
			t.Fatal(err)
		}
		before := s.Stats()
		if _, _, ok := s.Photo(t.Context(), bigin.Contacts, one); ok {
			t.Errorf("%s: taken for the photo", what)
		}
		if after := s.Stats(); after.Damaged != before.Damaged+1 || after.Misses != before.Misses+1 || after.Problem != "" {
			t.Errorf("%s: %+v", what, after)
		}
	}

	// The token and the index as well.
	for what, name := range map[string]string{
		"token": s.login.name("token"), "date of index": s.login.name("date of index", "Contacts"), "index": s.login.name("index", "Contacts"),
	} {
		if _, ok := s.entry(t.Context(), name, patient.look); !ok {
			t.Errorf("no %s", what)
		}
		flipped := bytes.Clone(all[name])
		flipped[len(flipped)/2] ^= 1
		for how, text := range map[string][]byte{
			"altered": flipped, "swapped": all[s.photoName(bigin.Contacts, two.ID)][tagLen:], "sealed by another login": theirs.login.seal(name, "", []byte("x")),
		} {
			if err := e.do(c, "SET", name, string(text)).Error(); err != nil {
				t.Fatal(err)
			}
			before := s.Stats().Damaged
			if _, ok := s.entry(t.Context(), name, patient.look); ok || s.Stats().Damaged != before+1 {
				t.Errorf("%s, %s: taken: %v, counted %d times", what, how, ok, s.Stats().Damaged-before)
			}
		}
	}
}
