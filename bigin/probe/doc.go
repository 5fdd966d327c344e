// Package probe asks a Bigin account what Zoho's pages leave open: how it
// answers for what is missing, what it tells of a photo, which orders,
// conditions and lists it honours, and what its limits are.
//
// [Run] makes at most [Calls] calls of the API, reads only, and returns a
// [Report]. Nothing in a Report is about people: every text in it is one of
// this package's own words or one of a short list of words that everybody
// knows, such as the names of header fields. What Bigin answers never gets
// into it. A Report, written as JSON, can be attached to a bug report, and
// bigintest plays the account that it describes.
//
// [WatchUpload] sees whether a photo that a person uploads shows in the record.
package probe
