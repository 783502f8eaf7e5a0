// Package incident writes a scenario of what a shop remembers of a bad day: the
// log of its UPS, the till's export, and what stands in no file ("about ten
// past three, 1290.00, card"). What is known only roughly stays rough: an
// outage is a window in which the seed chooses, not a second that nobody knows.
//
// [Search] then looks for a symptom, in the words of a ticket, over seeds and
// windows: found, with the plan that does it, or not in so many states. Not
// found proves nothing but that.
package incident
