package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
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
	if fd := int(p.in.Fd()); isTerminal(fd) {
		if secret {
			show, err := hideTyping(fd) // before anyone can type
			if err != nil {
				return "", err
			}
			defer fmt.Fprintln(p.say)
			defer show()
		}
		fmt.Fprint(p.say, question+": ")
	}
	type answer struct {
		text string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		text, err := p.lines.ReadString('\n')
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
