package main

// desktops are file managers, each with a window of its own on a display that nobody sees. They get so many seconds to show
// the faces: they have no end of their own.
var desktops = []trial{
	{program: "pcmanfm", asks: "dpkg-query -W -f '${Version}' pcmanfm", does: "opens `by-name/Contacts`, thumbnails off",
		script: display + pcmanfm("show_thumbnail=0"), right: looked, know: "follows each link for its size"},
	{program: "pcmanfm", asks: "dpkg-query -W -f '${Version}' pcmanfm", does: "opens `by-name/Contacts`, thumbnails for local files only",
		script: display + pcmanfm("show_thumbnail=1\\nthumbnail_local=1"), right: looked, know: "takes the drive for local"},
	{program: "thunar", needs: "xfconf-query", asks: "thunar --version", does: "opens `by-name/Contacts`, thumbnails off",
		script: display + thunar("NEVER"), right: looked},
	{program: "thunar", needs: "xfconf-query", asks: "thunar --version", does: "opens `by-name/Contacts`, thumbnails always (tumbler)",
		script: display + thunar("ALWAYS"), right: looked, know: "reads what is in view"},
	{program: "thunar", needs: "xfconf-query", asks: "thunar --version", does: "opens `by-name/Contacts`, thumbnails for local files only",
		script: display + thunar("ONLY_LOCAL"), right: looked, know: "takes the drive for local"},
}

// display starts an X server that ends with the script.
const display = `
rm -f "$KEEP/display"
Xvfb -displayfd 1 -screen 0 1024x768x24 >"$KEEP/display" 2>"$KEEP/xvfb.log" & x=$!
trap 'kill $x; wait $x || true' EXIT
n=0; until [ -s "$KEEP/display" ] || [ $n = 100 ]; do sleep 0.1; n=$((n+1)); done
[ -s "$KEEP/display" ] || { cat "$KEEP/xvfb.log" >&2; exit 1; }
export DISPLAY=":$(cat "$KEEP/display")"
`

const seconds = "8"

func pcmanfm(settings string) string {
	return `mkdir -p "$HOME/.config/libfm"; printf '[ui]\n` + settings + `\n' >"$HOME/.config/libfm/libfm.conf"
dbus-run-session -- timeout ` + seconds + ` pcmanfm "$M/by-name/Contacts" >"$KEEP/log" 2>&1 || [ $? = 124 ] || { cat "$KEEP/log" >&2; false; }`
}

func thunar(thumbnails string) string {
	return `dbus-run-session -- sh -ec '
xfconf-query -c thunar -p /misc-thumbnail-mode -n -t string -s THUNAR_THUMBNAIL_MODE_` + thumbnails + `
timeout ` + seconds + ` thunar "$M/by-name/Contacts" || [ $? = 124 ]' >"$KEEP/log" 2>&1 || { cat "$KEEP/log" >&2; false; }`
}
