// Package probe asks a Bigin account what Zoho's pages leave open: how it
// answers for what is missing, what it tells of a photo, which orders,
// conditions and lists it honours, and what its limits are.
//
// [Run] makes at most as many calls of the API as [Options.Calls] says, which
// is never more than 25. It only reads, and returns a [Report]. A Report has
// nothing in it that is about people: all its texts are this package's own
// words, or come from short lists of well-known ones, such as the names of
// header fields. Whatever else Bigin answers stays out of it. As JSON it can be
// attached to a bug report, and bigintest can behave like the account that it
// was made of.
//
// [WatchUpload] finds out whether a record shows that its photo was replaced.
package probe
