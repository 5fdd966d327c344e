package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"github.com/biginfs/biginfs/fs"
)

// skewAllowed is how far the clock may be off before Zoho's tokens and times
// become confusing.
const skewAllowed = 2 * time.Minute

// patient is what doctor looks at.
type patient struct {
	settings   *settings.Settings
	mountpoint []string // none or one
}

// findings runs all checks: those of this machine first, then those that need
// the network, all at once.
func (p *patient) findings(ctx context.Context) []finding {
	ctx, cancel := context.WithTimeout(ctx, p.settings.Timeout)
	defer cancel()
	found := p.machine()
	credentials, from, err := p.settings.Credentials()
	if err != nil {
		return append(found, finding{"login", failed, err.Error(), tokenRemedy(p.settings, err)})
	}
	found = append(found, finding{"login", good, "credentials of the profile " + p.settings.Profile + " from " + from, ""})

	o := tokensOf(p.settings)
	shared, err := openShared(ctx, p.settings, o.Credentials, nil)
	if err != nil {
		return append(found, finding{"shared cache", failed, err.Error(), ""})
	}
	var quota bigin.Quota
	if shared != nil {
		defer shared.Close()
		o.Share, quota = shared.Tokens(), shared.Quota()
	}
	tokens := bigin.NewTokenSource(o)
	client := bigin.New(bigin.Options{
		Tokens: tokens, Quota: quota, Timeout: p.settings.Timeout,
		CreditReserve: int(max(p.settings.CreditReserve, 1)), // to wait for none when all are used up
	})
	defer client.Close()
	checks := []func() finding{func() finding { return p.clock(ctx, credentials.AccountsURL) }}
	for _, m := range bigin.Modules() {
		checks = append(checks, func() finding { return p.module(ctx, client, m) })
	}
	results := make([]finding, len(checks))
	var all sync.WaitGroup
	for i, check := range checks {
		all.Go(func() { results[i] = check() })
	}
	var server []finding
	all.Go(func() { server = p.sharedCache(ctx) })
	all.Wait()
	found = append(found, server...)
	// Only now is it known whether Bigin takes the token that was kept.
	found = append(append(found, results[0], p.token(ctx, tokens)), results[1:]...)
	if left := client.Stats().Credits; left >= 0 {
		f := finding{"credits", good, fmt.Sprintf("%d API credits are left for now", left), ""}
		if uint64(left) <= p.settings.CreditReserve {
			f.Severity, f.Remedy = warning, "mounts make no calls now: "+creditRemedy(p.settings.CreditReserve)
		}
		found = append(found, f)
	}
	return found
}

// machine checks what needs no network.
func (p *patient) machine() []finding {
	var found []finding
	if err := fs.Available(); err != nil {
		found = append(found, finding{"fuse", failed, err.Error(), ""})
	} else {
		found = append(found, finding{"fuse", good, "accounts can be mounted", ""})
	}
	found = append(found, fuseConfig(p.settings.AllowOther)...)
	found = append(found, kernel()...)
	dirs, err := fs.Mounts()
	if err != nil {
		found = append(found, finding{"mounts", warning, err.Error(), ""})
	}
	lives := make([][]finding, len(dirs))
	var all sync.WaitGroup
	for i, dir := range dirs {
		all.Go(func() { lives[i] = lifeOf(dir) })
	}
	all.Wait()
	found = append(found, slices.Concat(lives...)...)
	for _, dir := range p.mountpoint {
		found = append(found, mountFindings(dir)...)
	}
	found = append(found, keepable("config", filepath.Dir(p.settings.Config), "no login can be kept there")...)
	found = append(found, keepable("state", p.settings.State, "no access token can be kept there, and only ten may be made in ten minutes")...)
	if p.settings.NoConfig {
		return append(found, finding{"config", good, "there is no file " + p.settings.Config + "; the settings are those of the environment and the defaults", ""})
	}
	return append(found, finding{"config", good, "the settings in " + p.settings.Config + " and the environment are right", ""})
}

// keepable checks whether files can be kept in a directory.
func keepable(check, dir, otherwise string) []finding {
	if err := settings.CheckWritable(dir); err != nil {
		return []finding{{check, warning, err.Error() + ": " + otherwise, "free space on its disk, or change who may write there: ls -ld " + settings.Quoted(dir)}}
	}
	return nil
}

