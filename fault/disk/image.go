package disk

import (
	"cmp"
	"crypto/sha256"
	"path"
	"slices"
	"strings"
)

// name binds a path to a file. Directories are implied by paths.
type name struct {
	path string
	file int
}

// image is one view of the whole disk: what the cache shows, or what would be
// left without power.
type image struct {
	token *token
	names []name     // by path; never changed in place, so copies may share it
	files []*content // by file number; nil where the file is not known
}

// share returns a copy. Afterwards both sides copy before they change.
func (im *image) share() image {
	im.token = new(token)
	return image{token: new(token), names: im.names, files: slices.Clone(im.files)}
}

func (im *image) find(p string) (int, bool) {
	return slices.BinarySearchFunc(im.names, p, func(n name, p string) int { return cmp.Compare(n.path, p) })
}

// lookup returns the file that p names, or -1.
func (im *image) lookup(p string) int {
	if i, ok := im.find(p); ok {
		return im.names[i].file
	}
	return -1
}

// bind makes p name file, in place of what it named before.
func (im *image) bind(p string, file int) {
	i, ok := im.find(p)
	names := make([]name, 0, len(im.names)+1)
	names = append(names, im.names[:i]...)
	names = append(names, name{p, file})
	if ok {
		i++
	}
	im.names = append(names, im.names[i:]...)
}

func (im *image) unbind(p string) {
	i, ok := im.find(p)
	if !ok {
		return
	}
	names := make([]name, 0, len(im.names))
	names = append(names, im.names[:i]...)
	im.names = append(names, im.names[i+1:]...)
}

// own returns file's content for change; an unknown file begins empty.
func (im *image) own(file int) *content {
	for len(im.files) <= file {
		im.files = append(im.files, nil)
	}
	c := im.files[file]
	if c == nil {
		c = &content{owner: im.token}
	} else {
		c = c.own(im.token)
	}
	im.files[file] = c
	return c
}

// get returns file's content for reading, nil when it has none.
func (im *image) get(file int) *content {
	if file < 0 || file >= len(im.files) {
		return nil
	}
	return im.files[file]
}

// size returns a file's length in bytes.
func (im *image) size(file int) int64 {
	if c := im.get(file); c != nil {
		return c.size
	}
	return 0
}

// hash covers all that can be seen: names, sizes and bytes.
func (im *image) hash() [sha256.Size]byte {
	h := sha256.New()
	for _, n := range im.names {
		h.Write([]byte(n.path))
		h.Write([]byte{0})
		c := im.get(n.file)
		if c == nil {
			c = &content{}
		}
		sum := c.hash()
		h.Write(sum[:])
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// used returns the bytes of all files that have a name.
func (im *image) used() int64 {
	var sum int64
	for _, n := range im.names {
		sum += im.size(n.file)
	}
	return sum
}

// list returns the names directly in dir, sorted.
func (im *image) list(dir string) []string {
	prefix := ""
	if dir != "." {
		prefix = dir + "/"
	}
	i, _ := im.find(prefix)
	var out []string
	for ; i < len(im.names) && strings.HasPrefix(im.names[i].path, prefix); i++ {
		if rest := im.names[i].path[len(prefix):]; !strings.Contains(rest, "/") {
			out = append(out, rest)
		}
	}
	return out
}

// named tells whether any path leads to file.
func (im *image) named(file int) bool {
	return slices.ContainsFunc(im.names, func(n name) bool { return n.file == file })
}

// dirOf returns the directory that holds p.
func dirOf(p string) string { return path.Dir(p) }
