// Package emulator serves an emulated device ([stormrig/sim/device]) to
// anyone's point of sale, on TCP or behind a pseudo terminal, and lets a
// person or a script operate it over HTTP.
//
// # The device's port
//
// One host at a time. What a second one meets is the profile's, as it is with
// real devices: it waits until the first has hung up (Epson's UB-E02 takes
// three connections and holds the data of the others back: Technical Reference
// Guide, 4.5; a fourth is closed), or it is closed at once (SATO and others:
// "this connection request will be rejected"). A host that comes again finds
// the device as it left it. Where the profile's flow is 'hold', bytes are not
// read while the receive buffer is full; the kernel's own buffers are beyond
// it, and larger than a printer's.
//
// # The control plane
//
// GET /v1/status, /v1/actions, /v1/scene, /v1/paper.txt, /v1/paper.png, /v1/events
// (server-sent; ?since=N reads back), /v1/openapi.json; POST /v1/do. At / is a
// page for people. Errors are JSON with 'error' and 'hint'. It has no password
// and is meant for the loopback interface; a request that a page of another
// origin makes is refused.
//
// # Card numbers
//
// Only published test numbers can be swiped. Whatever else is given is refused
// and is not kept: not in the events, not in a log.
package emulator
