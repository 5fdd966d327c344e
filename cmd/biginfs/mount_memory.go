package main

import "runtime/debug"

// tuneMemory makes the garbage collector suit a program whose memory is mostly
// photos of the cache: with the default it would grow to twice their size.
func tuneMemory() { debug.SetGCPercent(40) }
