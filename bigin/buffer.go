package bigin

// NewBuffer returns a buffer of that size in bytes, for a photo or a file that is
// read whole. A large one costs few page faults.
func NewBuffer(size int64) []byte {
	b := make([]byte, size)
	if size >= largeBuffer {
		inHugePages(b)
	}
	return b
}

// largeBuffer is the size from which huge pages are worth asking for.
const largeBuffer = 32 << 10
