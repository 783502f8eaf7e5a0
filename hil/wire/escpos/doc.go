// Package escpos is the language of receipt printers (ESC/POS), both halves
// of it: a [Builder] that encodes, a [Parser] that decodes byte by byte, a
// [Renderer] that turns commands into dots as a printer would, and the status
// bytes that a printer answers with, encoded (device side) and told apart
// (host side, [Replies]).
//
// Paper is dots. Text is drawn with two committed bitmap fonts (12x24 and
// 9x17) and codes are drawn by this package, so that the same bytes give the
// same dots on every machine.
//
// What is not modelled: page mode, macros, user-defined characters, and
// character sets of more than one byte. The parser knows how long those
// commands are and steps over them; the renderer ignores them.
//
// Sources: Epson's ESC/POS command reference for the commands and the status
// bits; the service manuals of Citizen CT-D150 and Epson TM-U295 for how
// replies can be told apart.
package escpos