// lifeOf reports whether the mount at dir is dead, or does not answer.
func lifeOf(dir string) []finding {
	dead := make(chan bool, 1)
	go func() { dead <- fs.Dead(dir) }()
	end := "run biginfs unmount " + settings.Quoted(dir)
	select {
	case is := <-dead:
		if is {
			return []finding{{"mounts", failed, "the biginfs mounted at " + dir + " is dead", "mount it again, which clears it, or " + end}}
		}
		return nil
	case <-time.After(statusWait):
		return []finding{{"mounts", failed, "the biginfs mounted at " + dir + " does not answer", end}}
	}
}

// creditRemedy is what to do when only the reserved credits are left.
func creditRemedy(reserve uint64) string {
	remedy := "wait for the credits to come back, and see in Bigin's API dashboard who uses them"
	if reserve > 0 {
		remedy += ", or lower --credit-reserve"
	}
	return remedy
}

// mountFindings returns what a mount says about itself.
func mountFindings(dir string) []finding {
	r, _, err := readReport(dir)
	if err != nil {
		return []finding{{"mount", failed, err.Error(), ""}}
	}
	found := []finding{{"mount", good, dir + " answers", ""}}
	if r.Token.Error != "" {
		found = append(found, finding{"mount", failed, "its token: " + r.Token.Error, r.Token.Remedy})
	}
	if c := r.Calls.Credits; c >= 0 && uint64(c) <= r.CreditReserve {
		found = append(found, finding{"mount", warning, fmt.Sprintf("%d API credits are left, and %d are reserved: it makes no calls", c, r.CreditReserve), creditRemedy(r.CreditReserve)})
	}
	for _, t := range r.Tiers {
		if t.Problem != "" {
			found = append(found, finding{"mount", warning, "its " + t.Name + " cache is of no use now: " + t.Problem, ""})
		}
	}
	for _, f := range r.Failures[:min(len(r.Failures), 3)] {
		found = append(found, finding{"mount", warning, fmt.Sprintf("%s, %s %s: %s: %s", when(f.Time), f.Op, f.Path, f.Errno, f.Meaning), f.Remedy})
	}
	return found
}

// clock compares the clock of this machine with that of the accounts server.
func (p *patient) clock(ctx context.Context, url string) finding {
	f := finding{Check: "clock"}
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, url, nil)
	if err != nil {
		return finding{"clock", failed, "the address of the accounts server is not one", "see --accounts-url"}
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return finding{"clock", failed, fmt.Sprintf("%s cannot be reached: %v", req.URL.Host, err), "see whether the network is up, and --data-center is right"}
	}
	res.Body.Close()
	theirs, err := http.ParseTime(res.Header.Get("Date"))
	if err != nil {
		return finding{"clock", warning, req.URL.Host + " does not tell its time", ""}
	}
	skew := time.Since(theirs).Round(time.Second)
	if f.Severity, f.Text = good, fmt.Sprintf("within %v of that of %s", skew.Abs(), req.URL.Host); skew.Abs() > skewAllowed {
		f.Severity, f.Remedy = warning, "set the clock: timedatectl set-ntp true"
	}
	return f
}

// token checks whether there is an access token.
func (p *patient) token(ctx context.Context, tokens *bigin.TokenSource) finding {
	t, err := tokens.Token(ctx)
	if err != nil {
		return finding{"token", failed, err.Error(), tokenRemedy(p.settings, err)}
	}
	return finding{"token", good, fmt.Sprintf("good for %s until %s", t.APIDomain, when(t.Expiry)), ""}
}

// module checks whether a module answers.
func (p *patient) module(ctx context.Context, client *bigin.Client, m bigin.Module) finding {
	_, err := client.Records(ctx, m, "")
	if err == nil {
		return finding{string(m), good, "answers", ""}
	}
	f := finding{Check: string(m), Severity: failed, Text: err.Error()}
	var answer *bigin.Error
	var auth *bigin.AuthError
	switch {
	case errors.As(err, &auth):
		f.Remedy = "see token"
	case errors.Is(err, bigin.ErrReserve):
		f.Text = fmt.Sprintf("not asked: %d API credits are left", max(client.Stats().Credits, 0))
		f.Remedy = creditRemedy(p.settings.CreditReserve)
	case errors.As(err, &answer):
		e := explain(fs.Failure{Path: string(m), Code: string(answer.Code), Resolution: answer.Resolution()}, p.settings)
		f.Remedy = e.Remedy
	default:
		f.Remedy = byErrno["EIO"].remedy
	}
	return f
}
