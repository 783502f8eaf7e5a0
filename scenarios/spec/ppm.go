package spec

import (
	"fmt"
	"strconv"
	"strings"
)

// PPM is a clock's rate error in parts per million: "200 ppm" gains 200 µs
// each second.
type PPM int64

func (p PPM) String() string { return fmt.Sprintf("%d ppm", int64(p)) }

func (p *PPM) parse(s string) error {
	num, ok := strings.CutSuffix(s, "ppm")
	n, err := strconv.ParseInt(strings.TrimSpace(num), 10, 64)
	if err != nil {
		return wrong(`write it like "200 ppm"`, "%q is not a drift", s)
	}
	if !ok {
		return wrong(fmt.Sprintf("write %d ppm", n), "%q has no unit", s)
	}
	if n > 100000 || n < -100000 {
		return wrong("the limit is 100000 ppm", "%q is no clock any more", s)
	}
	*p = PPM(n)
	return nil
}
