package bigin

// newBuffer returns a buffer for a photo of that size.
func newBuffer(size int64) []byte {
	b := make([]byte, size)
	if size >= largeBuffer {
		inHugePages(b)
	}
	return b
}

// largeBuffer is the size from which huge pages are worth asking for.
const largeBuffer = 32 << 10
