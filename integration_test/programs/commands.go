package main

// commands are programs of a terminal.
var commands = []trial{
	{program: "ls", asks: "ls --version", does: "`ls by-name/Contacts`", script: `ls "$M/by-name/Contacts"`, right: lines(".jpg", photos)},
	{program: "ls", asks: "ls --version", does: "`ls --color by-name/Contacts`, with the colours of `dircolors`", script: `eval "$(TERM=xterm dircolors -b)"; ls -1 --color=always "$M/by-name/Contacts"`,
		right: lines(".jpg", photos), know: "follows each link to see whether it is broken; many shells set both up; without `dircolors` it does not"},
	{program: "ls", asks: "ls --version", does: "`ls -l by-name/Contacts`", script: `ls -l "$M/by-name/Contacts"`, right: lines(".jpg", photos)},
	{program: "ls", asks: "ls --version", does: "`ls -lL by-name/Contacts`", script: `ls -lL "$M/by-name/Contacts"`, right: lines(".jpg", photos),
		know: "asks for the size of each photo"},
	{program: "ls", asks: "ls --version", does: "`ls -l by-name/Contacts`, `--by-name=files`", flags: []string{"--by-name=files"},
		script: `ls -l "$M/by-name/Contacts"`, right: lines(".jpg", photos), know: "asks for the size of each photo"},
	{program: "ls", asks: "ls --version", does: "`ls -l Contacts`", script: `ls -l "$M/Contacts"`, right: lines("dr", people)},
	{program: "find", asks: "find --version", does: "`find Contacts -name photo.jpg`", script: `find "$M/Contacts" -name photo.jpg`, right: lines("photo.jpg", photos)},
	{program: "find", asks: "find --version", does: "`find Contacts -size +1k`", script: `find "$M/Contacts" -type f -size +1k`, right: lines("photo.jpg", photos),
		know: "asks for the size of each photo"},
	{program: "du", asks: "du --version", does: "`du -a Contacts`", script: `du -a "$M/Contacts"`, right: lines("photo.jpg", photos), know: "asks for the size of each photo"},
	{program: "updatedb", asks: "updatedb --version", does: "indexes `Contacts` for `locate`",
		script: `updatedb -l no -U "$M/Contacts" --prunefs "" --prunepaths "" --prune-bind-mounts no -o "$KEEP/db" && locate -d "$KEEP/db" photo.jpg`,
		right:  lines("photo.jpg", photos), know: "reads listings only"},
	{program: "cp", asks: "cp --version", does: "`cp -r Contacts`", script: `cp -r "$M/Contacts" "$OUT"`, right: copies},
	{program: "cp", asks: "cp --version", does: "`cp -rL by-name/Contacts`", script: `cp -rL "$M/by-name/Contacts" "$OUT"`, right: copies},
	{program: "cp", asks: "cp --version", does: "`cp -r by-name/Contacts`", script: `cp -r "$M/by-name/Contacts" "$OUT"`, right: links,
		know: "copies links that lead nowhere: take `-rL`, or mount with `--by-name=files`"},
	{program: "cp", asks: "cp --version", does: "`cp -r by-name/Contacts`, `--by-name=files`", flags: []string{"--by-name=files"},
		script: `cp -r "$M/by-name/Contacts" "$OUT"`, right: copies},
	{program: "busybox cp", asks: "busybox", does: "`cp -r Contacts`", script: `busybox cp -r "$M/Contacts" "$OUT"`, right: copies},
	{program: "tar", asks: "tar --version", does: "`tar -c Contacts`", script: `tar -cf "$KEEP/all.tar" -C "$M" Contacts`,
		after: `tar -xf "$KEEP/all.tar" -C "$OUT"`, right: copies},
	{program: "tar", asks: "tar --version", does: "`tar -ch by-name/Contacts`", script: `tar -chf "$KEEP/all.tar" -C "$M/by-name" Contacts`,
		after: `tar -xf "$KEEP/all.tar" -C "$OUT"`, right: copies, know: "`-h` follows the links"},
	{program: "zip", asks: "zip -v", does: "`zip -r` of `Contacts`", script: `cd "$M" && rm -f "$KEEP/all.zip" && zip -qr "$KEEP/all.zip" Contacts`,
		after: `python3 -m zipfile -e "$KEEP/all.zip" "$OUT"`, right: copies},
	{program: "7z", asks: "7z", does: "`7z a` of `Contacts`", script: `rm -f "$KEEP/all.7z"; 7z a -mx1 "$KEEP/all.7z" "$M/Contacts" >"$KEEP/7z.log"`,
		after: `7z x -o"$OUT" "$KEEP/all.7z" >"$KEEP/7z.log"`, right: copies},
	{program: "rsync", asks: "rsync --version", does: "`rsync -a Contacts` to the same copy", script: `rsync -a "$M/Contacts" "$KEEP/"`,
		after: `cp -r "$KEEP/Contacts" "$OUT"`, right: copies, know: "reads no photo that it has; their sizes are remembered"},
	{program: "rclone", asks: "rclone --version", does: "`rclone copy Contacts`", script: `rclone -q copy "$M/Contacts" "$OUT"`, right: copies},
	{program: "rclone", asks: "rclone --version", does: "`rclone sync -L by-name/Contacts` to the same copy", script: `rclone -q sync -L "$M/by-name/Contacts" "$KEEP/Contacts"`,
		after: `cp -r "$KEEP/Contacts" "$OUT"`, right: copies, know: "`-L` follows the links; with `--by-name=files` it is not needed"},
	{program: "restic", asks: "restic version", does: "`restic backup Contacts` to the same repository",
		script: restic + `[ -e "$KEEP/repo" ] || restic -q init; restic -q backup "$M/Contacts"`,
		after:  restic + `restic -q restore latest --target "$OUT"`, right: copies},
	{program: "borg", asks: "borg --version", does: "`borg create` of `Contacts` in the same repository",
		script: borg + `[ -e "$KEEP/repo" ] || borg init -e none "$KEEP/repo"; borg create "$KEEP/repo::$(date +%s%N)" "$M/Contacts"`,
		after:  borg + `cd "$OUT" && borg extract "$KEEP/repo::$(borg list --last 1 --format '{archive}' "$KEEP/repo")"`, right: copies},
	{program: "git", asks: "git --version", does: "`git add Contacts`, into a repository elsewhere",
		script: `[ -e "$KEEP/git" ] || git init -q --bare "$KEEP/git"; cd "$M" && git --git-dir="$KEEP/git" --work-tree="$M" add Contacts`,
		after:  `cd "$OUT" && git --git-dir="$KEEP/git" --work-tree="$OUT" checkout-index -a`, right: copies},
	{program: "python3 shutil", asks: "python3 --version", does: "`shutil.copytree` of `Contacts`",
		script: `python3 -c 'import os, shutil; shutil.copytree(os.environ["M"] + "/Contacts", os.environ["OUT"] + "/Contacts")'`, right: copies},
	{program: "python3 mmap", asks: "python3 --version", does: "maps each photo into memory and hashes it", script: `python3 -c '
import glob, hashlib, mmap, os
for name in glob.glob(os.environ["M"] + "/Contacts/*/photo.jpg"):
	with open(name, "rb") as f, mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ) as m:
		print(hashlib.sha256(m).hexdigest())'`, right: sums},
	{program: "sha256sum", asks: "sha256sum --version", does: "`sha256sum Contacts/*/photo.jpg`", script: `sha256sum "$M"/Contacts/*/photo.jpg`, right: sums},
	{program: "file", asks: "file --version", does: "`file Contacts/*/photo.jpg`", script: `file "$M"/Contacts/*/photo.jpg`, right: lines("JPEG image data", photos)},
	{program: "identify", asks: "identify --version", does: "ImageMagick: the size in pixels of each", script: `identify "$M"/Contacts/*/photo.jpg`, right: lines("JPEG 200x200", photos)},
	{program: "sftp", asks: "ssh -V", does: "`get -r by-name/Contacts`, `--by-name=files`", flags: []string{"--by-name=files"},
		script: `printf 'get -r "%s" "%s"\n' "$M/by-name/Contacts" "$OUT" | sftp -q -D /usr/lib/openssh/sftp-server`, right: copies},
}

const (
	restic = `export RESTIC_REPOSITORY="$KEEP/repo" RESTIC_PASSWORD=demo; `
	borg   = `export BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes BORG_RELOCATED_REPO_ACCESS_IS_OK=yes; `
)
