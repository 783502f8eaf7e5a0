package growth

import (
	"math"
	"slices"
)

// Limit is the exponent above which something grows faster than its work; what
// lies between it and 1 is the logarithm of maps and the noise of a machine.
const Limit = 1.15

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
	// Exponent is the slope in logarithms of what each size costs more than the
	// smallest: 1 is growth with the work. 0 where the figure hardly grows.
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
				if len(c.Points) > 2 {
					c.Exponent = Exponent(c.Points)
					out = append(out, c)
				}
			}
		}
	}
	return out
}

// at is where a cost stands on an axis, if it does.
func (c Cost) at(axis string, o Options) (float64, bool) {
	if axis == BySales {
		return float64(c.Sales), c.SKUs == slices.Min(o.SKUs)
	}
	return float64(c.SKUs), c.Sales == slices.Min(o.Sales)
}

// Exponent is the slope of a line through the logarithms of points in the order
// of their size, by least squares, each taken by how much it is more than the
// first: what costs the same at every size is no growth.
func Exponent(points [][2]float64) float64 {
	first, last := points[0], points[len(points)-1]
	if last[1] < first[1]*least {
		return 0
	}
	var n, sx, sy, sxx, sxy float64
	for _, p := range points[1:] {
		if p[0] <= first[0] || p[1] < first[1]*least {
			continue
		}
		x, y := math.Log(p[0]-first[0]), math.Log(p[1]-first[1])
		n, sx, sy, sxx, sxy = n+1, sx+x, sy+y, sxx+x*x, sxy+x*y
	}
	if n < 2 {
		return 0
	}
	return (n*sxy - sx*sy) / (n*sxx - sx*sx)
}
