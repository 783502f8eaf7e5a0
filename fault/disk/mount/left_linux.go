package mount

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// State is what is at a directory.
type State int

// What can be at a directory.
const (
	Free   State = iota // no served disk
	Served              // a disk, with a process behind it
	Dead                // a disk whose process is gone: whoever asks it gets ENOTCONN
)

// At tells what is at a directory.
func At(dir string) (State, error) {
	mounted, err := mounts()
	if err != nil {
		return Free, err
	}
	where, err := plain(dir)
	if err != nil {
		return Free, err
	}
	for _, m := range mounted {
		if m == where {
			return ask(m), nil
		}
	}
	return Free, nil
}

// Left are the directories of this machine at which a killed process has left
// its disk.
func Left() (dirs []string, err error) {
	mounted, err := mounts()
	for _, m := range mounted {
		if ask(m) == Dead {
			dirs = append(dirs, m)
		}
	}
	return dirs, err
}

// Clear takes away what a killed process has left at a directory; what is
// served, or no disk of ours, stays.
func Clear(dir string) error {
	state, err := At(dir)
	if err != nil || state != Dead {
		return err
	}
	return detach(dir)
}

// ask asks for what no cache of the kernel answers, and a disk without power does.
func ask(dir string) State {
	var s unix.Statfs_t
	if errors.Is(unix.Statfs(dir, &s), unix.ENOTCONN) {
		return Dead
	}
	return Served
}

// plain is a directory as the kernel calls it. It is not asked itself: it may be
// dead.
func plain(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	up, err := filepath.EvalSymlinks(filepath.Dir(abs))
	return filepath.Join(up, filepath.Base(abs)), err
}

// mounts are the directories of served disks, dead ones too: mountinfo of
// proc(5), where fields 5 and, behind the dash, the type count.
func mounts() (dirs []string, err error) {
	text, err := os.ReadFile("/proc/self/mountinfo")
	if errors.Is(err, os.ErrNotExist) { // no /proc: nothing is known
		return nil, nil
	}
	for line := range strings.Lines(string(text)) {
		place, kind, ok := strings.Cut(line, " - ")
		if f := strings.Fields(place); ok && len(f) > 4 && strings.HasPrefix(kind, "fuse."+fsName+" ") {
			dirs = append(dirs, octal.ReplaceAllStringFunc(f[4], unescape))
		}
	}
	return dirs, err
}

// octal is how mountinfo writes a blank and its like.
var octal = regexp.MustCompile(`\\[0-7]{3}`)

func unescape(s string) string {
	n, err := strconv.ParseUint(s[1:], 8, 8)
	if err != nil {
		return s
	}
	return string([]byte{byte(n)})
}

// detach takes a mount away that is still in use, or dead. Whoever may not do
// that mounted by fusermount, and asks that.
func detach(dir string) error {
	err := unix.Unmount(dir, unix.MNT_DETACH|unix.MNT_FORCE)
	if !errors.Is(err, unix.EPERM) {
		return err
	}
	for _, name := range []string{"fusermount3", "fusermount"} {
		if path, e := exec.LookPath(name); e == nil {
			out, e := exec.Command(path, "-u", "-z", "--", dir).CombinedOutput()
			if e != nil {
				err = fmt.Errorf("%s: %w: %s", name, e, strings.TrimSpace(string(out)))
				continue
			}
			return nil
		}
	}
	return err
}

// apart keeps what a terminal or a supervisor says to the group of the process
// that starts a disk from the disk: it ends with its orders, when that process
// has ended, in whatever way.
func apart(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
}
