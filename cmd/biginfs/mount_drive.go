package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/cache"
	"github.com/biginfs/biginfs/cache/valkey"
	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"github.com/biginfs/biginfs/fs"
	"github.com/coreos/go-systemd/v22/daemon"
)

// drive is an account on its way into the file system: a client, the cache
// above it, and the tree above that.
type drive struct {
	dir      string
	settings *settings.Settings
	tokens   bigin.TokenOptions // whose account it is; Log is filled in
	log      *slog.Logger
	mounted  func() error // called when the mount answers; may be nil
}

// backend is a cache as the file system needs it.
type backend struct{ *cache.Cache }

func (b backend) Listing(m bigin.Module) fs.Listing { return b.Cache.Listing(m) }

// byNames are the choices of --by-name.
var byNames = map[string]fs.ByName{"off": fs.NoNames, "links": fs.NameLinks, "files": fs.NameFiles}

// firstToken is how long a mount waits for its first token before it assumes that
// the network is down.
const firstToken = 15 * time.Second

// account is an account as this process reaches it.
type account struct {
	tokens *bigin.TokenSource
	client *bigin.Client
	memory *cache.Cache
	tiers  []cache.Tier
	shared *valkey.Server // may be nil
}

// run mounts the account. It returns when the account is unmounted, or when ctx has
// ended and nothing is left of the mount.
func (d *drive) run(ctx context.Context) error {
	if may, err := maySetAllowOther(); d.settings.AllowOther && err == nil && !may {
		return errors.New("--allow-other: users may not share their mounts on this machine; to let them, " + allowOtherRemedy)
	}
	tuneMemory()
	return d.open(ctx, d.signIn, func(a *account) error { return d.mount(ctx, a) })
}

// open opens the account, and closes it when use returns. It calls signIn first; if
// ctx ends meanwhile, that is no error.
func (d *drive) open(ctx context.Context, signIn func(context.Context, *bigin.TokenSource) error, use func(*account) error) error {
	s := d.settings
	tokenLog, speak := newShutter(d.log)
	d.tokens.Log = tokenLog
	shared, err := openShared(ctx, s, d.tokens.Credentials, d.log)
	if err != nil {
		return err
	}
	var quota bigin.Quota
	if shared != nil {
		defer shared.Close()
		d.tokens.Share, quota = shared.Tokens(), shared.Quota()
	}
	tokens := bigin.NewTokenSource(d.tokens)
	if err := signIn(ctx, tokens); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return nil
	}
	speak()
	defer d.forgetAfterLogout(ctx) // when nothing is written any more

	client := bigin.New(bigin.Options{
		Tokens: tokens, Quota: quota,
		Concurrency: int(s.Concurrency), CreditReserve: int(s.CreditReserve),
		MaxPhotoSize: s.MaxPhotoSize, Timeout: s.Timeout, Log: d.log,
	})
	defer client.Close()
	tiers, err := d.openTiers(shared)
	if err != nil {
		return err
	}
	defer closeTiers(tiers)
	o := cache.Options{
		Source:  client,
		AttrTTL: s.AttrTTL, NegativeTTL: s.NegativeTTL, ContentTTL: s.ContentTTL, StaleIfError: s.StaleIfError,
		Size: s.CacheSize, Ahead: int(s.Concurrency), Timeout: s.Timeout,
		UnchangedTTL: s.UnchangedTTL, FullListing: s.FullListing,
		Tiers: tiers, State: s.IndexState(), Account: d.account(), Log: d.log,
	}
	if shared != nil {
		o.Fleet = shared
	}
	memory := cache.New(o)
	defer memory.Close()
	return use(&account{tokens, client, memory, tiers, shared})
}

// mount shows the account in the file system until it is unmounted.
func (d *drive) mount(ctx context.Context, a *account) error {
	s := d.settings
	status := &reporter{dir: d.dir, settings: s, mounted: time.Now(), tokens: a.tokens, client: a.client, memory: a.memory, tiers: a.tiers, shared: a.shared}
	refresh := &refresher{a.memory, d.log}
	mount, err := fs.Mount(d.dir, fs.Options{
		Backend: backend{a.memory},
		AttrTTL: s.AttrTTL, ContentTTL: s.ContentTTL, Timeout: s.Timeout,
		UID: uint32(s.UID), GID: uint32(s.GID), AllowOther: s.AllowOther,
		ByName: byNames[s.ByName], Status: status.json, Refresh: refresh.json, Log: d.log,
	})
	if err != nil {
		return err
	}
	a.memory.Watch(func(m bigin.Module, ch cache.Change) { mount.Changed(m, ch.Added, ch.Changed, ch.Removed) })
	watch, stop := context.WithCancel(ctx)
	defer stop()
	refresh.onHangup(watch)
	go watchResume(watch, func() {
		d.log.Info("resumed from suspend: connections dropped")
		a.client.DropConnections()
	})
	return d.serve(ctx, mount)
}

// forgetAfterLogout removes what this mount has kept since its profile was
// logged out.
func (d *drive) forgetAfterLogout(ctx context.Context) {
	if _, err := d.tokens.Credentials(); !errors.Is(err, bigin.ErrNoCredentials) {
		return
	}
	if err := forget(context.WithoutCancel(ctx), d.settings); err != nil {
		d.log.Warn("logged out, but not all that was kept is gone; remove it by hand", "error", err)
	}
}

// account says whose indexes are kept. Without credentials it is "": then nothing
// can be listed, and so nothing is kept.
func (d *drive) account() string {
	c, err := d.tokens.Credentials()
	if err != nil {
		return ""
	}
	return c.Fingerprint()
}

// signIn gets a token, which costs nothing if the last mount left a live one. Only
// what a person has to mend is an error: the network may come back while the
// account is mounted.
func (d *drive) signIn(ctx context.Context, tokens *bigin.TokenSource) error {
	wait, cancel := context.WithTimeout(ctx, min(firstToken, d.settings.Timeout))
	defer cancel()
	_, err := tokens.Token(wait)
	switch {
	case err == nil, ctx.Err() != nil:
		return nil
	case refused(err):
		return d.advise(err)
	}
	d.log.Warn("mounting without having reached Zoho", "error", err)
	return nil
}

// advise adds what to do to a refusal.
func (d *drive) advise(err error) error {
	if errors.Is(err, bigin.ErrRefused) {
		return fmt.Errorf("%w: run %s", err, d.settings.LoginCommand())
	}
	return err
}

// serve lets everybody know that the mount answers, and waits for its end.
func (d *drive) serve(ctx context.Context, mount *fs.Server) error {
	ended := make(chan struct{})
	go func() { mount.Wait(); close(ended) }()
	var err error
	if d.mounted != nil {
		err = d.mounted()
	}
	d.log.Info("mounted", "account", d.settings.Profile)
	d.notify(daemon.SdNotifyReady)
	if err == nil {
		select {
		case <-ended:
			d.log.Info("unmounted", "by", "biginfs unmount, or another program")
			return mount.Unmount() // the kernel may have cut us off and left a dead mount
		case <-ctx.Done():
		}
	}
	d.notify(daemon.SdNotifyStopping)
	if e := mount.Unmount(); e != nil && !errors.Is(e, fs.ErrMountpoint) {
		return e
	}
	d.log.Debug("unmounted", "by", "signal")
	return err
}

// notify tells systemd, if it listens.
func (d *drive) notify(state string) {
	if _, err := daemon.SdNotify(false, state); err != nil {
		d.log.Warn("systemd not told", "state", state, "error", err)
	}
}
