package growth

import (
	"math"
	"slices"
)

// Limit is the exponent above which something grows faster than its work; what
// lies between it and 1 is the logarithm of maps and the noise of a machine.
const Limit = 1.15

// loadLimit is Limit for reading a catalogue: the tree that the YAML library
// makes of 100,000 articles lies outside of a processor's caches, that of 1,000
// inside, and that alone measures as 1.0 to 1.2.
const loadLimit = 1.25

// least is by how much a figure must have grown from the smallest size for its
// growth to be more than a process's own noise.
const least = 1.5

// What a curve is of.
const (
	Time   = "processor time"
	Memory = "peak of memory"
	Page   = "bytes of the page"
	State  = "time of one state"
	States = "states a step"
)

// Axes.
const (
	BySales    = "sales"
	ByArticles = "articles"
)

// Curve is one figure over one kind of size.
type Curve struct {
	Task   string       `json:"task"`
	Of     string       `json:"of"`
	Axis   string       `json:"axis"`
	Points [][2]float64 `json:"points"` // size, figure: seconds, bytes, microseconds or a count
	// Floor is what costs the same at every size: what the smallest costs; of
	// memory, what the leanest process of all holds, because a peak is the highest
	// of what comes after each other and no sum.
	Floor float64 `json:"floor"`
	// Exponent is the slope in logarithms of what each size costs above the
	// floor: 1 is growth with the work. 0 where the figure hardly grows.
	Exponent float64 `json:"exponent"`
	Limit    float64 `json:"limit"`
}

// Worse tells whether it grows faster than its work.
func (c Curve) Worse() bool { return c.Exponent > c.Limit }

// figures says what is looked at of a task, and what it may do: time and memory
// may grow with the work, what a state's start reads with the journal, and how
// many states a step has with nothing.
var figures = []struct {
	of    string
	limit float64
	read  func(Cost) (float64, bool)
}{
	{Time, Limit, func(c Cost) (float64, bool) { return c.CPU, c.Task != Explore }},
	{Memory, Limit, func(c Cost) (float64, bool) { return float64(c.Peak), c.Peak > 0 }},
	{Page, Limit, func(c Cost) (float64, bool) { n, ok := c.Counts["page_bytes"]; return float64(n), ok }},
	{State, Limit, func(c Cost) (float64, bool) {
		return float64(c.Counts["states_us"]) / float64(c.Counts["states"]), c.Counts["states"] > 0
	}},
	{States, Limit - 1, func(c Cost) (float64, bool) {
		return float64(c.Counts["states"]) / float64(c.Counts["steps"]), c.Counts["states"] > 0
	}},
}

// Curves puts costs in order.
func Curves(costs []Cost, o Options) []Curve {
	var out []Curve
	for _, axis := range []string{BySales, ByArticles} {
		for _, task := range o.Tasks {
			for _, f := range figures {
				c := Curve{Task: task, Of: f.of, Axis: axis, Limit: f.limit}
				for _, cost := range costs {
					x, on := cost.at(axis, o)
					if y, has := f.read(cost); cost.Task == task && on && has {
						c.Points = append(c.Points, [2]float64{x, y})
					}
				}
				if len(c.Points) < 3 {
					continue
				}
				if task == Load {
					c.Limit = loadLimit
				}
				c.Floor = c.Points[0][1]
				if f.of == Memory {
					c.Floor = leanest(costs)
				}
				c.Exponent = Exponent(c.Points, c.Floor)
				out = append(out, c)
			}
		}
	}
	return out
}

func leanest(costs []Cost) float64 {
	low := math.Inf(1)
	for _, c := range costs {
		low = min(low, float64(c.Peak))
	}
	return low
}

// at is where a cost stands on an axis, if it does.
func (c Cost) at(axis string, o Options) (float64, bool) {
	if axis == BySales {
		return float64(c.Sales), c.SKUs == slices.Min(o.SKUs)
	}
	return float64(c.SKUs), c.Sales == slices.Min(o.Sales)
}

// Exponent is the slope of a line through the logarithms of points in the order
// of their size, by least squares, each taken by how much it is above the floor.
// What is not clearly above the first is left out; where that leaves only the last
// point, the one before counts with the most that it can be: the slope is then
// the least that it can be.
func Exponent(points [][2]float64, floor float64) float64 {
	type point struct{ x, y float64 }
	var above []point
	x0, clear := points[0][0], points[0][1]*least
	for i, p := range points[1:] {
		if p[0] <= x0 {
			continue
		}
		if p[1] >= clear {
			above = append(above, point{math.Log(p[0] - x0), math.Log(p[1] - floor)})
		} else if i == len(points)-3 {
			above = append(above, point{math.Log(p[0] - x0), math.Log(clear - floor)})
		}
	}
	if last := points[len(points)-1]; len(above) < 2 || last[1] < clear {
		return 0
	}
	var n, sx, sy, sxx, sxy float64
	for _, p := range above {
		n, sx, sy, sxx, sxy = n+1, sx+p.x, sy+p.y, sxx+p.x*p.x, sxy+p.x*p.y
	}
	if spread := n*sxx - sx*sx; spread > 0 {
		return (n*sxy - sx*sy) / spread
	}
	return 0
}
