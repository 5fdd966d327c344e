package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// prompt asks a person at the terminal, or reads lines from a pipe.
type prompt struct {
	in    *os.File
	say   io.Writer
	lines *bufio.Reader
}

func (a *app) newPrompt() *prompt { return &prompt{a.in, a.err, bufio.NewReader(a.in)} }

// ask returns the answer to a question. A secret is not shown while it is
// typed. The wait ends with ctx.
func (p *prompt) ask(ctx context.Context, question string, secret bool) (string, error) {
	fd := int(p.in.Fd())
	read := p.line
	if before, err := term.GetState(fd); err == nil { // a terminal
		fmt.Fprint(p.say, question+": ")
		if secret {
			defer fmt.Fprintln(p.say)
			defer func() { _ = term.Restore(fd, before) }()
			read = func() (string, error) {
				b, err := term.ReadPassword(fd)
				return string(b), err
			}
		}
	}
	type answer struct {
		text string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		text, err := read()
		answers <- answer{strings.TrimSpace(text), err}
	}()
	select {
	case <-ctx.Done():
		return "", context.Cause(ctx)
	case a := <-answers:
		switch {
		case a.text != "":
			return a.text, nil
		case a.err == nil || errors.Is(a.err, io.EOF):
			return "", misuse("no %s was given: type it, or pass it on standard input", strings.ToLower(question))
		}
		return "", fmt.Errorf("read the %s: %w", strings.ToLower(question), a.err)
	}
}

func (p *prompt) line() (string, error) { return p.lines.ReadString('\n') }
