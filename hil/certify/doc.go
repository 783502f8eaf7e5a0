// Package certify examines a device and says what it has earned: a printer,
// a scanner or a card reader goes through a list of checks, and what came out
// is a record that can be signed and checked by others.
//
// # One suite for a twin and for metal
//
// A check sees a Bench: bytes to and from the device, a monotonic clock, and
// an operator who does what a hand must do and reads what stands on the paper.
// On a Twin (an emulated device in this process, virtual time) the operator is
// the program; on a real port he is a person who is told what to do. The check
// is the same code.
//
// # What is believed
//
// Nothing that the device says of itself. An identity is a claim until
// behaviour bears it out; 'printed' counts when it is seen on paper; a code
// counts when it was read back by a decoder that is not ours. What nobody did
// or looked at is incomplete, never passed.
package certify
