//go:build !linux

package main

import "time"

// threadTime is not known here.
var threadTime func() time.Duration
