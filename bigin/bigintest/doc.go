// Package bigintest is the other end of the wire in memory: a Bigin
// organisation with its API server and its accounts server, in one
// [http.Handler].
//
// The zero [Server] is ready and empty. Fill it with [Server.Add], put it
// behind an httptest.Server, and ask it afterwards what it was asked
// ([Server.Requests], [Server.Count]). [Demo] comes filled.
//
// Where Zoho's pages say what Bigin does, the Server does it, limits included.
// Where nobody outside Zoho knows, [Behaviour] has a switch. Where something
// breaks on the way, a [Fault] describes it.
//
// The package imports nothing but the standard library, and above all not the
// client: were a JSON tag wrong on both sides, no test would ever see it.
package bigintest
