package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/biginfs/biginfs/integration_test/need"
)

// webdriver is a real browser without a window.
//
// https://www.w3.org/TR/webdriver2/
type webdriver struct {
	t       *testing.T
	session string // its address
}

// browserArguments keep it from calling anybody but the pages of the test.
var browserArguments = []string{
	"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
	"--disable-background-networking", "--disable-component-update", "--window-size=800,720",
}

// startBrowser starts Chromium.
func startBrowser(t *testing.T) *webdriver {
	t.Helper()
	cmd := exec.Command(need.Program(t, "chromedriver"), "--port=0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	port := regexp.MustCompile(`started successfully on port (\d+)`)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if m := port.FindStringSubmatch(lines.Text()); m != nil {
			return newSession(t, "http://127.0.0.1:"+m[1])
		}
	}
	t.Fatal("chromedriver does not start")
	return nil
}

func newSession(t *testing.T, driver string) *webdriver {
	t.Helper()
	w := &webdriver{t: t, session: driver}
	var made struct {
		SessionID string `json:"sessionId"`
	}
	type object = map[string]any
	w.call("POST", "/session", object{"capabilities": object{"alwaysMatch": object{"goog:chromeOptions": object{
		"args": append(browserArguments, "--user-data-dir="+t.TempDir()),
	}}}}, &made)
	w.session += "/session/" + made.SessionID
	t.Cleanup(func() { _ = w.try("DELETE", "", nil, nil) })
	return w
}

// call has the browser do something, and stores the value that it answers.
func (w *webdriver) call(method, path string, body, value any) {
	w.t.Helper()
	if err := w.try(method, path, body, value); err != nil {
		w.t.Fatalf("%s %s: %v", method, path, err)
	}
}

func (w *webdriver) try(method, path string, body, value any) error {
	var text bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&text).Encode(body); err != nil {
			return err
		}
	}
	req, err := http.NewRequestWithContext(context.WithoutCancel(w.t.Context()), method, w.session+path, &text)
	if err != nil {
		return err
	}
	res, err := (&http.Client{Timeout: patience}).Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	var answer struct {
		Value json.RawMessage `json:"value"`
	}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s", answer.Value)
	}
	if value == nil {
		return nil
	}
	return json.Unmarshal(answer.Value, value)
}

func (w *webdriver) open(page string) {
	w.t.Helper()
	w.call("POST", "/url", map[string]string{"url": page}, nil)
}

// element is the address of what the CSS selector finds.
func (w *webdriver) element(selector string) string {
	w.t.Helper()
	var found map[string]string
	w.call("POST", "/element", map[string]string{"using": "css selector", "value": selector}, &found)
	for _, id := range found {
		return "/element/" + id
	}
	w.t.Fatalf("no %s on the page", selector)
	return ""
}

func (w *webdriver) click(selector string) {
	w.t.Helper()
	w.call("POST", w.element(selector)+"/click", struct{}{}, nil)
}

func (w *webdriver) write(selector, text string) {
	w.t.Helper()
	w.call("POST", w.element(selector)+"/value", map[string]string{"text": text}, nil)
}

// shows waits for the page with this title. A picture of it is kept in the
// directory of the variable SCREENSHOTS, if it is set.
func (w *webdriver) shows(title string) {
	w.t.Helper()
	var is string
	for end := time.Now().Add(patience); is != title; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatalf("the page is %q, want %q", is, title)
		}
		w.call("GET", "/title", nil, &is)
	}
	dir := os.Getenv("SCREENSHOTS")
	if dir == "" {
		return
	}
	var picture string
	w.call("GET", "/screenshot", nil, &picture)
	png, err := base64.StdEncoding.DecodeString(picture)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, title+".png"), png, 0o600)
	}
	if err != nil {
		w.t.Error(err)
	}
}
