package bigintest

// Demo returns a Server with the demo organisation.
func Demo() *Server {
	return &Server{title: "Nordlys Trading"}
}
