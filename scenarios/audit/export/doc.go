// Package export writes a recorded day the way a shop would export it: sales
// and stock out of the till's books, the settlement out of the card host's, the
// counts out of what really lies on the shelf and in the drawer. It is how an
// audit is held against days whose truth is known, and how somebody sees what
// an audit says before he trusts it with his own files.
package export
