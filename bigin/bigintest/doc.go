// Package bigintest is a Bigin organisation in memory: its API server and its
// accounts server in one [http.Handler], to test clients of Bigin against.
//
// # A server in a test
//
// The zero [Server] is an organisation without records, ready to use. Fill it
// with [Server.Add], serve it with an httptest.Server or with [Listen], and
// point the client at that address, which is both the API's and the accounts
// server's. [Demo] returns one that is already filled.
//
// A client gets its token as it does from Zoho: with [DefaultClientID],
// [DefaultClientSecret] and [DefaultRefreshToken], with a grant code
// ([Server.GrantCode]), by the consent page, or by the device flow.
// [Server.IssueToken] is the short cut for tests that are not about tokens.
//
// While the client works, the organisation can change: [Server.SetPhoto],
// [Server.Rename], [Server.Touch], [Server.Delete], [Server.Purge],
// [Server.Restore], [Server.Merge], [Server.Hide] and [Server.Show].
// Afterwards, [Server.Requests], [Server.Count] and [Server.Calls] tell what
// the client asked for and what that cost.
//
// # Behaviour
//
// Where Zoho documents what Bigin does, a Server does it, limits included.
// Where Zoho does not, [Behaviour] has a switch for each way in which Bigin may
// behave; the zero value is the most likely one. Set it before serving, or
// change it later with [Server.Configure]. [FromReport] returns the Behaviour
// of a real account, from a report of "biginfs doctor --api --report FILE".
//
// # Faults
//
// A [Fault] is something that goes wrong for some requests: an error answer, a
// wrong body, a connection that is cut or falls silent, a list that never ends.
// It says which requests it is for, how many of those pass first, and how many
// fail. Add it with [Server.AddFault]; [Server.ClearFaults] ends all faults and
// releases the requests that hang.
//
// Faults of the connection itself need an [Endpoint], which also serves TLS and
// HTTP/2. A program that a test starts trusts an Endpoint if SSL_CERT_FILE names
// a file with the certificate that [CA] returns.
//
// # Independence
//
// The package imports only the standard library and above all not the client.
// If both used the same structs, a wrong JSON tag would be wrong on both sides
// and no test would notice.
package bigintest
