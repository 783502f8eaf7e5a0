// Package engines are the journals that `stormrig bench journal` measures in
// its own process: ours, bbolt, and the raw lines that all are held against.
package engines

import "stormrig/bench/load"

// Names of the engines here that others speak of.
const (
	Raw          = "raw-append"
	RawPrealloc  = "raw-preallocated"
	Journal      = "stormrig"
	Checkpointed = "stormrig-checkpoint"
)

// Kinds lists them in the order of the table.
func Kinds() []load.Kind {
	bbolt := load.VersionOf("go.etcd.io/bbolt")
	return []load.Kind{
		{Name: Raw, Open: openRaw(false),
			Note: "one write and one fdatasync for what has gathered; the file grows"},
		{Name: RawPrealloc, Open: openRaw(true),
			Note: "the same into 64 MiB of zeros, over and over: nothing can do less"},
		{Name: Journal, Open: openJournal},
		{Name: Checkpointed, Open: openCheckpointed,
			Note: "with a till's book brought up to date every 24 sales, while sales go on; a till makes one checkpoint in two seconds at most"},
		{Name: "bbolt", Version: bbolt, Open: openBolt(false),
			Note: "Update, with our group commit before it"},
		{Name: "bbolt-batch", Version: bbolt, Open: openBolt(true), Note: "Batch, as it is"},
	}
}
