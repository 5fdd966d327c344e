package fs

import (
	"context"
	"syscall"
)

// StatusAttr is an extended attribute of the root that describes the mount in
// JSON. It is not listed, so that no backup copies it.
const StatusAttr = "user.biginfs.status"

// mimeAttr holds the media type of a photo.
//
// https://www.freedesktop.org/wiki/CommonExtendedAttributes/
const mimeAttr = "user.mime_type"

func (r *root) Getxattr(ctx context.Context, attr string, dest []byte) (uint32, syscall.Errno) {
	if attr != StatusAttr || r.Status == nil {
		return 0, syscall.ENODATA
	}
	return attrValue(r.Status(), dest)
}

func (p *photo) Getxattr(ctx context.Context, attr string, dest []byte) (uint32, syscall.Errno) {
	if attr != mimeAttr {
		return 0, syscall.ENODATA
	}
	return attrValue([]byte(p.mime), dest)
}

func (p *photo) Listxattr(ctx context.Context, dest []byte) (uint32, syscall.Errno) {
	return attrValue([]byte(mimeAttr+"\x00"), dest)
}

// attrValue answers as getxattr(2) does: the size alone when nothing is to be
// copied, ERANGE when there is too little room.
func attrValue(v, dest []byte) (uint32, syscall.Errno) {
	if len(dest) == 0 {
		return uint32(len(v)), 0
	}
	if len(dest) < len(v) {
		return uint32(len(v)), syscall.ERANGE
	}
	return uint32(copy(dest, v)), 0
}
