// Package fs shows an account as a tree of files. It is the only package that
// knows go-fuse and errno; what it shows comes from a [Backend].
//
//	/Contacts/<record id>/photo.jpg
//	/Accounts/<record id>/photo.jpg
//	/Products/<record id>/photo.jpg
//	/Companies                            -> Accounts
//	/by-name/Contacts/<record name>.jpg   -> ../../Contacts/<record id>/photo.jpg
//	/by-name/Accounts/<record name>.jpg   -> …
//	/by-name/Products/<record name>.jpg   -> …
//	/by-name/Companies                    -> Accounts
//	/.xdg-volume-info                     not listed; names the drive in file managers
//
// With [NameFiles] the entries below by-name are no links but the photos
// themselves: each has two names and one inode. With [NoNames] there is no
// by-name.
//
// # Rules
//
// The size of a photo is always true, so looking one up starts its download
// unless the size is known already. Reading waits for the bytes. Listing
// downloads nothing, and a name that cannot exist costs no call.
//
// Each version of a photo is an inode of its own. The bytes of an inode never
// change, so the kernel may keep its pages forever, and open and close need not
// reach this program. A photo that changes under a reader is ESTALE, never a mix.
//
// Only a definite answer of Bigin removes a name. An error never looks like an
// answer: it becomes an errno by the table in errno.go, and is logged once.
//
// # Where to begin
//
// [Mount] makes the tree and serves it. Each kind of node has a file that says
// what it is: root.go, module.go, record.go, photo.go and byname.go, and
// fixeddir.go, readlink.go and textfile.go for what never changes. What nodes
// answer is in files named after what the kernel asks for: lookup.go,
// getattr.go, open.go, read.go, opendir.go, readdir.go, xattr.go, statfs.go,
// fsync.go and interrupt.go, and notify.go is what the kernel is told unasked.
// version.go tells one version of a photo from the next.
package fs
