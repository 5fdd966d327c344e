// Package bigin is a client of the Zoho Bigin API v2, as far as profile photos
// need it: it downloads photos, lists records and their changes, and keeps an
// access token alive. It knows nothing of files, FUSE or command lines.
//
// # Where to begin
//
// [New] makes a [Client] from [Options], of which only Tokens is required.
// [NewTokenSource] makes those from the [Credentials] of a login, which
// [AuthCodeURL] and [Exchange], or [StartDevice], bring about. Then:
//
//   - [Client.Photo] downloads the photo of a record. Its size is known at once;
//     its bytes can be read as they arrive.
//   - [Client.Records] and [Client.RecordsFromEnd] list a module, a [Page] a
//     call, by id; [Client.Record] asks for one record.
//   - [Client.Changes] lists the records modified last, and [Client.Deleted] those
//     that were removed: what is needed to keep a listing up to date.
//   - [Client.Stats] tells what all that has cost. Each call costs a credit, and
//     the credits are the company's.
//
// # The one rule
//
// An error never looks like an answer. Only status 204, or a [Code] that means
// it, says that a thing is not there: [ErrNoPhoto] and [ErrNoRecord]. A
// connection that breaks, at whatever byte, a body that is cut, too long or of
// another kind, a listing in the wrong order or one that does not say whether it
// goes on: each is an error, is never io.EOF, and comes without any data.
//
// Errors are wrapped with the operation that failed and hold no secret. Decide by
// errors.Is with a Code or an Err value, or by errors.As with [*Error], for what
// Bigin answered, and [*AuthError], for what its accounts server did.
//
// # What a call may cost
//
// A call that may succeed on another try is made again, five times at most,
// redirects and repetitions included, and within Options.Timeout. A limiter keeps to
// the number of calls at once that Bigin allows, which it finds out by being
// refused, waits while Bigin asks for a pause, and stops at the reserve of
// credits ([ErrReserve]). With a [Quota], the clients of many machines do so
// together.
//
// # Tokens
//
// Zoho makes ten access tokens in ten minutes and lets fifteen live, so a
// [TokenSource] makes as few as it can: one for all callers, for all processes
// that share its file, and, with a [TokenShare], for all machines that share a
// login. A token travels over https only, or within this machine, and only to
// the servers of Zoho's data centers or to an address that a person named.
package bigin
