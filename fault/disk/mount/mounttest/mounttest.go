// Package mounttest gives tests a disk whose power can be cut. It is served by
// the test's own program, started once more: the server must not live in the
// process that uses the directory.
package mounttest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"stormrig/fault/disk/mount"
	"stormrig/internal/envtest"
)

// served tells a test's program which directory it is to serve.
const served = "STORMRIG_TEST_SERVED_DISK"

// Main is the TestMain of packages whose tests call Serve.
func Main(m *testing.M) {
	dir := os.Getenv(served)
	if dir == "" {
		os.Exit(m.Run())
	}
	if err := mount.Serve(context.Background(), dir, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// Need skips or fails the test (package envtest) where no disk can be served.
func Need(t testing.TB) {
	t.Helper()
	if err := mount.Lacks(); err != nil {
		envtest.Missing(t, "fuse", err.Error())
	}
}

// Serve mounts a disk at a new directory until the test ends. Without FUSE the
// test is skipped (Need).
func Serve(t testing.TB) (*mount.Child, string) {
	t.Helper()
	Need(t)
	dir := t.TempDir()
	c, err := Start(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	return c, dir
}

// Start mounts a disk at a directory until it is stopped.
func Start(dir string) (*mount.Child, error) { return mount.Start(Command(dir), dir) }

// Command is the process that serves a disk at a directory.
func Command(dir string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), served+"="+dir)
	cmd.Stderr = os.Stderr
	return cmd
}
