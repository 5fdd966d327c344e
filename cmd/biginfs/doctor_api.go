package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/biginfs/biginfs/bigin"
	"github.com/biginfs/biginfs/bigin/probe"
	"github.com/biginfs/biginfs/cache"
	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"golang.org/x/term"
)

// apiCheck is what doctor --api is asked to do.
type apiCheck struct {
	wanted bool
	yes    bool
	report string // file, "" for none
	watch  string // MODULE/ID, "" for none

	module bigin.Module // of watch
	id     bigin.RecordID
}

// check returns an error if the flags do not go together.
func (c *apiCheck) check(mountpoint []string) error {
	switch {
	case !c.wanted && (c.yes || c.report != "" || c.watch != ""):
		return settings.Misuse("--yes, --report and --watch-upload go with --api")
	case c.wanted && len(mountpoint) > 0:
		return settings.Misuse("--api looks at the account, not at a mount: leave %q out", mountpoint[0])
	case c.watch == "":
		return nil
	}
	module, id, _ := strings.Cut(c.watch, "/")
	var err1, err2 error
	c.module, err1 = bigin.ParseModule(module)
	c.id, err2 = bigin.ParseRecordID(id)
	if err := errors.Join(err1, err2); err != nil {
		return settings.Misuse("--watch-upload: %q is no record; write it like Contacts/2034020000000489033", c.watch)
	}
	return nil
}

// errDeclined says that a person chose not to go on.
var errDeclined = errors.New("nothing was asked")

// examineAPI finds out how Bigin answers, and says what follows from it.
func (a *app) examineAPI(ctx context.Context, s *settings.Settings, c *apiCheck, asJSON bool) error {
	credentials, _, err := s.Credentials()
	if err != nil {
		return err
	}
	tokens := tokensOf(s)
	shared, err := openShared(ctx, s, tokens.Credentials, nil)
	if err != nil {
		return err
	}
	if shared != nil {
		defer shared.Close()
		tokens.Share = shared.Tokens()
	}
	o := probe.Options{
		Tokens:      bigin.NewTokenSource(tokens),
		Concurrency: int(s.Concurrency), Reserve: int(s.CreditReserve), Timeout: s.Timeout, Watch: c.watch != "",
	}
	if err := writable(c.report); err != nil {
		return err
	}
	if _, err := o.Tokens.Token(ctx); err != nil { // which is no call of the API
		return tokenTrouble(s, err)
	}
	if err := a.announce(ctx, o, c); err != nil {
		return err
	}
	r, err := probe.Run(ctx, o)
	if errors.Is(err, bigin.ErrReserve) {
		return fmt.Errorf("%w: %s", err, creditRemedy(s.CreditReserve))
	}
	if err != nil {
		return tokenTrouble(s, err)
	}
	found, v := apiFindings(r, s)
	if c.watch != "" {
		f, err := a.watchUpload(ctx, o, s, c, r, credentials)
		if err != nil {
			return err
		}
		if found = append(found, f); f.Remedy == "" && f.Severity == warning {
			v.limits = append(v.limits, "a new photo is seen only after --content-ttl")
		}
	}
	if c.report != "" {
		text, err := json.MarshalIndent(r, "", "  ")
		if err == nil {
			err = os.WriteFile(c.report, append(text, '\n'), 0o600)
		}
		if err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
		a.note("The report is in %s. It has no name, id, token or photo in it.", settings.Quoted(c.report))
	}
	return a.tellAPI(found, v, asJSON)
}

// tokenTrouble adds what to do when no token can be had.
func tokenTrouble(s *settings.Settings, err error) error {
	if remedy := tokenRemedy(s, err); remedy != "" {
		return fmt.Errorf("%w: %s", err, remedy)
	}
	return err
}

// writable returns an error if a report could not be written, before anything is
// spent on it.
func writable(report string) error {
	if report == "" {
		return nil
	}
	_, err := os.Lstat(report)
	fresh := errors.Is(err, os.ErrNotExist)
	f, err := os.OpenFile(report, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	err = f.Close()
	if fresh {
		err = errors.Join(err, os.Remove(report))
	}
	return err
}

// announce says what the calls will cost, and asks at a terminal whether to go on.
func (a *app) announce(ctx context.Context, o probe.Options, c *apiCheck) error {
	calls := o.Calls()
	if c.watch != "" {
		calls += probe.WatchCalls
	}
	a.note("This makes at most %d API calls, which are taken from the credits of the organisation, and changes nothing.", calls)
	if c.yes || !term.IsTerminal(int(a.in.Fd())) {
		return nil
	}
	answer, err := a.newPrompt().line(ctx, "Go on? [y/N] ", false)
	if err != nil {
		return err
	}
	if answer = strings.ToLower(answer); answer != "y" && answer != "yes" {
		return errDeclined
	}
	return nil
}

// tellAPI prints the findings, and at the end one sentence.
func (a *app) tellAPI(found []finding, v verdict, asJSON bool) error {
	if asJSON {
		if err := a.printJSON(append(found, finding{"verdict", v.severity(), v.sentence(), ""})); err != nil {
			return err
		}
	} else {
		a.printFindings(found)
	}
	if v.severity() == failed {
		return errors.New(v.sentence())
	}
	if !asJSON {
		a.print("%s", v.sentence())
	}
	return nil
}

// watchUpload has a person replace a photo, and keeps what that shows where the
// cache keeps what it finds out by itself.
func (a *app) watchUpload(ctx context.Context, o probe.Options, s *settings.Settings, c *apiCheck, r *probe.Report, who bigin.Credentials) (finding, error) {
	const check = "uploads"
	in := a.newPrompt()
	u, err := probe.WatchUpload(ctx, o, c.module, c.id, func(ctx context.Context, again bool) error {
		if again {
			a.note("The photo is still the same.")
		}
		a.note("Replace the photo of %s in Bigin now, with another picture, and see there that it is saved.", c.watch)
		return in.enter(ctx, "Then press Enter")
	})
	switch {
	case errors.Is(err, probe.ErrNoUpload), errors.Is(err, probe.ErrNoPhotoThere):
		return finding{check, warning, err.Error(), "nothing was learned: try again with a record that has a photo"}, nil
	case err != nil:
		return finding{}, err
	}
	volatile := r.Answers.ImageInList == probe.Differs || r.Answers.ImageInRecord == probe.Differs
	told := u.MovesTime || u.MovesImage && !volatile
	f := finding{check, good, "an upload changes " + moved(u) + ": an unchanged record stands for its photo", ""}
	if !told {
		f = finding{check, warning, "an upload leaves the record as it was: photos are asked for again after --content-ttl", ""}
	}
	return f, cache.KeepUploads(s.IndexPath(), who.Fingerprint(), c.module, told)
}

func moved(u probe.Upload) string {
	var names []string
	if u.MovesTime {
		names = append(names, "Modified_Time")
	}
	if u.MovesImage {
		names = append(names, "Record_Image")
	}
	return strings.Join(names, " and ")
}
