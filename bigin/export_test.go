package bigin

// NewTransport is the transport of a client that was given none.
var NewTransport = newTransport
