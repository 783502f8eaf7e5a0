// Package suite runs engines against each other: in turns, so that a machine's
// drift hits all alike, on one directory, and holds each against the raw line
// of the same turn.
package suite

import "stormrig/bench/device"

// Report is the result; its JSON is a contract (fields may be added).
type Report struct {
	Limit   Limit    `json:"limit"`
	Engines []Row    `json:"engines"`
	Open    []Opened `json:"open,omitempty"`
	Fill    []Window `json:"fill,omitempty"`
	Peers   string   `json:"peers,omitempty"` // the program of the heavy peers; empty: not there
}

// Limit is what no journal on this disk can pass, and what the disk is.
type Limit struct {
	Place device.Place `json:"place"`
	// SalesPerSecond of one caller that appends and syncs: the ratio's 1.
	SalesPerSecond float64 `json:"sales_per_second"`
	P50Micros      float64 `json:"p50_us"`
	// Background is what others wrote to the device while nothing ran here.
	Background *float64 `json:"background_bytes_per_second"`
	// Counters: "device", or why bytes and syncs a sale are not available.
	Counters string   `json:"counters"`
	Doubts   []string `json:"doubts"` // why this may be no disk
	System   string   `json:"system"` // kernel, processors, Go
	Rounds   int      `json:"rounds"`
	RoundMS  int      `json:"round_ms"`
}

// Row is one engine with so many callers. What is nil was not available.
type Row struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
	Note    string `json:"note,omitempty"`
	Callers int    `json:"callers"`
	// SalesPerSecond is the median of the rounds, Low and High their ends.
	SalesPerSecond float64 `json:"sales_per_second"`
	Low            float64 `json:"low"`
	High           float64 `json:"high"`
	// Ratio to one caller's raw append in the same round, the median; OfLine
	// to the raw append of as many callers.
	Ratio  float64 `json:"ratio"`
	OfLine float64 `json:"of_line"`
	// Latencies of all rounds.
	P50  float64 `json:"p50_us"`
	P99  float64 `json:"p99_us"`
	P999 float64 `json:"p999_us"`
	// Of the block device, all that was written meanwhile.
	Bytes *float64 `json:"bytes_per_sale"`
	Syncs *float64 `json:"syncs_per_sale"`
	// Of the engine's process.
	CPUMicros float64 `json:"cpu_us_per_sale"`
	Allocs    float64 `json:"allocs_per_sale"`
	// Parts is where a commit's time goes, where the engine's files are ours.
	Parts *Parts `json:"commit,omitempty"`
	// OpenMS after the most sales that opening was tried with.
	OpenMS *float64 `json:"open_ms"`
	// Rounds are the ratios of each, for --against.
	Rounds []float64 `json:"rounds"`
}

// Parts is the mean commit: one sync, and what goes with it.
type Parts struct {
	Sales float64 `json:"sales"` // that shared it
	Write float64 `json:"write_us"`
	Sync  float64 `json:"sync_us"`
	Rest  float64 `json:"rest_us"` // frames, hashes, waking callers, waiting for them
	// Bytes is what was given to the file system for one sale; unlike the device's
	// counter it knows no pages, no metadata, and nothing of others.
	Bytes float64 `json:"bytes_per_sale"`
}

// Opened is how long an engine took to open, and what it took of the disk.
type Opened struct {
	Name      string  `json:"name"`
	Entries   int     `json:"entries"`
	MS        float64 `json:"open_ms"` // until the last sale was read; median of several
	Low       float64 `json:"low_ms"`
	High      float64 `json:"high_ms"`
	DiskBytes int64   `json:"disk_bytes"`
	// HowStopped is "in order", or "killed" where that differs.
	HowStopped string `json:"stopped"`
}

// Window is a stretch of a long run on a full disk.
type Window struct {
	Name           string  `json:"name"`
	Minute         float64 `json:"minute"` // since it began
	SalesPerSecond float64 `json:"sales_per_second"`
	P50            float64 `json:"p50_us"`
	P99            float64 `json:"p99_us"`
	P999           float64 `json:"p999_us"`
	Max            float64 `json:"max_us"`
	Full           float64 `json:"disk_full"` // share of the file system, 0 to 1
}
