// Package disk keeps photos in a directory of this machine, from mount to
// mount. It is a [cache.Tier]: a photo is asked for with its record, and
// damage, slowness and absence are all a miss.
//
// A directory may hold the photos of several accounts, and any number of
// processes may use it at once:
//
//	DIR/biginfs.lock                taken by whoever writes; says how much there is
//	DIR/photos-<account>/<xx>/<module>-<id>-<image>-<modified>
//
// <account> is a hash of who signed in. The names tell record ids and times,
// and never the name of a person or a company. What is in the files is neither
// encrypted nor hidden from the user whom the directory belongs to; it is
// hidden from everyone else: directories have mode 0700, files 0600, and [Open]
// refuses a place where somebody else could read or replace them.
//
// The one rule: a file is written under another name and renamed, and after
// that never changed, so a name means the same bytes for ever. Each file says
// of which account, record and version it is, and begins with a hash of all
// that follows. What is torn, cut, flipped or moved is therefore known by
// reading it, and is removed; that nothing is synced costs no more than such a
// file after a power cut.
//
// What was used least recently goes first, by the time of modification, which
// each read renews. A CACHEDIR.TAG keeps backups from copying the photos. To
// remove everything, remove the directory; to remove what is of one account,
// call [Remove].
package disk
