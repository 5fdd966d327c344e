// Package valkey shares what one desk has learned with all others through a Valkey
// or Redis server: photos, the index of each module, the access token, who is
// fetching what, and how many calls are under way.
//
// The server is not trusted. Whatever it keeps is sealed with keys derived from the
// login, under names that tell nothing; what was altered, swapped, or sealed by
// others counts as missing. Only the numbers of calls are in clear, because the
// server adds them up.
//
// Nor is it relied on. A read waits for the server once, and only as long as a
// reader can bear; from then on nothing is asked until a probe finds that the
// server answers again.
//
// [Open] returns a [Server], which is a [cache.Tier] and a [cache.Fleet]. What
// it does for the client of package bigin is in [Server.Tokens] and
// [Server.Quota].
package valkey
