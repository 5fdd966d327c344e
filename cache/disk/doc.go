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
// <account> is a hash of the login. The names tell record ids and times,
// and never the name of a person or a company. What is in the files is neither
// encrypted nor hidden from the user whom the directory belongs to; it is
// hidden from everyone else: directories have mode 0700, files 0600, and [Open]
// refuses a place where somebody else could read or replace them.
//
// The one rule: a file is written under another name and renamed, and after
// that never changed, so a name means the same bytes forever. Each file says
// which account, record and version it is of, and begins with a hash of all
// that follows. What is torn, cut, flipped or moved is therefore noticed when it
// is read, and is removed. Nothing is synced: after a power cut that costs such a
// file at worst.
//
// What was used least recently goes first, by the time of modification, which
// each read renews. A CACHEDIR.TAG keeps backups from copying the photos. To
// remove everything, remove the directory; to remove the photos of one account,
// call [Remove].
package disk
