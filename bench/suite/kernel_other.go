//go:build !linux

package suite

// kernel is not told here.
func kernel() string { return "" }
