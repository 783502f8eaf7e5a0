// Package storage examines the disk that a till writes to: whether what it
// acknowledged is still there after its power was cut.
//
// A Writer journals numbered sales in a directory of the disk. Each sale that
// is durable, by the word of the disk, is told to a Witness on another machine
// before the next one begins. A hand, or a relay, cuts the power; after the
// start Examine holds the journal against the witness: what the witness holds
// and the journal does not was acknowledged and lost.
//
// The journal's hash chain makes the last sequence and hash of each chain all
// that the witness has to keep: whoever has the same hash at that sequence has
// every byte before it.
package storage
