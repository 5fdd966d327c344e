package bigin_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/biginfs/biginfs/bigin"
)

func TestCredentialsValidate(t *testing.T) {
	for _, c := range []struct {
		change func(*bigin.Credentials)
		want   error
		names  string
	}{
		{func(c *bigin.Credentials) {}, nil, ""},
		{func(c *bigin.Credentials) { c.ClientID = "" }, bigin.ErrNoCredentials, "client id"},
		{func(c *bigin.Credentials) { c.ClientSecret = "" }, bigin.ErrNoCredentials, "client secret"},
		{func(c *bigin.Credentials) { c.RefreshToken = "" }, bigin.ErrNoCredentials, "refresh token"},
		{func(c *bigin.Credentials) { c.AccountsURL = "" }, bigin.ErrNoCredentials, "accounts URL"},
		{func(c *bigin.Credentials) { *c = bigin.Credentials{} }, bigin.ErrNoCredentials, "client id, client secret, refresh token, accounts URL"},
		{func(c *bigin.Credentials) { c.AccountsURL = "http://accounts.zoho.com" }, bigin.ErrInsecureURL, "accounts URL"},
		{func(c *bigin.Credentials) { c.AccountsURL = "accounts.zoho.com" }, bigin.ErrInsecureURL, "accounts URL"},
		{func(c *bigin.Credentials) { c.AccountsURL = "https://accounts.zoho.com" }, nil, ""},
	} {
		v := secretCredentials
		c.change(&v)
		err := v.Validate()
		if !errors.Is(err, c.want) || err != nil && !strings.Contains(err.Error(), c.names) {
			t.Errorf("%v, want %v naming %q", err, c.want, c.names)
		}
		wantErrorWithoutSecrets(t, "Validate", err)
	}
}
