// Package valkey shares among many desks what one of them learned, by a Valkey
// or Redis server: photos, the index of each module, the access token, who is
// fetching what, and how many calls are under way.
//
// The server is not trusted. Whatever it keeps is sealed with keys that come
// from the login, under names that tell nothing; what was altered, swapped, or
// sealed by others is as good as not there. Only numbers of calls are in clear,
// for the server counts them.
//
// Nor is it relied on. An answer is waited for as long as a read can bear it,
// once: from then on nothing is asked until a probe finds that the server
// answers again.
//
// [Open] returns a [Server], which is a [cache.Tier] and a [cache.Fleet]. What
// it does for the client of package bigin is in [Server.Tokens] and
// [Server.Quota].
package valkey
