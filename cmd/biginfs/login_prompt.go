package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/biginfs/biginfs/cmd/biginfs/internal/settings"
	"golang.org/x/term"
)

// prompt asks a person at the terminal, or reads lines from a pipe.
type prompt struct {
	in       *os.File
	say      io.Writer
	lines    *bufio.Reader  // of a pipe
	terminal *term.Terminal // nil: it is a pipe
}

func (a *app) newPrompt() *prompt {
	p := &prompt{in: a.in, say: a.err, lines: bufio.NewReader(a.in)}
	if term.IsTerminal(int(a.in.Fd())) {
		p.terminal = term.NewTerminal(struct {
			io.Reader
			io.Writer
		}{a.in, a.err}, "")
	}
	return p
}

// ask returns the answer to a question. A secret is not shown while it is
// typed. The wait ends with ctx.
func (p *prompt) ask(ctx context.Context, question string, secret bool) (string, error) {
	text, err := p.line(ctx, question+": ", secret)
	switch {
	case text != "":
		return text, nil
	case err == nil || errors.Is(err, io.EOF):
		return "", settings.Misuse("no %s was given: type it, or pass it on standard input", strings.ToLower(question))
	case errors.Is(err, errSignal), ctx.Err() != nil:
		return "", err
	}
	return "", fmt.Errorf("read the %s: %w", strings.ToLower(question), err)
}

// enter waits for the Enter key.
func (p *prompt) enter(ctx context.Context, request string) error {
	if p.terminal == nil {
		fmt.Fprintln(p.say, request)
	}
	_, err := p.line(ctx, request+" ", false)
	if errors.Is(err, io.EOF) {
		return settings.Misuse("standard input has ended: run this at a terminal, or pass an empty line when it is done")
	}
	return err
}

// line reads a line. The wait ends with ctx.
func (p *prompt) line(ctx context.Context, question string, secret bool) (string, error) {
	read := func() (string, error) { return p.lines.ReadString('\n') }
	if p.terminal != nil {
		before, err := term.MakeRaw(int(p.in.Fd()))
		if err != nil {
			return "", fmt.Errorf("ask at the terminal: %w", err)
		}
		defer func() { _ = term.Restore(int(p.in.Fd()), before) }()
		read = func() (string, error) { return p.typed(question, secret) }
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
		return a.text, a.err
	}
}

// typed returns a line typed at the terminal, which is in raw mode: Ctrl-C sends no
// signal.
func (p *prompt) typed(question string, secret bool) (string, error) {
	var text string
	var err error
	if secret {
		text, err = p.terminal.ReadPassword(question)
	} else {
		p.terminal.SetPrompt(question)
		text, err = p.terminal.ReadLine()
	}
	if errors.Is(err, io.EOF) { // Ctrl-C or Ctrl-D
		fmt.Fprint(p.say, "\r\n")
		return "", errSignal
	}
	return text, err
}
