// Package rig reads what stands on a bench: a rig file names devices, the
// ports at which they are found, who works them, and the switch of each one's
// power.
//
// # Power switches
//
// A USB relay of the LCUS type takes frames of four bytes at 9600 baud: A0h,
// the channel from 1, 01h on or 00h off, and the sum of the three. It answers
// nothing, so that nobody knows whether it switched (sources: the vendors'
// sheets, "LC USB Switch Communication Protocol", example A0 01 01 A2 and
// A0 01 00 A1).
//
// A Shelly is asked over HTTP, and its answer is held against what was asked.
// Generation 1: GET /relay/N?turn=on answers {"ison":true} (Shelly API
// reference, Gen1, "Relay"). Generation 2 and later: GET
// /rpc/Switch.Set?id=N&on=true answers {"was_on":...}, and GET
// /rpc/Switch.GetStatus?id=N tells {"output":true} (Shelly Gen2 API, "Switch").
// A Shelly with a password is not supported.
//
// Without either a person pulls the plug.
package rig
