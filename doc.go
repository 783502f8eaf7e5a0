// Package stormrig puts a point of sale through a storm and proves that
// nothing was lost: it drives a till with its scanner, card reader and receipt
// printer, cuts power, network and clocks at the worst moments, and holds the
// till's books against what really happened.
//
// There is no code here. The folders are
//
//	pos        the reference till: journal, book, engine, payments, sync, hub
//	hil        what stands between a till and its devices: bytes and drivers
//	sim        the world around it: virtual time, devices, networks, people
//	fault      what goes wrong, as values, and when
//	scenarios  days to play, the checkers that judge them, reports, specs
//	bench      what it costs
//	cmd        the command, stormrig
//
// The tests of this package hold the house rules: which package may import
// which, who may look at a clock, how long a function may be.
package stormrig
