package valkey

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"

	"github.com/biginfs/biginfs/bigin"
)

// prefix begins the name of every entry, so that our entries can be told from
// others' and removed.
const prefix = "biginfs:"

var errSeal = errors.New("not sealed by this login under this name")

// sealer seals and names the entries of those who share a secret.
type sealer struct {
	aead  cipher.AEAD
	names []byte // key of names
}

// loginSealer is for what the desks with one login share, clientSealer for what all
// desks of one client share.
func loginSealer(c bigin.Credentials) (*sealer, error) {
	return newSealer("login", c.ClientID, c.ClientSecret, c.RefreshToken)
}

func clientSealer(c bigin.Credentials) (*sealer, error) {
	return newSealer("client", c.ClientID, c.ClientSecret)
}

// newSealer derives the keys: for AES-256-GCM, and for HMAC-SHA-256.
func newSealer(purpose, clientID string, secrets ...string) (*sealer, error) {
	keys, err := hkdf.Key(sha256.New, []byte(joined(secrets...)), nil, joined("biginfs shared cache 1", purpose, clientID), 64)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(keys[:32])
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	return &sealer{aead: aead, names: keys[32:]}, nil
}

// name returns the name of the entry of that kind about these things. It tells
// nothing without the key.
func (s *sealer) name(kind string, about ...string) string {
	return prefix + base64.RawURLEncoding.EncodeToString(s.mac(append([]string{kind}, about...)...)[:18])
}

// mac returns a code for the parts that only those with the key can compute.
func (s *sealer) mac(parts ...string) []byte {
	h := hmac.New(sha256.New, s.names)
	h.Write([]byte(joined(parts...)))
	return h.Sum(nil)
}

// seal encrypts the text of an entry, bound to its name and version.
func (s *sealer) seal(name, version string, text []byte) []byte {
	return s.aead.Seal(nil, nil, text, []byte(joined(name, version)))
}

// open returns the text of an entry. The error is errSeal unless it was sealed with
// the same key, name and version.
func (s *sealer) open(name, version string, sealed []byte) ([]byte, error) {
	text, err := s.aead.Open(nil, nil, sealed, []byte(joined(name, version)))
	if err != nil {
		return nil, errSeal
	}
	return text, nil
}

// joined makes one string of the parts; different parts make different strings.
func joined(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(strconv.Itoa(len(p)) + ":" + p)
	}
	return b.String()
}
