package escpos

import "fmt"

// stored is an image that a printer keeps: in its print buffer, in memory
// that ESC @ clears, or in memory that outlives power.
type stored struct {
	key    [2]byte // of GS ( L, or {0, n} of FS p
	width  int     // dots
	stride int     // bytes a row
	rows   []byte
}

func (s stored) height() int {
	if s.stride == 0 {
		return 0
	}
	return len(s.rows) / s.stride
}

// maxStored bounds what a printer keeps.
const maxStored = 64

// keep puts an image in the place of the one with its key.
func keep(list []stored, s stored) []stored {
	out := make([]stored, 0, len(list)+1)
	for _, old := range list {
		if old.key != s.key {
			out = append(out, old)
		}
	}
	if len(out) == maxStored {
		return out
	}
	return append(out, s)
}

func find(list []stored, key [2]byte) (stored, bool) {
	for _, s := range list {
		if s.key == key {
			return s, true
		}
	}
	return stored{}, false
}

// graphics is GS ( L and GS 8 L: store an image, keep it, print it.
func (r *Renderer) graphics(c Command, out []Strip) []Strip {
	d := c.Data
	switch c.A {
	case 112, 113: // a bx by c xL xH yL yH dots
		if len(d) < 8 {
			r.say("GS ( L: an image without its size")
			return out
		}
		if d[0] != 48 {
			r.say(fmt.Sprintf("GS ( L: an image in tones (a = %d); its first bits are printed as black and white", d[0]))
		}
		w, h := word16(d, 4), word16(d, 6)
		img := rasterOf(c.A == 113, w, h, d[8:])
		r.gfx = append(r.gfx[:len(r.gfx):len(r.gfx)], gfxLayer{img, 1 + (int(d[1])+1)&1, 1 + (int(d[2])+1)&1})
		if len(r.gfx) > maxStored {
			r.gfx = r.gfx[1:]
		}
		if r.onPage { // it is on the page at once; receiptio 2.1.2 relies on it
			return r.graphics(Command{Kind: Graphics, A: 50}, out)
		}
	case 2, 50:
		for _, g := range r.gfx {
			if g.img.stride > 0 {
				out = r.stamp(g.img, g.w, g.h, out)
			}
		}
		r.gfx = nil
	case 67, 68, 83, 84: // a kc1 kc2 b xL xH yL yH, then for each colour c and dots
		if len(d) < 9 {
			r.say("GS ( L: an image without its size")
			return out
		}
		img := rasterOf(c.A == 68 || c.A == 84, word16(d, 4), word16(d, 6), d[9:])
		img.key = [2]byte{d[1], d[2]}
		if c.A <= 68 {
			r.Kept.nv = keep(r.Kept.nv, img)
		} else {
			r.download = keep(r.download, img)
		}
	case 69, 85: // kc1 kc2 x y
		return r.keyed(c.A == 69, d, out)
	case 65, 81: // CLR, all
		if c.A == 65 {
			r.Kept.nv = nil
		} else {
			r.download = nil
		}
	case 66, 82: // kc1 kc2
		if len(d) >= 2 {
			r.Kept.nv, r.download = forget(r.Kept.nv, c.A == 66, d), forget(r.download, c.A == 82, d)
		}
	case 1, 49: // density: there is one only
	default:
		r.say(fmt.Sprintf("GS ( L: function %d is not known here, nothing answers it", c.A))
	}
	return out
}

// forget is a list without the image of a key, if it is this list's turn.
func forget(list []stored, turn bool, key []byte) []stored {
	if !turn {
		return list
	}
	out := make([]stored, 0, len(list))
	for _, s := range list {
		if s.key != [2]byte(key[:2]) {
			out = append(out, s)
		}
	}
	return out
}

func (r *Renderer) keyed(nv bool, d []byte, out []Strip) []Strip {
	if len(d) < 4 {
		return out
	}
	from := r.download
	if nv {
		from = r.Kept.nv
	}
	img, ok := find(from, [2]byte{d[0], d[1]})
	if !ok {
		r.say(fmt.Sprintf("GS ( L: no image is kept under %q", d[:2]))
		return out
	}
	return r.stamp(img, 1+(int(d[2])+1)&1, 1+(int(d[3])+1)&1, out)
}

type gfxLayer struct {
	img  stored
	w, h int
}

// rasterOf packs data as rows; in column format each column is (h+7)/8 bytes.
func rasterOf(columns bool, w, h int, data []byte) stored {
	stride := (w + 7) / 8
	if stride == 0 || h == 0 {
		return stored{}
	}
	if !columns {
		n := min(len(data)/stride, h)
		return stored{width: w, stride: stride, rows: data[:n*stride]}
	}
	per := (h + 7) / 8
	rows := make([]byte, stride*h)
	for x := 0; x < w && (x+1)*per <= len(data); x++ {
		for y := range h {
			if data[x*per+y/8]>>(7-y%8)&1 == 1 {
				rows[y*stride+x/8] |= 0x80 >> (x % 8)
			}
		}
	}
	return stored{width: w, stride: stride, rows: rows}
}

// stamp prints a kept image, w and h times as large.
func (r *Renderer) stamp(img stored, w, h int, out []Strip) []Strip {
	if img.height() == 0 {
		return out
	}
	text := fmt.Sprintf("[image %dx%d]", img.width, img.height())
	return r.block(min(img.width*w, r.printable()), img.height()*h, StripImage, text, out, func(cv canvas, x int) {
		cv.image(x, 0, img.rows, img.stride, w, h)
	})
}

// define is FS q (images that outlive power) and GS * (one that does not).
// Both are columns of 8 dots times y.
func (r *Renderer) define(c Command) {
	d := c.Data
	if c.A == 1 {
		if len(d) >= 2 {
			img := rasterOf(true, int(d[0])*8, int(d[1])*8, d[2:])
			r.download = keep(r.download, img)
		}
		return
	}
	r.Kept.nv = nil
	for n, at := 0, 1; len(d) > 0 && n < int(d[0]) && at+4 <= len(d); n++ {
		x, y := word16(d, at), word16(d, at+2)
		size := x * y * 8
		if at+4+size > len(d) {
			return
		}
		img := rasterOf(true, x*8, y*8, d[at+4:at+4+size])
		img.key = [2]byte{0, byte(n + 1)}
		r.Kept.nv = keep(r.Kept.nv, img)
		at += 4 + size
	}
}

// recall is FS p n m and GS / m.
func (r *Renderer) recall(c Command, out []Strip) []Strip {
	from, key := r.Kept.nv, [2]byte{0, byte(c.B)}
	if c.A == 1 {
		from, key = r.download, [2]byte{}
	}
	img, ok := find(from, key)
	if !ok {
		r.say(fmt.Sprintf("no image number %d is kept", c.B))
		return out
	}
	return r.stamp(img, 1+c.C&1, 1+c.C>>1&1, out)
}

// Kept is what a printer remembers without power: images. A copy shares only
// what never changes.
type Kept struct{ nv []stored }
