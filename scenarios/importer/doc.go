// Package importer makes a scenario out of a till's export: one day of real
// transactions, if wanted under the weather of another scenario.
//
// The export is CSV with a header. Columns are found by name, in any order
// and case: date, time, transaction, item; till, quantity, price, tender and
// barcode where there are any. A time may have its date before it. What is missing is made up, without chance:
// the same file gives the same scenario. [Report] says what was made up, and
// the scenario's 'invented' list says it again, so that a verdict over
// invented money can say so.
//
// Nothing is dropped in silence. A line NONE is a voided line, a line
// Adjustment a correction, a negative quantity a return: they are counted in
// the report and in the sale that they belong to. A transaction of nothing
// else is a cancelled cart.
package importer
