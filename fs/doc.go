// Package fs is the tree of files that an account appears as:
//
//	/Contacts/<record id>/photo.jpg
//	/Accounts/<record id>/photo.jpg
//	/Products/<record id>/photo.jpg
//	/Companies -> Accounts
//
// The size of a photo is always true, so looking one up starts its download;
// reading it waits for the bytes. Each version of a photo is an inode of its
// own, so the kernel may keep the pages of an inode for ever, and opening one
// need not reach this program. Listing downloads nothing, and names that
// cannot exist cost nothing.
//
// It is the only package that knows go-fuse and errno.
package fs
