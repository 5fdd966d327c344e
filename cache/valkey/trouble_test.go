package valkey

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// longest is the time a read may lose to a server that does not answer, plus what
// a busy machine adds to that.
const longest = 250*time.Millisecond + time.Second

// soon is how long a hundred reads may take that wait for nothing: a tenth of
// what they would if each waited.
const soon = 2 * time.Second

// timed returns how long f takes.
func timed(f func()) time.Duration {
	begun := time.Now()
	f()
	return time.Since(begun)
}

// hastyDesk returns a desk that waits as long as one does.
func hastyDesk(t testing.TB, a Address, c bigin.Credentials) *Server {
	t.Helper()
	s := deskNotUp(t, a, c)
	eventually(t, "the server is used", s.link.isUp)
	return s
}

// A server that does not answer costs one wait, then nothing, and is used
// again when it answers.
func TestSlowServer(t *testing.T) {
	e := startEngine(t)
	s := hastyDesk(t, e.address(), alice)
	r, b := record(1), picture(1000)
	kept(t, s, r, b, time.Now())
	e.signal(syscall.SIGSTOP)
	defer e.signal(syscall.SIGCONT)
	look := func() {
		if _, _, ok := s.Photo(t.Context(), bigin.Contacts, r); ok {
			t.Error("a photo from a server that is stopped")
		}
		_, _, done := s.BeginPhoto(t.Context(), bigin.Contacts, r)
		done()
	}
	if d := timed(look); d > longest {
		t.Errorf("the first read waits %v", d)
	}
	if d := timed(func() {
		for range 100 {
			look()
		}
	}); d > soon {
		t.Errorf("100 more wait %v", d)
	}
	if p := s.Stats().Problem; p != ErrSlow.Error() {
		t.Errorf("problem %q", p)
	}
	e.signal(syscall.SIGCONT)
	eventually(t, "it is used again", func() bool {
		got, _, ok := s.Photo(t.Context(), bigin.Contacts, r)
		return ok && bytes.Equal(got, b)
	})
	if p := s.Stats().Problem; p != "" {
		t.Errorf("problem %q", p)
	}
}

// A server that is killed is missed at once, also by those who wait for
// another desk, and is used again when it is back.
func TestKilledServer(t *testing.T) {
	e := startEngine(t)
	one, two := desk(t, e.address(), alice), desk(t, e.address(), alice)
	r := record(1)
	_, _, done := one.BeginPhoto(t.Context(), bigin.Contacts, r)
	waiter := make(chan func())
	go func() {
		_, _, done := two.BeginPhoto(context.Background(), bigin.Contacts, r)
		waiter <- done
	}()
	eventually(t, "it waits", func() bool {
		two.marks.mu.Lock()
		defer two.marks.mu.Unlock()
		return len(two.marks.waiting) == 1
	})
	e.kill()
	begun := time.Now()
	if done := <-waiter; done == nil || time.Since(begun) > longest {
		t.Errorf("let go after %v", time.Since(begun))
	} else {
		done()
	}
	done()
	if d := timed(func() { two.Photo(t.Context(), bigin.Contacts, r) }); d > soon {
		t.Errorf("a read waits %v", d)
	}
	eventually(t, "the problem is told", func() bool {
		return strings.HasPrefix(two.Stats().Problem, ErrUnreachable.Error())
	})
	e.start()
	eventually(t, "both use it again", func() bool { return one.link.isUp() && two.link.isUp() })
	kept(t, one, r, picture(10), time.Now())
	if _, _, ok := two.Photo(t.Context(), bigin.Contacts, r); !ok {
		t.Error("not shared after the restart")
	}
}

// A full server serves what it has, and nobody waits for what it cannot
// take.
func TestFullServer(t *testing.T) {
	e := startEngine(t, "--maxmemory", "4mb", "--maxmemory-policy", "noeviction")
	one, two := desk(t, e.address(), alice), desk(t, e.address(), alice)
	r := record(1)
	kept(t, one, r, picture(1000), time.Now())
	for id := bigin.RecordID(2); !one.link.isFull(); id++ {
		if id > 1000 {
			t.Fatal("it takes everything")
		}
		one.Keep(bigin.Contacts, record(id), picture(300_000), time.Now())
		time.Sleep(time.Millisecond) // else all pend at once
	}
	if p := one.Stats().Problem; p != ErrFull.Error() {
		t.Errorf("problem %q", p)
	}
	if _, _, ok := two.Photo(t.Context(), bigin.Contacts, r); !ok {
		t.Error("what it has is not found")
	}
	if d := timed(func() {
		_, _, a := one.BeginPhoto(t.Context(), bigin.Contacts, record(5000))
		_, _, b := two.BeginPhoto(t.Context(), bigin.Contacts, record(5000))
		a()
		b()
	}); d > longest {
		t.Errorf("they wait %v", d)
	}
	if !one.link.isUp() || !two.link.isUp() {
		t.Error("taken for gone")
	}
}

// One that evicts forgets; that is a miss.
func TestEvictingServer(t *testing.T) {
	e := startEngine(t, "--maxmemory", "4mb", "--maxmemory-policy", "allkeys-lru")
	s := desk(t, e.address(), alice)
	for id := bigin.RecordID(1); id <= 60; id++ {
		kept(t, s, record(id), picture(100_000), time.Now())
	}
	there := 0
	for id := bigin.RecordID(1); id <= 60; id++ {
		if _, _, ok := s.Photo(t.Context(), bigin.Contacts, record(id)); ok {
			there++
		}
	}
	if there == 0 || there > 40 { // of 100 kB each, in 4 MiB
		t.Errorf("%d of 60 are there", there)
	}
	if st := s.Stats(); st.Problem != "" || st.Damaged != 0 || st.Size != 4<<20 {
		t.Errorf("%+v", st)
	}
}

