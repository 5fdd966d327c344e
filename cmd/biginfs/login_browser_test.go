package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
)

// fakeBrowser is the person at the browser: it opens the page of its argument
// and does what the variable PERSON says.
func fakeBrowser() {
	if err := browse(os.Args[1], os.Getenv("PERSON")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func browse(page, person string) error {
	u, err := url.Parse(page)
	if err != nil {
		return err
	}
	form := u.Query()
	switch person {
	case "goes away":
		return nil
	case "comes from elsewhere": // and brings a state of another login, or none; only then accepts
		form.Set("answer", "accept")
		for _, query := range []string{"?code=1000.a.b&state=another", "?error=access_denied", "?state=x"} {
			if err := notThisLogin(form.Get("redirect_uri") + query); err != nil {
				return err
			}
		}
	case "rejects":
		form.Set("answer", "reject")
	default:
		form.Set("answer", "accept")
	}
	if err := fetch(http.Get(page)); err != nil {
		return err
	}
	u.Path, u.RawQuery = "/oauth/v2/auth/consent", ""
	return fetch(http.PostForm(u.String(), form))
}

// fetchPage prints the page of its argument.
func fetchPage() {
	res, err := http.Get(os.Args[1])
	if err == nil {
		defer res.Body.Close()
		_, err = io.Copy(os.Stdout, res.Body)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// notThisLogin opens a page that must not end the login.
func notThisLogin(page string) error {
	res, err := http.Get(page)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && !strings.Contains(string(body), "Not this login") {
		err = fmt.Errorf("%s shows %s", page, body)
	}
	return err
}

// fetch follows redirects and notes the last page.
func fetch(res *http.Response, err error) error {
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if file := os.Getenv("LAST_PAGE"); file != "" && err == nil {
		err = os.WriteFile(file, body, 0o600)
	}
	return err
}
