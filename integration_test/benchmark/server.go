package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
)

// server is the process at the other end of the wire.
type server struct {
	greeting
	account
	ctx context.Context
}

// serve starts a server with the account. It ends with the scope.
func (b *bench) serve(a account) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, serveCommand)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	b.later(func() error {
		in.Close()
		return cmd.Wait()
	})
	if err := json.NewEncoder(in).Encode(a); err != nil {
		return nil, fmt.Errorf("start the server: %w", err)
	}
	s := &server{account: a, ctx: b.ctx}
	if err := json.NewDecoder(out).Decode(&s.greeting); err != nil {
		return nil, fmt.Errorf("start the server: %w", err)
	}
	return s, nil
}

// reset makes the server count from zero.
func (s *server) reset() error {
	res, err := s.control(http.MethodPost, "/control/reset", nil)
	if err != nil {
		return err
	}
	return res.Body.Close()
}

// change changes the account.
func (s *server) change(c change) error {
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	res, err := s.control(http.MethodPost, "/control/change", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("change the account: %s", res.Status)
	}
	return nil
}

// count returns what the server was asked since the reset.
func (s *server) count() (c counts, err error) {
	res, err := s.control(http.MethodGet, "/control/count", nil)
	if err != nil {
		return c, err
	}
	defer res.Body.Close()
	return c, json.NewDecoder(res.Body).Decode(&c)
}

func (s *server) control(method, path string, body io.Reader) (*http.Response, error) {
	r, err := http.NewRequestWithContext(s.ctx, method, s.Control+path, body)
	if err != nil {
		return nil, err
	}
	return http.DefaultClient.Do(r)
}

// get makes a call of the API as the simplest of clients would.
func (s *server) get(path string) ([]byte, error) {
	r, err := http.NewRequestWithContext(s.ctx, http.MethodGet, s.API+"/bigin/v2/"+path, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", s.authorization())
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("GET %s: %s", path, res.Status)
	}
	return body, err
}

func (s *server) authorization() string { return "Zoho-oauthtoken " + s.Token }

// photoURL is where the photo of a record is.
func (s *server) photoURL(id int64) string { return s.API + "/bigin/v2/" + photoPath(id) }

func photoPath(id int64) string { return fmt.Sprintf("%s/%d/photo", module, id) }

// fieldsOf are the fields that biginfs asks a listing for.
const fieldsOf = "Full_Name,First_Name,Last_Name,Modified_Time,Record_Image"
