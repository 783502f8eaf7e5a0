// Package table reads what other people's programs export: CSV with whatever
// separator, encoding, decimal mark and way to write a date they chose.
//
// It reads a file once, as a stream. What it keeps does not grow with the
// file: a look at the beginning, one record, and one short line of text for a
// message. A record that never ends (an open quote in a large file) is refused
// at [MaxRecord]. A whole card number is cut down to its last four digits
// before anybody sees the field; [Reader.Masked] says where that happened.
//
// Errors are of type [Error]: file, line, what is wrong, what to do about it.
package table
