// Package live plays a scenario's day on real ports and real files: the same
// tills, drivers, devices and people as the simulated rig, each behind a pump
// ([stormrig/hil/pump]), tied by pseudo terminals, TCP or memory, with journals
// and books in a directory. What happens is recorded in the same history and
// judged by the same checkers.
//
// # What it is, and is not
//
// Bytes go through the kernel: what a driver has written may still be in a tty
// when the cable is pulled, a replugged device has another number, a hang-up is
// seen by each side when the kernel says so. Order between units is the kernel's,
// so two runs of a seed differ in their interleaving; nothing here has a digest.
//
// # Power
//
// Disks are directories. A till that is killed is dropped between two inputs: a
// process crash, which loses memory and nothing that the page cache holds. A till
// that loses its power in the plan has its directory served by another process
// (Options.PowerDisk, [stormrig/fault/disk/mount]), which takes the power before,
// in or after an operation of a sale's commit, in one of a recovery, a checkpoint, a
// pull or the end of a stored payment, or between two operations: the operation is
// never answered, nothing leaves the till any more, all that it still tries fails,
// and when that has ended the disk comes back with one of the states that a loss
// of power can leave. What was not synced is gone, or half there. Such a disk can
// also fail or lie. How long an operation takes only a simulated disk knows: a share
// of a span of work is the operation that lies there. What is left to the simulated
// rig are the hub's disk, the mains, and clocks.
//
// # Time
//
// All pumps share one clock, which skips while nothing is under way: a day
// takes as long as its bytes do. Where a cable leads to a device that is not on
// the clock ([Real]), time is real, and [Options].Gap leaves the idle time of
// the shop out of the day; nothing is known of such a device but what somebody
// tells ([World.Tell]).
package live
