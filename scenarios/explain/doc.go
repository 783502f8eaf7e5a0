// Package explain says in plain sentences what the faults and invariants are:
// what must hold, what was seen in the field where it did not, and how it is
// checked. The command prints these texts, reports quote them.
package explain
