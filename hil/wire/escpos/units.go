package escpos

import "encoding/binary"

// Units are what a make of printer counts distances in, each so many to the
// inch: Dots of its head and its paper, and the units of distances across the
// paper (X) and along it (Y), until a host sets others by GS P. The zero value
// is a make that counts in dots and does not know GS P.
//
// Across are ESC SP, ESC $, ESC \\, GS L and GS W, along are ESC 3, ESC J and GS
// V; in page mode GS $, GS \\ and ESC W, too, and the two change places where
// lines run along the paper. The unit counts when a distance is set: what stands
// already does not change, and a part of a dot is dropped (TM-T88III
// specification, GS P: x = 180, y = 360 at 180 dots, so that one unit of ESC J is
// half a dot).
type Units struct {
	Dots int `yaml:"dots"`
	X    int `yaml:"x"`
	Y    int `yaml:"y"`
}

// InDots is the command with its distances in dots, as the units are now.
func (r *Renderer) InDots(c Command) Command {
	if r.Units.Dots == 0 {
		return c
	}
	across, along := r.unitX, r.unitY
	if r.page != nil && r.page.turn%2 == 1 {
		across, along = along, across
	}
	switch c.Kind {
	case CharSpace, MoveTo, MoveBy, LeftMargin, AreaWidth:
		c.A = c.A * r.Units.Dots / across
	case Spacing, FeedDots, Cut: // below zero is none
		if c.A > 0 {
			c.A = c.A * r.Units.Dots / along
		}
	case PageDown, PageDownBy:
		c.A = c.A * r.Units.Dots / along
	case PageArea:
		data := make([]byte, 0, len(c.Data))
		for i, unit := range []int{r.unitX, r.unitY, r.unitX, r.unitY} {
			data = binary.LittleEndian.AppendUint16(data, uint16(min(word(c.Data[2*i:])*r.Units.Dots/unit, 0xffff)))
		}
		c.Data = data
	}
	return c
}

// setUnits is GS P.
func (r *Renderer) setUnits(x, y int) {
	r.unitX, r.unitY = r.Units.X, r.Units.Y
	if x > 0 {
		r.unitX = x
	}
	if y > 0 {
		r.unitY = y
	}
}
