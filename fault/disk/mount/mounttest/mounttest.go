// Package mounttest gives tests a disk whose power can be cut. It is served by
// the test's own program, started once more: the server must not live in the
// process that uses the directory.
package mounttest

import (
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
	if err := mount.Serve(dir, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// Serve mounts a disk at a new directory until the test ends. Without FUSE the
// test is skipped (package envtest).
func Serve(t testing.TB) (*mount.Child, string) {
	t.Helper()
	envtest.FUSE(t)
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
func Start(dir string) (*mount.Child, error) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), served+"="+dir)
	cmd.Stderr = os.Stderr
	return mount.Start(cmd)
}
