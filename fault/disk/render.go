package disk

// The states of one crash differ in which of its sectors persisted, and most
// pages are the same in many of them. render puts images together from pages
// that were made before; replay says what the result must be.

// patch is a page that pending writes reach into.
type patch struct {
	file  int
	page  int64
	units []int            // that lie in it
	made  map[string]*page // by which of them were kept
}

// rendered owns the pages of patches: nobody changes one in place.
var rendered = new(token)

// prepare sorts units by sector and page.
func (c *crash) prepare() {
	type place struct {
		file int
		at   int64
	}
	latest, pages := map[place]int{}, map[place]*patch{}
	c.before = make([]int, len(c.units))
	for u, unit := range c.units {
		file := c.fileOf(u)
		c.before[u] = -1
		if b, ok := latest[place{file, unit.sector}]; ok {
			c.before[u] = b
		}
		latest[place{file, unit.sector}] = u
		at := place{file, unit.sector * SectorSize / pageSize}
		p := pages[at]
		if p == nil {
			p = &patch{file: file, page: at.at, made: map[string]*page{}}
			pages[at] = p
			c.patches = append(c.patches, p)
		}
		p.units = append(p.units, u)
	}
	c.plain = c.growsOnly()
}

// growsOnly tells whether no pending truncate takes bytes away, whatever was
// done before it: then it does not matter which came first, it or a write.
func (c *crash) growsOnly() bool {
	ends := map[int]int64{}
	for i := range c.pending {
		op := &c.pending[i]
		end, known := ends[op.file]
		if !known {
			end = c.base.size(op.file)
		}
		switch op.Kind {
		case Write:
			ends[op.file] = max(end, op.Off+int64(len(op.data)))
		case Truncate:
			if op.Off < end {
				return false
			}
			ends[op.file] = op.Off
		}
	}
	return true
}

// render returns the image that s leaves, for a crash whose truncates only
// grow files.
func (c *crash) render(s *State) image {
	im := c.base.share()
	meta := 0
	for i := range c.pending {
		if op := &c.pending[i]; op.meta() && meta < s.Meta {
			op.apply(&im)
			meta++
		}
	}
	for _, p := range c.patches {
		if made := c.patched(p, s.Kept); made != nil {
			to := im.own(p.file)
			for int64(len(to.pages)) <= p.page {
				to.pages = append(to.pages, nil)
			}
			to.pages[p.page] = made
		}
	}
	for u, kept := range s.Kept {
		if kept {
			op := &c.pending[c.units[u].op]
			data, off := op.part(c.units[u].sector)
			grow(&im, op.file, off+int64(len(data)))
		}
	}
	for i := range c.pending {
		if op := &c.pending[i]; s.Grown && !op.meta() {
			grow(&im, op.file, op.Off+int64(len(op.data)))
		}
	}
	return im
}

func grow(im *image, file int, end int64) {
	if im.size(file) < end {
		im.own(file).size = end
	}
}

// patched returns a page with what was kept of it; nil when nothing was.
func (c *crash) patched(p *patch, kept []bool) *page {
	var scratch [64]byte
	key, any := scratch[:0], false
	for _, u := range p.units {
		b := byte(0)
		if kept[u] {
			b, any = 1, true
		}
		key = append(key, b)
	}
	if !any {
		return nil
	}
	if have := p.made[string(key)]; have != nil {
		return have
	}
	made := &page{owner: rendered}
	if was := c.base.get(p.file); was != nil && p.page < int64(len(was.pages)) && was.pages[p.page] != nil {
		made.data = was.pages[p.page].data
	}
	for _, u := range p.units {
		if kept[u] {
			data, off := c.pending[c.units[u].op].part(c.units[u].sector)
			copy(made.data[off%pageSize:], data)
		}
	}
	p.made[string(key)] = made
	return made
}
