// Package pack makes one file for a ticket out of an evidence folder: plan,
// scenario, history, result and report, so that whoever gets it can play the
// run again and needs to ask nothing.
//
// A report holds what a shop may not want to give away. Redaction does not black
// out text, which always leaves some: it renames the scenario (tills, articles,
// places; prices if asked) and its plan, plays that, and packs what the renamed
// day left. The pack says whether the renamed day shows the same violations.
// Disks and pictures stay out, card data stays out of every pack.
package pack
