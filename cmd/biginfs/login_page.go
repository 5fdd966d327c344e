package main

import (
	"fmt"
	"net/http"
)

// showLastPage shows the browser how the login ended. Nothing of the request is
// in it.
func showLastPage(w http.ResponseWriter, connected bool) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Connection", "close")
	color, mark := "#1a8a4a", "M7 13l4 4 7-9"
	title, text := "Connected", "Biginfs has access now. You can close this tab."
	if !connected {
		w.WriteHeader(http.StatusBadRequest)
		color, mark = "#c5352b", "M8 8l8 8M16 8l-8 8"
		title, text = "Not connected", "The terminal says why. You can close this tab."
	}
	fmt.Fprintf(w, lastPage, title, color, mark, text)
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