// The password is needed, and told apart from other trouble.
func TestPassword(t *testing.T) {
	e := startEngine(t, "--requirepass", "open sesame")
	for _, password := range []string{"", "wrong"} {
		a := e.address()
		a.Password = password
		s := deskNotUp(t, a, alice)
		eventually(t, "the refusal is told", func() bool { return s.Stats().Problem == ErrPassword.Error() })
	}
	a := e.address()
	a.Password = "open sesame"
	desk(t, a, alice)
}

// TLS is verified, by a private authority too.
func TestTLS(t *testing.T) {
	dir := t.TempDir()
	roots := certificates(t, dir)
	port := freePort(t)
	e := &engine{t: t, dir: dir, port: port, args: []string{
		"--tls-port", strconv.Itoa(port), "--port", "0", "--tls-auth-clients", "no",
		"--tls-cert-file", filepath.Join(dir, "server.pem"), "--tls-key-file", filepath.Join(dir, "key.pem"), "--tls-ca-cert-file", filepath.Join(dir, "ca.pem"),
	}}
	e.start()
	t.Cleanup(e.kill)

	pool, err := ReadRoots(roots)
	if err != nil {
		t.Fatal(err)
	}
	s := desk(t, Address{Host: e.host(), TLS: true, Roots: pool}, alice)
	kept(t, s, record(1), picture(100_000), time.Now())
	for what, c := range map[string]struct {
		address Address
		problem error
	}{
		"an authority nobody knows": {Address{Host: e.host(), TLS: true}, ErrCertificate},
		"another name":              {Address{Host: "localhost:" + strconv.Itoa(port), TLS: true, Roots: pool}, ErrCertificate},
		"no TLS":                    {Address{Host: e.host()}, ErrUnreachable},
	} {
		s := deskNotUp(t, c.address, alice)
		eventually(t, what, func() bool { return strings.HasPrefix(s.Stats().Problem, c.problem.Error()) })
	}
	plain := startEngine(t)
	s = deskNotUp(t, Address{Host: plain.host(), TLS: true, Roots: pool}, alice)
	eventually(t, "TLS where there is none", func() bool { return s.Stats().Problem != "" && s.Stats().Problem != "not connected yet" })
}

// certificates makes an authority, and a server certificate for 127.0.0.1. It
// returns the file of the authority.
func certificates(t *testing.T, dir string) string {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, kind string, der []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "private"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	server := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "server"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: ca.NotBefore, NotAfter: ca.NotAfter, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for name, template := range map[string]*x509.Certificate{"ca.pem": ca, "server.pem": server} {
		der, err := x509.CreateCertificate(rand.Reader, template, ca, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		write(name, "CERTIFICATE", der)
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write("key.pem", "EC PRIVATE KEY", der)
	return filepath.Join(dir, "ca.pem")
}

// What answers nonsense is left alone, be it from the start or when a real
// server was there before, and cannot make a desk reserve memory or panic.
func TestNonsense(t *testing.T) {
	deep := strings.Repeat("*1\r\n", 1<<20)
	for what, text := range map[string]string{
		"HTTP":             "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
		"a huge string":    "$99999999999999\r\n",
		"a huge list":      "*999999999\r\n",
		"a negative list":  "*-7\r\n",
		"lists in lists":   deep,
		"a long line":      "+" + strings.Repeat("x", 1<<20),
		"an endless list":  "*?\r\n:1\r\n:1\r\n",
		"OK to everything": strings.Repeat("+OK\r\n", 1000),
		"numbers":          strings.Repeat(":7\r\n", 1000),
		"a push":           ">2\r\n+message\r\n+x\r\n",
		"nothing":          "",
	} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				go func() {
					_, _ = io.ReadFull(c, make([]byte, 10))
					_, _ = io.WriteString(c, text)
					_ = c.Close()
				}()
			}
		}()
		s, err := Open(Options{Address: Address{Host: l.Addr().String()}, Credentials: alice, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		eventually(t, what, func() bool { p := s.Stats().Problem; return p != "" && p != "not connected yet" })
		if s.link.isUp() {
			t.Errorf("%s: taken for a server", what)
		}
		if d := timed(func() { s.Photo(t.Context(), bigin.Contacts, record(1)) }); d > soon {
			t.Errorf("%s: a read waits %v", what, d)
		}
		s.Close()
	}
}

// Where there is no server, nothing is waited for.
func TestUnreachable(t *testing.T) {
	s := deskNotUp(t, Address{Host: "127.0.0.1:" + strconv.Itoa(freePort(t))}, alice)
	if d := timed(func() {
		for range 100 {
			s.Photo(t.Context(), bigin.Contacts, record(1))
			_, _, done := s.BeginPhoto(t.Context(), bigin.Contacts, record(1))
			done()
			s.Keep(bigin.Contacts, record(1), picture(100), time.Now())
		}
	}); d > soon {
		t.Errorf("%v", d)
	}
	eventually(t, "it is told", func() bool { return strings.HasPrefix(s.Stats().Problem, ErrUnreachable.Error()) })
}
