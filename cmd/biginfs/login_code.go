package main

import (
	"context"
	"strings"
	"time"

	"github.com/biginfs/biginfs/bigin"
)

// loginSelfClient exchanges a code that the API console generated.
func (a *app) loginSelfClient(ctx context.Context, p *prompt, key bigin.ClientKey, accountsURL string) (bigin.Grant, error) {
	a.note("In the API console open the Self Client, and generate a code for this scope:\n  %s", strings.Join(scopes(), ","))
	code, err := p.ask(ctx, "Grant code", true)
	if err != nil {
		return bigin.Grant{}, err
	}
	return bigin.Exchange(ctx, nil, accountsURL, key, code, "", "")
}

// loginDevice shows a code to be typed elsewhere, and waits for that.
func (a *app) loginDevice(ctx context.Context, key bigin.ClientKey, accountsURL string) (bigin.Grant, string, error) {
	d, err := bigin.StartDevice(ctx, nil, accountsURL, key, scopes())
	if err != nil {
		return bigin.Grant{}, "", err
	}
	a.note("Open %s in any browser, within %s, and enter the code:\n  %s", d.VerificationURL, d.ExpiresIn.Round(time.Second), d.UserCode)
	return d.Wait(ctx)
}
