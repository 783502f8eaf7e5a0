package device

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Of returns what dir lies on. The directory must exist.
func Of(dir string) (Place, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return Place{}, err
	}
	if abs, err = filepath.EvalSymlinks(abs); err != nil {
		return Place{}, err
	}
	p := Place{Dir: abs}
	var st unix.Stat_t
	if err := unix.Stat(abs, &st); err != nil {
		return p, fmt.Errorf("device: stat %s: %w", abs, err)
	}
	var fs unix.Statfs_t
	if err := unix.Statfs(abs, &fs); err != nil {
		return p, fmt.Errorf("device: statfs %s: %w", abs, err)
	}
	p.Free, p.Size = int64(fs.Bavail)*fs.Bsize, int64(fs.Blocks)*fs.Bsize
	if info, err := os.ReadFile("/proc/self/mountinfo"); err == nil {
		p.mount(string(info), fmt.Sprintf("%d:%d", unix.Major(st.Dev), unix.Minor(st.Dev)))
		if p.FileSystem == "" {
			p.mount(string(info), "") // a subvolume of btrfs has a number that is not listed
		}
	}
	p.block(fmt.Sprintf("/sys/dev/block/%d:%d", unix.Major(st.Dev), unix.Minor(st.Dev)))
	return p, nil
}

// mount reads the line of /proc/self/mountinfo (proc(5)) that a directory lies
// under: the longest mount point of its device, or of any for no number.
func (p *Place) mount(info, number string) {
	best := ""
	for _, line := range strings.Split(info, "\n") {
		left, right, ok := strings.Cut(line, " - ")
		f, r := strings.Fields(left), strings.Fields(right)
		if !ok || len(f) < 6 || len(r) < 3 {
			continue
		}
		point := unescape(f[4])
		if number != "" && f[2] != number || len(point) < len(best) || !within(p.Dir, point) {
			continue
		}
		best = point
		p.FileSystem, p.Device = r[0], r[1]
		p.Options = f[5]
		if r[2] != f[5] {
			p.Options += "," + r[2]
		}
	}
}

func within(dir, point string) bool {
	return dir == point || point == "/" || strings.HasPrefix(dir, point+"/")
}

// unescape undoes the octal of mountinfo.
func unescape(s string) string {
	for _, e := range [][2]string{{`\040`, " "}, {`\011`, "\t"}, {`\012`, "\n"}, {`\134`, `\`}} {
		s = strings.ReplaceAll(s, e[0], e[1])
	}
	return s
}

// block finds the counters of the device, or of the whole disk that it is a
// part of: a flush is counted there.
func (p *Place) block(dir string) {
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return
	}
	if _, err := os.Stat(real + "/partition"); err == nil {
		real = filepath.Dir(real)
	}
	if _, err := os.Stat(real + "/stat"); err != nil {
		return
	}
	p.Block = real
	p.WriteCache = word(real + "/queue/write_cache")
	p.Model = strings.TrimSpace(word(real+"/device/vendor") + " " + word(real+"/device/model"))
	if strings.HasPrefix(p.Model, "0x") {
		p.Model = "" // a number of virtio, no name
	}
}

// word is what a file of one line says; empty when there is none.
func word(name string) string {
	b, err := os.ReadFile(name)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

// Count reads the counters of the block device; false when there are none.
// (Documentation/block/stat.rst: field 7 is sectors of 512 bytes written,
// field 16 flushes, since Linux 5.5.)
func (p *Place) Count() (Counters, bool) {
	if p.Block == "" {
		return Counters{}, false
	}
	f := strings.Fields(word(p.Block + "/stat"))
	if len(f) < 7 {
		return Counters{}, false
	}
	sectors, err := strconv.ParseInt(f[6], 10, 64)
	if err != nil {
		return Counters{}, false
	}
	c := Counters{Written: sectors * 512, Flushes: -1}
	if len(f) >= 16 {
		if n, err := strconv.ParseInt(f[15], 10, 64); err == nil {
			c.Flushes = n
		}
	}
	return c, true
}
