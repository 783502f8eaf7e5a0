// Package prove lets the harness prove that it would have noticed.
//
// It holds a catalogue of sabotages. Each is one deliberate bug that re-creates
// a failure seen in the field, with the checker that is there to catch it and a
// day on which it shows. [Run] plays the day seed by seed, at most as many seeds
// as the sabotage's budget, until that checker reports it; any other checker may
// report it, too, but does not count. The same days and seeds are played with an
// honest till, which no checker may report: a harness that always cries proves
// nothing either.
//
// A sabotage lies in one of three places, so that honest code stays clean:
//
//   - in the till's code, as a field of pos/sabotage that is asked for at the one
//     place where the bug would be;
//   - between a till or the hub and its disk: a store.FS that skips or swaps
//     syncs, or reads what is not there;
//   - around a driver: what the device tells, or what the till wants of it, is
//     changed on its way.
//
// Only this package and tests build one.
package prove
