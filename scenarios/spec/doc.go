// Package spec is the scenario file: a shop, its wiring, a day of shoppers,
// and the weather.
//
// [Parse] turns the text of one file into a [Scenario], fully checked: every
// name stands for something, every time lies in the opening hours, money is
// in the catalogue's currency. A wrong file gives [Errors], each with file,
// line, column, the line with a caret, and what was meant.
//
// Two layers: [File] is the document as written (what the JSON Schema
// describes and what an import writes with [File.YAML]); [Scenario] is what
// it means, in the units that a rig wants. The document is read strictly: an
// unknown or doubled key, a number without its unit, money without its
// currency, an anchor or alias are errors, not guesses.
//
// Units are part of the text: "3h", "500ms", "60%", "64 KB", "PHP 1290.00",
// "14:02" (the shop's local time). Nothing is read as a floating point number.
package spec
