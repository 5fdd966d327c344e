package bigin

// newBuffer returns a buffer for a photo of that size.
func newBuffer(size int64) []byte {
	b := make([]byte, size)
	if size >= largeBuffer {
		inHugePages(b)
	}
	return b
}

// largeBuffer is from where on a buffer is more than a few pages.
const largeBuffer = 32 << 10
