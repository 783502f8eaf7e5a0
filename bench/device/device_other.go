//go:build !linux

package device

import (
	"os"
	"path/filepath"
)

// Of returns what dir lies on, as far as this system says.
func Of(dir string) (Place, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return Place{}, err
	}
	if _, err := os.Stat(abs); err != nil {
		return Place{}, err
	}
	return Place{Dir: abs}, nil
}

// Count has nothing to read here.
func (p *Place) Count() (Counters, bool) { return Counters{}, false }
