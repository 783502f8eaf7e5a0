package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"stormrig/scenarios/files"
	"stormrig/scenarios/importer"
	"stormrig/scenarios/spec"
)

// Code is an exit code of the built binary ('go run' maps every failure to 1).
type Code int

// The exit codes. They are a contract: CI decides by them.
const (
	OK          Code = 0   // holds
	Violated    Code = 1   // an invariant is violated
	Usage       Code = 2   // usage, or a bad file
	Stalled     Code = 3   // did not converge
	Unavailable Code = 4   // this machine lacks what was asked
	Internal    Code = 5   // an internal error; a recovered panic too, whose own code 2 would pass for usage
	Blind       Code = 6   // a written fault did not fire, or coverage or canary failed
	Interrupted Code = 130 // 128 + SIGINT
)

// Exit is an error that knows its exit code.
type Exit struct {
	Code Code
	Err  error  // nil where the command has said all itself
	Hint string // what to do; may be empty
}

func (e *Exit) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit code %d", e.Code)
	}
	return e.Err.Error()
}

// Unwrap gives the cause.
func (e *Exit) Unwrap() error { return e.Err }

// usage is an error in what was typed.
func usage(hint, format string, args ...any) error {
	return &Exit{Code: Usage, Err: fmt.Errorf(format, args...), Hint: hint}
}

// lacking is an error about what this machine or this build cannot do.
func lacking(hint, format string, args ...any) error {
	return &Exit{Code: Unavailable, Err: fmt.Errorf(format, args...), Hint: hint}
}

// classify gives every error its exit code.
func classify(err error) *Exit {
	var exit *Exit
	var unknown *files.UnknownError
	var (
		manySpec spec.Errors
		oneSpec  *spec.Error
		date     *importer.DateError
		path     *fs.PathError
	)
	switch {
	case errors.As(err, &exit):
		return exit
	case errors.Is(err, context.Canceled):
		return &Exit{Code: Interrupted, Err: errors.New("interrupted")}
	case errors.As(err, &unknown):
		return &Exit{Code: Usage, Err: err, Hint: unknown.Hint}
	case errors.As(err, &path) && err == error(path):
		return &Exit{Code: Usage, Err: plainPath(path)}
	case errors.As(err, &manySpec), errors.As(err, &oneSpec), errors.As(err, &date), errors.As(err, &path):
		return &Exit{Code: Usage, Err: err}
	}
	return &Exit{Code: Internal, Err: err}
}

// plainPath says what is the matter with a path that was typed, without the
// name of a system call.
func plainPath(err *fs.PathError) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no file or folder %q", err.Path)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%q may not be read or written by this user", err.Path)
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%q is there already", err.Path)
	case err.Op == "read" && isFolder(err.Path):
		return fmt.Errorf("%q is a folder, and a file is wanted", err.Path)
	}
	return fmt.Errorf("%q: %w", err.Path, err.Err)
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// codeOf maps a run's verdict to its exit code.
func codeOf(verdict string) Code {
	switch verdict {
	case "holds":
		return OK
	case "violated":
		return Violated
	case "stalled":
		return Stalled
	case "unavailable":
		return Unavailable
	case "blind":
		return Blind
	}
	return Internal
}

// verdictError is nil for a run that holds; what happened has been printed.
func verdictError(verdict string) error {
	if code := codeOf(verdict); code != OK {
		return &Exit{Code: code}
	}
	return nil
}
