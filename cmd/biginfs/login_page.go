package main

import (
	"fmt"
	"net/http"
)

// ending is how a login ended, for the browser.
type ending struct {
	title, text, color, mark string // mark is the path of an SVG
	status                   int
}

var (
	connected    = ending{"Connected", "Biginfs has access now. You can close this tab.", "#1a8a4a", "M7 13l4 4 7-9", http.StatusOK}
	notConnected = ending{"Not connected", "The terminal says why. You can close this tab.", "#c5352b", "M8 8l8 8M16 8l-8 8", http.StatusBadRequest}
	anotherLogin = ending{"Not this login", "This page belongs to another login, or to one that is over. Biginfs goes on waiting for the page that it opened.", "#c5352b", "M8 8l8 8M16 8l-8 8", http.StatusBadRequest}
)

// showLastPage shows the browser how the login ended. It repeats nothing of the
// request.
func showLastPage(w http.ResponseWriter, e ending) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Connection", "close")
	w.WriteHeader(e.status)
	fmt.Fprintf(w, lastPage, e.title, e.color, e.mark, e.text)
}

const lastPage = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>biginfs: %[1]s</title>
<style>
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #eef1f6; color: #1f2a3d;
         font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
  main { width: min(22rem, 92vw); box-sizing: border-box; padding: 2.5rem 2rem; background: #fff; border-radius: 14px;
         box-shadow: 0 8px 30px #1f2a3d1f; text-align: center; }
  h1 { font-size: 1.4rem; margin: 1rem 0 .25rem; }
  p { margin: 0; color: #56627a; }
</style>
</head>
<body>
<main>
<svg width="56" height="56" viewBox="0 0 24 24" fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><circle cx="12" cy="12" r="12" fill="%[2]s" stroke="none"/><path d="%[3]s"/></svg>
<h1>%[1]s</h1>
<p>%[4]s</p>
</main>
</body>
</html>
`
