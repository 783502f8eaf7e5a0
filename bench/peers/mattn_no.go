//go:build !cgo

package main

// mattn's driver is C: without cgo it is not there, and not in the table.
const mattn = false
