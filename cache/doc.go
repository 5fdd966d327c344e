// Package cache is a short-lived memory of an account: attributes, listings,
// what is not there, and the photos themselves, each with a life of its own.
// It asks its [Source] once for each thing, however many wait for it, and
// fetches the next photos of a walk before they are asked for.
//
// The way of a read is [Cache.Photo], then the Source.
package cache
