// Package cache remembers an account, and pays Bigin only for what changed.
//
// A [Cache] holds, for each module, an index of all its records: an immutable
// snapshot with the time as of which it is right. It is built by a full listing
// (scan.go), from both ends at once, and renewed by what changed since
// (renew.go) and what was removed (removals.go): two calls where nothing did, one
// renewal for all who wait. Kept in a file (indexfile.go), it outlives the
// process. Above the index stand the photos: in memory (store.go), then in the
// tiers (tier.go), then at Bigin. A photo belongs to a version of its record, so
// an unchanged record in a fresh index stands for its photo; whether records tell
// of new photos is found out (belief.go), also where only sizes are looked at
// (check.go). Memory holds complete photos only, so that a download that fails
// takes nothing away; those on their way are downloads (download.go). What is
// walked through is fetched ahead (readahead.go).
//
// The one rule: an error never looks like an answer. Only a definite answer
// takes anything away:
//
//	answer                                   record       photo        listing
//	204 or 400 INVALID_DATA about a record   removed      removed      without it
//	204 about a photo                        stays        not there    stays
//	400, 401, 403, 404 of the documented     stays        refused      error
//	  kinds
//	/deleted names the record                removed      removed      without it
//	/deleted fails or is refused             stays        stays        stays, and asked
//	                                                                   from there again
//	a whole full listing is without it       removed      removed      without it
//	a page of changes is without it          stays        stays        stays
//	one empty page                           stays        stays        not believed
//	a page out of order, cut or not JSON     stays        stays        error, nothing
//	                                                                   of the page taken
//	429, 5xx, no connection, EOF, deadline   stays        stays        error
//
// "Not there" and "refused" are believed for NegativeTTL; a removed record comes
// back with the next listing or change that shows it. An error is told to all
// who wait for the same thing, and for a moment to those who come after them.
//
// Each life has one owner: that of a download is downloads (download.go), which
// ends it when the last operation that holds it has gone away; that of a call
// which several wait for is flights (flight.go); that of every goroutine and
// timer is lives (lives.go), so that nothing runs or writes after Close. No lock
// is held while anything is sorted, written or asked for.
//
// The way of a read is [Cache.Photo], then the Source. Begin with cache.go.
package cache
