package bigin

import (
	"sync"
	"syscall"
	"unsafe"
)

// heapChunk is what the Go heap grows by.
//
// https://go.dev/src/runtime/mpagealloc.go (pallocChunkBytes)
const heapChunk = 4 << 20

// advised holds the start of each chunk that the kernel was told about.
var advised sync.Map

// inHugePages has the kernel map the memory around a new buffer 2 MiB at a time
// rather than 4 KiB, before the first byte is written. The page faults of small
// pages were most of what a photo of 1 MB cost: 4 ms of CPU time where a guest's
// page tables are shadowed. It is a hint: the kernel's answer does not
// matter, and no byte changes.
//
// https://docs.kernel.org/admin-guide/mm/transhuge.html
func inHugePages(b []byte) {
	begin := uintptr(unsafe.Pointer(unsafe.SliceData(b)))
	end := begin + uintptr(len(b))
	for chunk := begin &^ (heapChunk - 1); chunk < end; chunk += heapChunk {
		if _, done := advised.LoadOrStore(chunk, true); !done {
			_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, chunk, heapChunk, syscall.MADV_HUGEPAGE)
		}
	}
}
