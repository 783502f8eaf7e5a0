// Package station is what loses power as one: a till with the drivers of its
// devices, or a hub with its links. A station is a machine of bytes
// ([stormrig/hil/machine]); behind it stand store, journal and book, which it
// finds again on the same disk in its next life.
package station
