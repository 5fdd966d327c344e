package bigintest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"sync"
	"time"
)

// CA returns, in PEM, the certificate of the authority that issued the
// certificates of all Endpoints of this process. A Go program trusts it if
// SSL_CERT_FILE names a file that contains it.
func CA() ([]byte, error) {
	pair, err := certificate()
	if err != nil {
		return nil, err
	}
	return pair.ca, nil
}

// certificates are those of an authority, in PEM, and of a server.
type certificates struct {
	ca     []byte
	server tls.Certificate
}

// certificate makes them once. They are valid for a day.
var certificate = sync.OnceValues(func() (pair certificates, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("bigintest: make a certificate: %w", err)
		}
	}()
	now := time.Now()
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "bigintest"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	server := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "localhost"},
		NotBefore: authority.NotBefore, NotAfter: authority.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return pair, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return pair, err
	}
	caDER, err := x509.CreateCertificate(rand.Reader, authority, authority, caKey.Public(), caKey)
	if err != nil {
		return pair, err
	}
	der, err := x509.CreateCertificate(rand.Reader, server, authority, key.Public(), caKey)
	if err != nil {
		return pair, err
	}
	pair.ca = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER})
	pair.server = tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	return pair, nil
})

// discardLog is for a server whose clients mean to be rude.
var discardLog = log.New(io.Discard, "", 0)
