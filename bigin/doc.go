// Package bigin is a client of the Zoho Bigin API v2, as far as profile photos
// need it: it downloads photos, lists records and keeps an access token alive.
//
// A [Client] makes the calls. It retries what can succeed on a second try,
// keeps within the number of calls that Bigin allows at once, and returns
// typed errors: a [Code] that Bigin sent, or one of the Err values of this
// package, always wrapped with the operation that failed and never holding a
// secret. A [TokenSource] keeps the access token, in a file if it is told one,
// so that several processes share it.
//
// The package knows nothing of files, FUSE or command lines.
package bigin
