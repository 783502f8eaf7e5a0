// Package load is the work that every engine of `stormrig bench journal` does,
// and how it is driven and measured: the same code in this process and in that
// of the heavy peers, which are spoken to over pipes ([Serve], [Peer]).
//
// The work is a till's: a sale of 300 bytes and the stock counters of its three
// lines, all durable before it is acknowledged. Callers run in a closed loop:
// each waits for its sale before it makes the next.
package load
