// Package peers holds the emulated devices, and the codecs below them, against
// programs that other people wrote for the real ones: what prints on a
// printer prints on ours and sees its states, what decodes a scanner's reports
// decodes ours. It has tests only. docs/peers.md says what was tried, where
// they and we differ, and who is right.
//
// The modules of npm are named in testdata/package.json and installed there by
// 'npm ci'. Where a program is missing its tests are skipped by name, and fail
// if STORMRIG_REQUIRE names it.
package peers
