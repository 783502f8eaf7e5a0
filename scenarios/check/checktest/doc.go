// Package checktest proves that checkers can fail. [Good] makes a small
// history in which every invariant holds and is exercised; [Alterations] is a
// table of single changes, one for each checker, that it must catch. The
// alterations look for their victim by its kind, so they work on the history
// of a real run as well.
package checktest
